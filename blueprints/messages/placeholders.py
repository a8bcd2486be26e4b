"""What may stand in braces in a message, and how a text with its values becomes an e-mail. Pure: text in, text out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

Values = Mapping[str, Callable[[], str]]


@dataclass(frozen=True)
class Placeholder:
    """`{name}` in English texts, `{ชื่อ}` in Thai ones; either is understood in both."""

    name: str
    thai: str
    label: Any

    def word(self, language: str) -> str:
        """As it is written in a text of this language."""
        return f"{{{self.name if language == 'en' else self.thai}}}"


PLACEHOLDERS = (
    Placeholder("name", "ชื่อ", _l("Title, first and last name")),
    Placeholder("title", "คำนำหน้า", _l("Title before the name")),
    Placeholder("first_name", "ชื่อต้น", _l("First name")),
    Placeholder("organisation", "หน่วยงาน", _l("Organisation")),
    Placeholder("event", "งาน", _l("Title of the event")),
    Placeholder("programme", "โครงการ", _l("Title of the programme")),
    Placeholder("date", "วันจัดงาน", _l("Day or days of the event")),
    Placeholder("time", "เวลา", _l("Time of the event")),
    Placeholder("place", "สถานที่", _l("Place")),
    Placeholder("map_link", "ลิงก์แผนที่", _l("Link to a map")),
    Placeholder("online_link", "ลิงก์ออนไลน์", _l("Link to join online")),
    Placeholder("event_link", "ลิงก์งาน", _l("Link to the event’s page")),
    Placeholder("private_link", "ลิงก์ส่วนตัว", _l("Link to the person’s own page with the ticket")),
    Placeholder("code", "รหัส", _l("Code of the ticket")),
    Placeholder("category", "ประเภท", _l("Category")),
    Placeholder("sessions", "ช่วงกิจกรรม", _l("Sessions that the person chose")),
    Placeholder("changes_until", "แก้ไขได้ถึง", _l("Until when changes are possible")),
    Placeholder("certificate_link", "ลิงก์เกียรติบัตร", _l("Link to the certificate, once it is ready")),
    Placeholder("survey_link", "ลิงก์แบบประเมิน", _l("Link to the survey, while the person may answer")),
    Placeholder("contact", "ผู้ติดต่อ", _l("Contact of the organiser")),
)
_BY_WORD = {word: placeholder.name for placeholder in PLACEHOLDERS for word in (placeholder.name, placeholder.thai)}
_IN_BRACES = re.compile(r"\{([^{}\n]{1,60})\}")
_LINK = re.compile(r"https?://[^\s<>\"“”]+")
_AFTER_LINK = ".,;:!?)]}’'"  # closes the sentence, not the address


@dataclass(frozen=True)
class Unknown:
    """A word in braces that means nothing, and the known one nearest to it, if any is near."""

    word: str
    nearest: str | None


def unknown(text: str) -> Unknown | None:
    """The first placeholder of the text that does not exist."""
    for word in _IN_BRACES.findall(text):
        if _key(word) not in _BY_WORD:
            near = get_close_matches(_key(word), _BY_WORD, 1, 0.6)
            return Unknown(word, near[0] if near else None)
    return None


def fill(text: str, values: Values) -> str:
    """The text with its placeholders replaced, once: braces in a name stay as they are.

    A line of which nothing is left but a label (“Map: {map_link}”) is left out, and so are the blank lines around it but one.
    """
    lines = (_filled(line, values) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line is not None)).strip("\n")


def fill_line(text: str, values: Values) -> str:
    """`fill` for a subject: one line, single spaces."""
    return " ".join(_IN_BRACES.sub(lambda found: _value(found, values), text).split())


def to_html(filled: str) -> Markup:
    """Paragraphs of escaped text, in which addresses of the web can be followed."""
    paragraphs = re.split(r"\n{2,}", filled)
    return Markup("\n").join(Markup("<p>{}</p>").format(Markup("<br>\n").join(map(_with_links, p.split("\n")))) for p in paragraphs if p)


def _key(word: str) -> str:
    return word.strip().lower().replace(" ", "_")


def _value(found: re.Match[str], values: Values) -> str:
    name = _BY_WORD.get(_key(found[1]))
    return values[name]() if name else found[0]


def _filled(line: str, values: Values) -> str | None:
    given: list[str] = []

    def put(found: re.Match[str]) -> str:
        given.append(_value(found, values))
        return given[-1]

    filled = _IN_BRACES.sub(put, line)
    if given and not any(given):
        rest = filled.strip(" -–•*·")
        return None if not rest or rest.endswith(":") else _without_gaps(filled)
    return _without_gaps(filled) if given and not all(given) else filled


def _without_gaps(line: str) -> str:
    """What an empty value leaves behind: two spaces, a space before a full stop, empty brackets."""
    line = re.sub(r" {2,}", " ", re.sub(r"\(\s*\)", "", line))
    return re.sub(r" +([,.;!?)])", r"\1", line).strip(" ")


def _with_links(line: str) -> Markup:
    parts, end = [], 0
    for found in _LINK.finditer(line):
        address = found[0].rstrip(_AFTER_LINK)
        parts += [escape(line[end:found.start()]), Markup('<a href="{0}">{0}</a>').format(address)]
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(line[end:])])
