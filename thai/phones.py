"""Telephone numbers: stored as E.164 with the extension apart, shown as Thai offices print them."""

import re

import phonenumbers

from thai.digits import to_arabic
from thai.text import normalise

_EXTENSION = re.compile(
    r"(.*?)[ ,;]*(?:ต่อ|กด|extension|ext|x|#)[ .:]*(\d+(?: ?[-–,/] ?\d+)*)", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d ().–-]+", re.ASCII)
_THAI = re.compile(r"\+66(\d?)(\d{4})(\d{4})", re.ASCII)
_THAI_COUNTRY_CODE = 66
_LONGEST = 60
_LONGEST_EXTENSION = 20


class PhoneError(ValueError):
    """The text is no telephone number that could be called."""


def parse_phone(text: str) -> tuple[str, str]:
    """The number in E.164 and its extension, "" for none, from 081-234-5678, 0 5324 5361 ต่อ 101 or +66 81 234 5678.

    A number without a country code is Thai. Raises PhoneError.
    """
    typed = to_arabic(normalise(text[:_LONGEST + 1]))
    # phonenumbers does not know ต่อ.
    found = _EXTENSION.fullmatch(typed)
    number, extension = (found[1], re.sub(" ", "", found[2])) if found else (typed, "")
    if len(typed) > _LONGEST or len(extension) > _LONGEST_EXTENSION or not _NUMBER.fullmatch(number):
        raise PhoneError("not a telephone number")
    try:
        parsed = phonenumbers.parse(number, "TH")
    except phonenumbers.NumberParseException:
        raise PhoneError("not a telephone number") from None
    if not phonenumbers.is_valid_number(parsed):
        raise PhoneError("no such telephone number")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), extension


def format_phone(e164: str, extension: str = "") -> str:
    """08 1234 5678 or 0 5324 5361 ต่อ 101; 1800 123 456; a foreign number in its international form; "" for no number.

    Raises PhoneError when the number is not E.164.
    """
    if not e164:
        return ""
    thai = _THAI.fullmatch(e164)
    shown = f"0{thai[1]} {thai[2]} {thai[3]}" if thai else _as_elsewhere(e164)
    return f"{shown} ต่อ {extension}" if extension else shown


def _as_elsewhere(e164: str) -> str:
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        raise PhoneError("not in E.164") from None
    styles = phonenumbers.PhoneNumberFormat
    is_thai = parsed.country_code == _THAI_COUNTRY_CODE
    return phonenumbers.format_number(parsed, styles.NATIONAL if is_thai else styles.INTERNATIONAL)
