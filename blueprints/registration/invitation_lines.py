"""A list of people as organisers paste it: one line each, with name, e-mail and organisation in any order. No database."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from blueprints.registration.facts import NationalId
from thai.text import holds_national_id, normalise

LONGEST = 200  # characters of a name or an organisation

NO_EMAIL = _l("There is no e-mail address in this line.")
BAD_EMAIL = _l("This e-mail address cannot be right. It looks like name@example.com.")
TWICE = _l("The same e-mail address stands in an earlier line.")

_EMAIL = re.compile(r"<?\s*(?:mailto:)?([^\s,;<>\"|@]+@[^\s,;<>\"|@]+)\s*>?")
_ORGANISATION = re.compile(
    r"^(?:บริษัท|บจก|บมจ|หจก|ห้างหุ้นส่วน|มหาวิทยาลัย|วิทยาลัย|สำนัก|ศูนย์|สมาคม|โรงพยาบาล|รพ\.|กระทรวง|กรม(?!ล)|สถาบัน|คณะ|กลุ่ม|วิสาหกิจ|โรงงาน"
    r"|หอการค้า|สภา|ชมรม|องค์การ|เทศบาล|มูลนิธิ|ร้าน|คลินิก|สหกรณ์|จังหวัด)|จำกัด"
    r"|\b(?:co|ltd|inc|plc|company|corporation|university|college|hospital|institute|department|office|center|centre|association|foundation|group)\b",
    re.IGNORECASE)
_HEADINGS = {
    "organisation_name": re.compile(r"หน่วยงาน|บริษัท|องค์กร|สังกัด|กิจการ|organi[sz]ation|company|affiliation", re.IGNORECASE),
    "name": re.compile(r"ชื่อ|สกุล|คำนำหน้า|name|title", re.IGNORECASE),
}


@dataclass(frozen=True)
class Line:
    """One line: who it is about, and the `problem` that leaves it out (a sentence), if any."""

    number: int
    text: str
    email: str = ""
    name: str = ""
    organisation_name: str = ""
    problem: Any | None = None


def read(text: str) -> list[Line]:
    """Every line but empty ones and a heading. Names, e-mails and organisations are told apart by how they look, or by the heading."""
    lines: list[Line] = []
    seen: set[str] = set()
    columns: list[str] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        if not normalise(raw):
            continue
        cells = _cells(raw)
        if "@" not in raw and columns is None and not lines and (heading := _heading(cells)):
            columns = heading
            continue
        line = _line(number, raw, cells, columns)
        if line.email in seen and line.problem is None:
            line = replace(line, problem=TWICE)
        seen.add(line.email or raw)
        lines.append(line)
    return lines


def _cells(raw: str) -> list[str]:
    separator = next((sign for sign in "\t;|," if sign in raw), None)
    if separator is None:
        parts = _EMAIL.split(raw, maxsplit=1)  # what stands before the address, the address, what stands after it
        return [normalise(part) for part in parts]
    return [normalise(cell) for cell in next(csv.reader([raw.replace("\x00", "")], delimiter=separator, skipinitialspace=True))]


def _heading(cells: list[str]) -> list[str] | None:
    columns = [next((name for name, words in _HEADINGS.items() if words.search(cell)), "") for cell in cells]
    return columns if any(columns) else None


def _line(number: int, raw: str, cells: list[str], columns: list[str] | None) -> Line:
    email, rest = "", []
    for index, cell in enumerate(cells):
        if not email and (found := _EMAIL.search(cell)):
            email = found[1].strip(".").lower()
            cell = normalise(_EMAIL.sub(" ", cell, count=1)).strip(" -–:()")
        cell = cell.strip('" ')
        if re.search(r"[^\W\d_]", cell):
            rest.append((columns[index] if columns and index < len(columns) else "", cell))
    name, organisation = _told_apart(rest)
    line = Line(number, normalise(raw), email, name[:LONGEST], organisation[:LONGEST])
    return replace(line, problem=next(_problems(line, raw), None))


def _told_apart(cells: list[tuple[str, str]]) -> tuple[str, str]:
    """Name and organisation of the cells with letters, each with its heading or ""."""
    named = [cell for heading, cell in cells if heading == "name"]
    from_heading = [cell for heading, cell in cells if heading == "organisation_name"]
    others = [cell for heading, cell in cells if not heading]
    organisations = from_heading or [cell for cell in others if _ORGANISATION.search(cell)]
    names = named or [cell for cell in others if cell not in organisations]
    if not organisations and not named and len(names) > 1:
        names, organisations = names[:1], names[1:]
    return " ".join(names), " ".join(organisations)


def _problems(line: Line, raw: str) -> Iterator[Any]:
    if holds_national_id(raw):
        yield NationalId.message
    if not line.email:
        yield BAD_EMAIL if "@" in raw else NO_EMAIL
    else:
        try:
            validate_email(line.email, check_deliverability=False)
        except EmailNotValidError:
            yield BAD_EMAIL
