"""What follows from a participant's own words: order, search, who is the same person, what strangers may see of a name."""

from __future__ import annotations

import re

from core.codes import digest
from models import Registration
from thai.names import name_key, split_title
from thai.sorting import name_sort_key
from thai.text import fold

_SORT_KEY_WIDTH = Registration.__table__.c.sort_key.type.length


def describe(registration: Registration) -> None:
    """Derive `sort_key`, `search_text` and `person_key` from the rest of the row."""
    registration.sort_key = name_sort_key(registration.first_name, registration.last_name)[:_SORT_KEY_WIDTH]
    registration.search_text = search_text(registration)
    registration.person_key = person_key(registration.title, registration.first_name, registration.last_name,
                                         registration.email or registration.phone)


def person_key(title: str, first: str, last: str, contact: str) -> str:
    """The same for one person however the name is typed; `contact` is the e-mail address or else the phone."""
    return digest(f"{name_key(title, first, last)}\n{contact.lower()}")


def search_text(registration: Registration) -> str:
    """Names, organisation, e-mail, phone as dialled in Thailand, and code, each folded, with spaces between them."""
    phone = re.sub(r"^\+66", "0", registration.phone)
    parts = (registration.first_name + registration.last_name, registration.name_en, registration.certificate_name,
             registration.organisation_name, registration.email, phone, registration.code)
    return " ".join(filter(None, map(fold, parts)))


def search_words(typed: str) -> list[str]:
    """The folded words of a search, all of which must occur in `search_text`; a title before the name does not count.

    A telephone number typed in groups is one word.
    """
    if re.fullmatch(r"[\d๐-๙ .+()–-]+", typed):
        return [word] if (word := re.sub(r"^66", "0", fold(typed))) else []
    return [word for word in map(fold, split_title(typed)[1].split()) if word]


def masked_name(first: str, last: str) -> str:
    """กัญญา ศ.: enough for the holder to know it, too little for a stranger. The initial is the first consonant."""
    initial = re.search(r"[ก-ฮ]", last) if re.match("[เแโใไ]", last) else None
    letter = initial[0] if initial else last[:1]
    return f"{first} {letter}." if letter else first
