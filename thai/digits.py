"""Thai digits ๐–๙ and Arabic digits 0–9. Data is stored with Arabic digits; Thai ones are a choice of each document."""

_ARABIC, _THAI = "0123456789", "๐๑๒๓๔๕๖๗๘๙"
_TO_THAI = str.maketrans(_ARABIC, _THAI)
_TO_ARABIC = str.maketrans(_THAI, _ARABIC)


def to_thai(text: str) -> str:
    """The text with every digit 0–9 written ๐–๙."""
    return text.translate(_TO_THAI)


def to_arabic(text: str) -> str:
    """The text with every digit ๐–๙ written 0–9."""
    return text.translate(_TO_ARABIC)
