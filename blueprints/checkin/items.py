"""What a phone sends, read and checked: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from blueprints.checkin.judge import Verdict
from models import Direction, ScanSource

LONGEST_CODE = 300
LARGEST_ID = 2**31 - 1
FROM_PHONE = (ScanSource.CAMERA, ScanSource.KEYBOARD, ScanSource.TYPED, ScanSource.SEARCH, ScanSource.KIOSK, ScanSource.PAPER)
_NONCE = re.compile(r"[A-Za-z0-9._:-]{8,64}")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # JSON can say it, no database can keep it


def is_id(value: object) -> bool:
    """Whether JSON gave a number that can be a row's id."""
    return type(value) is int and 0 < value <= LARGEST_ID


def is_number(value: object) -> bool:
    """Whether JSON gave a number of things."""
    return type(value) is int and 0 <= value <= LARGEST_ID


def is_nonce(value: object) -> bool:
    """Whether this can be a scan's number."""
    return isinstance(value, str) and _NONCE.fullmatch(value) is not None


class BadItem(ValueError):
    """One scan of a batch cannot be read; the others go on. `nonce` is what it was called, or "". """

    def __init__(self, nonce: str) -> None:
        self.nonce = nonce
        super().__init__(nonce)


@dataclass(frozen=True)
class Item:
    """One attempt as a phone reports it. `shown` is the verdict that it gave by itself, while it was offline."""

    nonce: str
    code: str
    direction: Direction
    source: ScanSource
    claimed_at: datetime
    forced: bool = False
    offline: bool = False
    registration_id: int | None = None
    gate_id: int | None = None
    shown: Verdict | None = None


@dataclass(frozen=True)
class Undo:
    """A phone takes back the scan with the nonce `target`."""

    nonce: str
    target: str
    claimed_at: datetime


@dataclass(frozen=True)
class Signed:
    """Whom the phone let in with the scan `target` has signed on its screen."""

    nonce: str
    target: str
    path: str
    claimed_at: datetime


def read_signed(data: dict[str, Any]) -> Signed:
    """One signature of the JSON batch. Raises `BadItem`."""
    undo, path = read_undo(data), data.get("path")
    if not isinstance(path, str):
        raise BadItem(undo.nonce)
    return Signed(undo.nonce, undo.target, path, undo.claimed_at)


def read_undo(data: dict[str, Any]) -> Undo:
    """One undoing, by the nonce of its scan, of the JSON batch. Raises `BadItem`."""
    nonce, target = data.get("nonce"), data.get("target")
    claimed_at = read_time(data)
    if not is_nonce(nonce) or not is_nonce(target) or claimed_at is None:
        raise BadItem(nonce if isinstance(nonce, str) else "")
    return Undo(nonce, target, claimed_at)


def read_time(data: dict[str, Any]) -> datetime | None:
    """`claimed_at` of anything in a batch in UTC, None where it cannot be read."""
    try:
        claimed_at = datetime.fromisoformat(data["claimed_at"])
        return claimed_at.astimezone(UTC) if claimed_at.tzinfo is not None else None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def read(data: Any) -> Item:
    """One scan of the JSON batch. Raises `BadItem`."""
    nonce = data.get("nonce") if isinstance(data, dict) else None
    if not is_nonce(nonce):
        raise BadItem(nonce if isinstance(nonce, str) else "")
    code, registration_id, gate_id, shown = data.get("code", ""), data.get("registration"), data.get("gate"), data.get("shown")
    try:
        item = Item(nonce, code, Direction(data["direction"]), ScanSource(data["source"]), read_time(data), data.get("forced", False),
                    data.get("offline", False), registration_id, gate_id, Verdict(shown) if shown else None)
    except (KeyError, TypeError, ValueError):
        raise BadItem(nonce) from None
    fine = (isinstance(code, str) and not _NO_TEXT.search(code) and item.claimed_at is not None and item.source in FROM_PHONE
            and isinstance(item.forced, bool) and isinstance(item.offline, bool) and (gate_id is None or is_id(gate_id))
            and (is_id(registration_id) if item.source is ScanSource.SEARCH else registration_id is None))
    if not fine:
        raise BadItem(nonce)
    return item
