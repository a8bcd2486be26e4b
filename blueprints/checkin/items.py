"""What a phone sends, read and checked: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from models import Direction, ScanSource

LONGEST_CODE = 300
LONGEST_NONCE = 64
FROM_PHONE = (ScanSource.CAMERA, ScanSource.KEYBOARD, ScanSource.TYPED, ScanSource.SEARCH)


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
    if not isinstance(nonce, str) or not 8 <= len(nonce) <= LONGEST_NONCE:
        raise BadItem(nonce if isinstance(nonce, str) else "")
    try:
        code, registration_id = data.get("code", ""), data.get("registration")
        source, claimed_at = ScanSource(data["source"]), datetime.fromisoformat(data["claimed_at"])
        item = Item(nonce, code, Direction(data["direction"]), source, claimed_at.astimezone(UTC),
                    data.get("forced", False), data.get("offline", False), registration_id)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BadItem(nonce) from None
    fine = (isinstance(code, str) and claimed_at.tzinfo is not None and source in FROM_PHONE
            and isinstance(item.forced, bool) and isinstance(item.offline, bool)
            and (registration_id is None or type(registration_id) is int)
            and (registration_id is not None) == (source is ScanSource.SEARCH))
    if not fine or "\x00" in code:
        raise BadItem(nonce)
    return item
