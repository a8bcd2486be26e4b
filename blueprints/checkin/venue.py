"""The code on the screen in the room, by which people check themselves in: pure.

It changes every 30 seconds, as a one-time password does (RFC 6238, with HMAC-SHA-256), so that a photo of it in a chat group is worth
nothing to those who are not there.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from datetime import datetime
from hashlib import sha256

STEP = 30
"""Seconds for which one code is shown (RFC 6238 §5.2 recommends them)."""
_TOKEN = re.compile(r"([1-9][0-9]{0,9})-([A-Z2-7]{16})", re.ASCII)


def token(venue_key: str, checkpoint_id: int, moment: datetime) -> str:
    """What the screen shows at `moment`: the checkpoint's id and 80 bits of the HMAC (RFC 2104 §5) of id and step, fit for a QR code's
    alphanumeric mode."""
    return f"{checkpoint_id}-{_mac(venue_key, checkpoint_id, _step(moment))}"


def checkpoint_of(text: str) -> int | None:
    """The id of the checkpoint that a token names; whether the token is good, `accepts` tells."""
    found = _TOKEN.fullmatch(text)
    return int(found[1]) if found else None


def accepts(text: str, venue_key: str, checkpoint_id: int, moment: datetime) -> bool:
    """Whether `text` was on this checkpoint's screen in the step of `moment` or in the one before: it is worth 30 to 60 seconds."""
    steps = (_step(moment), _step(moment) - 1)
    return any(hmac.compare_digest(text.encode(), f"{checkpoint_id}-{_mac(venue_key, checkpoint_id, step)}".encode()) for step in steps)


def left(moment: datetime) -> float:
    """Seconds until the screen shows another code."""
    return STEP - moment.timestamp() % STEP


def _step(moment: datetime) -> int:
    return int(moment.timestamp() // STEP)


def _mac(venue_key: str, checkpoint_id: int, step: int) -> str:
    mac = hmac.new(venue_key.encode(), f"{checkpoint_id}:{step}".encode(), sha256).digest()
    return b32encode(mac[:10]).decode()
