"""One row of a workbook as a participant: what is known, or what is wrong with which cell. No database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from blueprints.imports.headings import NATIONAL_ID
from blueprints.imports.workbooks import Cell
from blueprints.registration.details import Details
from thai.names import clean_name, split_title
from thai.phones import parse_phone
from thai.text import fold, holds_national_id, normalise

_FOOTER = re.compile(r"^(รวม|รวมทั้งสิ้น|รวมทั้งหมด|จำนวน|total|ผู้รับรอง|หมายเหตุ)\b|^รวม", re.IGNORECASE)
LIMITS = {"title": 100, "first_name": 100, "last_name": 100, "organisation": 200, "position": 200, "name_en": 200, "certificate_name": 200,
          "staff_note": 500}


@dataclass(frozen=True)
class Row:
    """A row: `number` as in the file, what was understood, and a sentence for each cell that was not."""

    number: int
    details: Details | None
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As far as it is known."""
        return " ".join(filter(None, (self.details.title + self.details.first_name, self.details.last_name))) if self.details else ""


def parse(rows: Sequence[Sequence[Cell]], start: int, columns: Mapping[int, str], categories: Mapping[str, int], default: int) -> list[Row]:
    """The people below the headings. Empty rows, repeated headings and totals are nobody.

    `categories`: folded name → id; an empty cell means `default`.
    """
    heads = {column: fold(str(rows[start - 1][column] or "")) for column in columns} if start else {}
    found = []
    for number, row in enumerate(rows[start:], start + 1):
        cells = {name: row[column] for column, name in columns.items() if column < len(row) and name != NATIONAL_ID}
        if not any(cell is not None for cell in cells.values()):
            continue
        if any(cell is not None and fold(str(cell)) == heads.get(column) for column, cell in enumerate(row) if column in columns and heads[column]):
            continue
        said = [cell for cell in row if cell is not None]
        if len(said) <= 2 and _FOOTER.match(str(said[0])):
            continue
        found.append(_row(number, cells, categories, default))
    return found


def _row(number: int, cells: Mapping[str, Cell], categories: Mapping[str, int], default: int) -> Row:
    problems: dict[str, str] = {}
    texts = {name: _text(cells.get(name)) for name in LIMITS}
    title, first, last = _name(_text(cells.get("name")), texts, "title" in cells)
    if not first:
        problems["name"] = _("The name is missing.")
    for name in LIMITS:
        if len(texts[name]) > LIMITS[name]:
            problems[name] = _("This is too long: up to %(max)d characters.", max=LIMITS[name])
        if holds_national_id(texts[name]):
            problems[name] = _("This holds a national ID number, which we never collect.")
    if holds_national_id(f"{first} {last}"):
        problems["name"] = _("This holds a national ID number, which we never collect.")
    category = default
    if label := _text(cells.get("category")):
        category = categories.get(fold(label), 0)
        if not category:
            problems["category"] = _("There is no category “%(name)s” at this event.", name=label)
    email = _email(_text(cells.get("email")), problems)
    phone, extension = _phone(cells.get("phone"), problems)
    details = Details(
        category, first, title, last, texts["organisation"], texts["position"], email, phone, extension, texts["name_en"],
        texts["certificate_name"], texts["staff_note"])
    return Row(number, details, problems)


def _name(whole: str, texts: Mapping[str, str], apart: bool) -> tuple[str, str, str]:
    """Title, first and last name from their own columns, or from one in which they stand together (not `apart`)."""
    title, first, last = texts["title"], clean_name(texts["first_name"], 500), clean_name(texts["last_name"], 500)
    if not first and whole:
        glued, rest = split_title(normalise(whole))
        first, _space, last = rest.strip().partition(" ")
        return title or glued, clean_name(first, 500), clean_name(last, 500)
    if first and not apart:
        glued, rest = split_title(first)
        if rest.strip():
            title, first = glued, rest.strip()
            if not last and " " in first:
                first, _space, last = first.partition(" ")
    return title, first, last


def _email(typed: str, problems: dict[str, str]) -> str:
    """The first address in the cell: Excel adds mailto:, people add spaces and second addresses."""
    candidates = [part for part in re.split(r"[;,/\s]+", re.sub(r"(?i)mailto:", " ", typed)) if part]
    joined = re.sub(r"\s*([@.])\s*", r"\1", typed).replace("mailto:", "").strip()
    for candidate in [joined, *candidates]:
        try:
            return validate_email(candidate, check_deliverability=False).normalized.lower()
        except EmailNotValidError:
            continue
    if typed and typed not in "-–":
        problems["email"] = _("“%(typed)s” is no e-mail address.", typed=typed[:60])
    return ""


def _phone(cell: Cell, problems: dict[str, str]) -> tuple[str, str]:
    """The first number in the cell; a number without its 0 is one that Excel took it from."""
    typed = _text(cell)
    if not typed or typed in "-–":
        return "", ""
    if re.fullmatch(r"[2-9]\d{7,8}", typed) and len(typed) == (9 if typed[0] in "689" else 8):
        typed = f"0{typed}"
    for candidate in [typed, *re.split(r"\s*[,;/]\s*|\s+หรือ\s+|\n", typed)]:
        try:
            return parse_phone(candidate)
        except ValueError:
            continue
    problems["phone"] = _("“%(typed)s” is no telephone number.", typed=typed[:40])
    return "", ""


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else str(cell)
    return normalise(str(cell))
