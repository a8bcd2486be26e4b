"""One row of a workbook as a participant: what is known, or what is wrong with which cell. No database."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from blueprints.imports.headings import NATIONAL_ID, is_sure
from blueprints.imports.workbooks import TAKEN_OUT, Cell
from blueprints.registration.details import Details
from thai.digits import to_arabic
from thai.names import clean_name, display_name, split_title
from thai.phones import parse_phone
from thai.text import fold

LIMITS = {"title": 100, "first_name": 100, "last_name": 100, "organisation": 200, "position": 200, "name_en": 200, "certificate_name": 200,
          "staff_note": 500}
_PERSONAL = {"name", "title", "first_name", "last_name", "organisation", "position", "email", "phone", "name_en", "certificate_name"}
_NOTHING = {"-", "–", "—", "--", ".", "ไม่มี", "n/a", "none"}
_BROKEN = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
# รวมพร is a first name.
_TOTAL = re.compile(r"(?:ยอด|จำนวน)?รวม(?:ทั้งสิ้น|ทั้งหมด|จำนวน)?(?:ผู้เข้าร่วม|ผู้เข้าอบรม)?[\s:=\d,.]*(?:คน|ราย|ท่าน)?[\s.]*"
                    r"|จำนวน[\s:=\d,.]*(?:คน|ราย|ท่าน)?|(?:grand )?total[\s:=\d,.]*(?:people|persons)?"
                    r"|\(?ลงชื่อ.*|.*ผู้รับรอง.*|.*\.{6,}.*|_{4,}.*", re.IGNORECASE)
_CANCELLED = {fold(word) for word in ("cancelled", "canceled", "ยกเลิก", "ยกเลิกแล้ว", "blocked", "ระงับ", "ไม่เข้าร่วม")}
_YES = {fold(word) for word in ("ใช่", "มี", "ใช้", "ต้องการ", "เป็น", "yes", "y", "x", "true", "1", "vip", "วีไอพี", "แขกสำคัญ", "wheelchair", "รถเข็น",
                                  "วีลแชร์")}
_NO = {fold(word) for word in ("ไม่", "ไม่ใช่", "ไม่มี", "ไม่ใช้", "ไม่ต้องการ", "ไม่เป็น", "no", "n", "false", "0")}
_TICKS = {"✓", "✔", "☑", "/", "√", "●", "*"}
_SEVERAL = re.compile(r"\s*(?:[/,;|]|\bor\b|และ|หรือ)\s*")


@dataclass(frozen=True)
class Row:
    """A row: `number` as in the file, what was understood, a sentence for each cell that was not, and for each worth a look.

    `cancelled`: the file itself says that this person does not come.
    """

    number: int
    details: Details
    problems: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    cancelled: bool = False

    @property
    def name(self) -> str:
        """As far as it is known."""
        return display_name(self.details.title, self.details.first_name, self.details.last_name)


def parse(rows: Sequence[Sequence[Cell]], start: int, columns: Mapping[int, str], categories: Mapping[str, Collection[int]],
          default: int) -> list[Row]:
    """The people below the headings. Empty rows, repeated headings, headings of groups, totals and signatures are nobody.

    `categories`: folded name → the ids of those so called; an empty cell means `default`.
    """
    heads = {column: (rows[start - 1][column] or "").casefold() for column in columns} if start else {}
    found = []
    for number, row in enumerate(rows[start:], start + 1):
        cells = {name: row[column] or "" for column, name in columns.items() if column < len(row) and name != NATIONAL_ID}
        if _is_person(row, cells) and not _is_heading(row, heads):
            found.append(_row(number, cells, categories, default))
    return found


def _is_person(row: Sequence[Cell], cells: Mapping[str, str]) -> bool:
    said = [cell for cell in row if cell]
    if not any(cells[name] for name in cells if name in _PERSONAL) or (len(said) > 1 and len(set(said)) == 1):
        return False  # a number alone; one text merged over the row
    name = cells.get("name") or cells.get("first_name") or ""
    total = _TOTAL.fullmatch(name) or (len(said) <= 3 and any(map(_TOTAL.fullmatch, said)))
    return not total and (bool(name) or len(said) > 1)


def _is_heading(row: Sequence[Cell], heads: Mapping[int, str]) -> bool:
    """Whether the headings stand here once more, as on each printed page."""
    named = [column for column in heads if column < len(row) and row[column]]
    same = [column for column in named if heads[column] == (row[column] or "").casefold()]
    return bool(same) and len(same) * 2 >= len(named) and all(is_sure(row[column] or "") for column in same)


def _row(number: int, cells: Mapping[str, str], categories: Mapping[str, Collection[int]], default: int) -> Row:
    problems: dict[str, str] = {}
    notes: dict[str, str] = {}
    texts = {name: _text(name, cell, problems) for name, cell in cells.items()}
    title, first, last = _name(texts)
    given = {name: texts.get(name, "") for name in LIMITS} | {"title": title, "first_name": first, "last_name": last}
    if not first:
        problems.setdefault("name", _("The name is missing."))
    for name, limit in LIMITS.items():
        if len(given[name]) > limit:
            problems[name] = _("This is too long: up to %(max)d characters.", max=limit)
    category = default
    if label := texts.get("category"):
        fitting = categories.get(fold(label), ())
        category = next(iter(fitting)) if len(fitting) == 1 else 0
        if not category:
            problems["category"] = _("There is no category “%(name)s” at this event.", name=label[:60])
    email = _email(texts.get("email", ""), problems, notes)
    phone, extension = _phone(texts.get("phone", ""), to_arabic(texts.get("phone_extension", "")), problems, notes)
    details = Details(category, first, title, last, given["organisation"], given["position"], email, phone, extension, given["name_en"],
                      given["certificate_name"], given["staff_note"], vip=_mark("vip", texts, problems),
                      wheelchair=_mark("wheelchair", texts, problems))
    if details.wheelchair:
        notes["wheelchair"] = _("Bring this in only if the person agreed that we keep it.")
    return Row(number, details, problems, notes, fold(texts.get("status", "")) in _CANCELLED)


def _mark(name: str, texts: Mapping[str, str], problems: dict[str, str]) -> bool:
    """Whether a cell says yes: in words, with a cross or with a tick."""
    said = texts.get(name, "").strip()
    if said in _TICKS or fold(said) in _YES:
        return True
    if said and fold(said) not in _NO:
        problems[name] = _("Please write “yes”, or leave the cell empty.")
    return False


def _text(name: str, cell: str, problems: dict[str, str]) -> str:
    """What stands in the cell; nothing for a dash, an ID number, a formula's error."""
    if TAKEN_OUT in cell:
        problems[name] = _("This holds a national ID number, which we never collect.")
    elif cell in _BROKEN:
        problems[name] = _("The formula in this cell has an error. Please type the value itself.")
    elif cell.lower() not in _NOTHING or name in ("name", "first_name", "category"):
        return cell
    return ""


