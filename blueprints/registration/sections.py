"""What features above registration add to its pages, so that registration need not know them."""

from __future__ import annotations

from collections.abc import Callable

from models import Registration

Section = Callable[[Registration], str]

#: Fragments of HTML for the participant's private page, in order; "" shows nothing.
PRIVATE_PAGE: list[Section] = []
#: Fragments of HTML for the organiser's page of one registration.
MANAGE_PAGE: list[Section] = []
