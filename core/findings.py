"""What a check of an installation finds, and how an ailment is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What one check found; `remedy` is what to do, empty when `ok`."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


class Ailment(Exception):
    """What is wrong, and what to do about it."""

    def __init__(self, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.remedy = remedy


def examine(name: str, check: Callable[[], str]) -> Finding:
    """Run one check. What it did not expect counts as a failure too, so that doctor always ends its round."""
    try:
        return Finding(name, True, check())
    except Ailment as ailment:
        return Finding(name, False, str(ailment), ailment.remedy)
    except Exception as error:
        return Finding(name, False, f"{type(error).__name__}: {error}", "make run")
