"""What a phone sends, read and checked: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import Direction, ScanSource

LONGEST_CODE = 300
LARGEST_ID = 2**31 - 1
FROM_PHONE = (ScanSource.CAMERA, ScanSource.KEYBOARD, ScanSource.TYPED, ScanSource.SEARCH)
_NONCE = re.compile(r"[A-Za-z0-9._:-]{8,64}")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # JSON can say it, no database can keep it


def is_id(value: object) -> bool:
    """Whether JSON gave a number that can be a row's id."""
    return type(value) is int and 0 < value <= LARGEST_ID


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
    """One attempt as a phone reports it."""

    nonce: str
    code: str
    direction: Direction
    source: ScanSource
    claimed_at: datetime
    forced: bool = False
    offline: bool = False
    registration_id: int | None = None


def read(data: Any) -> Item:
    """One scan of the JSON batch. Raises `BadItem`."""
    nonce = data.get("nonce") if isinstance(data, dict) else None
    if not is_nonce(nonce):
        raise BadItem(nonce if isinstance(nonce, str) else "")
    try:
        code, registration_id = data.get("code", ""), data.get("registration")
        source, claimed_at = ScanSource(data["source"]), datetime.fromisoformat(data["claimed_at"])
        item = Item(nonce, code, Direction(data["direction"]), source, claimed_at.astimezone(UTC),
                    data.get("forced", False), data.get("offline", False), registration_id)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BadItem(nonce) from None
    fine = (isinstance(code, str) and not _NO_TEXT.search(code) and claimed_at.tzinfo is not None and source in FROM_PHONE
            and isinstance(item.forced, bool) and isinstance(item.offline, bool)
            and (is_id(registration_id) if source is ScanSource.SEARCH else registration_id is None))
    if not fine:
        raise BadItem(nonce)
    return item
