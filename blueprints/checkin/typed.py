"""What staff type on a phone about a person: text out of JSON, cleaned and checked as a form would do it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from blueprints.registration.facts import NationalId
from core.errors import Refused
from thai.names import clean_name
from thai.phones import parse_phone
from thai.text import holds_national_id, normalise

#: The widths of the columns behind each text.
LIMITS = {"title": 100, "first_name": 100, "last_name": 100, "organisation_name": 200, "phone": 60, "email": 254}
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # JSON can say it, no database can keep it


class BadPhone(Refused):
    message = _l("This telephone number cannot be right. Type it with its leading 0, such as 081 234 5678 or 053 245 361 ต่อ 101.")
    field = "phone"


class BadEmail(Refused):
    message = _l("This e-mail address cannot be right. It looks like name@example.com.")
    field = "email"


def texts(data: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Each named text of a JSON object, clean and cut to what is kept; absent and null are empty. Raises ValueError."""
    found = {}
    for name in names:
        value = data.get(name) or ""
        if not isinstance(value, str) or _NO_TEXT.search(value):
            raise ValueError(name)
        found[name] = clean_name(normalise(value), LIMITS[name])
    return found


def phone(text: str) -> tuple[str, str]:
    """The number in E.164 and its extension. Raises `BadPhone`, `NationalId`."""
    if holds_national_id(text):
        raise NationalId(field="phone")
    try:
        number, extension = parse_phone(text) if text else ("", "")
    except ValueError:
        raise BadPhone from None
    if len(extension) > 10:
        raise BadPhone
    return number, extension


def email(text: str) -> str:
    """The address in lower case; no look-up in the network. Raises `BadEmail`, `NationalId`."""
    if holds_national_id(text):
        raise NationalId(field="email")
    try:
        return validate_email(text.replace(" ", ""), check_deliverability=False).normalized.lower() if text else ""
    except EmailNotValidError:
        raise BadEmail from None