def _name(texts: Mapping[str, str]) -> tuple[str, str, str]:
    """Title, first and last name from their own columns, or from one in which they stand together."""
    title, first, last = (texts.get(name, "") for name in ("title", "first_name", "last_name"))
    whole = "name" in texts and not first
    text = texts["name"] if whole else first
    if whole or "title" not in texts:
        glued, rest = split_title(text)
        if rest:
            title, text = title or glued, rest
    if not last and (whole or "last_name" not in texts):
        text, _space, last = text.partition(" ")
    return title, clean_name(text, 500), clean_name(last, 500)


def _email(typed: str, problems: dict[str, str], notes: dict[str, str]) -> str:
    """The first address in the cell: Excel adds mailto:, people add spaces, names and second addresses."""
    plain = re.sub(r"(?i)mailto:", " ", typed)
    parts = [part for part in re.split(r"[;,/|<>()\s]+|และ|หรือ", plain) if "@" in part]
    joined = re.sub(r"\s+", "", plain)
    for candidate in [*([joined] if joined.count("@") == 1 else []), *parts]:
        try:
            address = validate_email(candidate.strip(".,;\""), check_deliverability=False).normalized.lower()
        except EmailNotValidError:
            continue
        if len(parts) > 1:
            notes["email"] = _("Several stand in this cell; the first is taken: %(value)s", value=address)
        return address
    if typed:
        problems["email"] = _("“%(typed)s” is no e-mail address.", typed=typed[:60])
    return ""


def _phone(typed: str, extension: str, problems: dict[str, str], notes: dict[str, str]) -> tuple[str, str]:
    """The first number in the cell; a number without its 0 is one that Excel took it from."""
    text = to_arabic(typed)
    bare = re.sub(r"(?i)^(?:โทรศัพท์|โทร|มือถือ|เบอร์|tel|mobile|phone)\.?\s*:?\s*", "", text)
    digits = re.sub(r"\D", "", bare)
    parts = [re.sub(r"(\d{5,})\s*[-–]\s*\d{1,2}$", r"\1", bare), *_SEVERAL.split(bare), *((digits[:10], digits[:9]) if len(digits) > 17 else ())]
    found = _number(text) or _number(bare)
    if found is None and (found := next(filter(None, map(_number, parts)), None)):
        notes["phone"] = _("Several stand in this cell; the first is taken: %(value)s", value=typed[:60])
    if typed and found is None:
        problems["phone"] = _("“%(typed)s” is no telephone number.", typed=typed[:40])
    number, own = found or ("", "")
    if len(extension or own) > 10:
        problems["phone"] = _("Please shorten the extension: up to 10 digits.")
    return number, extension or own


def _number(text: str) -> tuple[str, str] | None:
    for candidate in (text, f"0{text}"):
        try:
            return parse_phone(re.sub(r"(?<=\d)\.0$", "", candidate))
        except ValueError:
            continue
    return None
