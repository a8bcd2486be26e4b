"""Sentences that are written down by a task and read by people in either language."""

from __future__ import annotations

from typing import Any

from core.locale import LANGUAGES, in_language


def in_every_language(sentence: Any) -> dict[str, str]:
    """Language → the sentence in it."""
    said = {}
    for code in LANGUAGES:
        with in_language(code):
            said[code] = str(sentence)
    return said
