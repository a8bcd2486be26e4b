"""What features above add to pages of events."""

from __future__ import annotations

from collections.abc import Callable

from models import Event

#: HTML below the agenda of the public page; "" adds nothing.
PUBLIC_PAGE: list[Callable[[Event], str]] = []
