"""Which column holds what: headings as people write them, in Thai and English, over one row or two. No database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.imports.workbooks import TAKEN_OUT, Cell, Sheet
from thai.digits import to_arabic
from thai.names import split_title
from thai.phones import parse_phone
from thai.text import fold

#: Field → words that stand over its column, in Thai offices and in our own lists. Each is folded before it is compared.
WORDS: dict[str, tuple[str, ...]] = {name: tuple(words.split("|")) for name, words in {
    "name": "ชื่อ-สกุล|ชื่อ-นามสกุล|ชื่อและนามสกุล|ชื่อและสกุล|ชื่อตัว-ชื่อสกุล|รายชื่อ|ชื่อผู้เข้าร่วม|ชื่อผู้เข้าอบรม|ชื่อผู้เข้าร่วมประชุม|รายชื่อผู้เข้าร่วม|รายชื่อผู้เข้าอบรม|"
            "ผู้เข้าร่วม|ผู้เข้าอบรม|ชื่อผู้สมัคร|ชื่อผู้ลงทะเบียน|full name|name|participant|attendee|name surname|name and surname",
    "title": "คำนำหน้า|คำนำหน้าชื่อ|คำนำหน้านาม|ยศ|ยศ/คำนำหน้า|title|prefix|salutation",
    "first_name": "ชื่อ|ชื่อตัว|ชื่อจริง|first name|firstname|given name|forename",
    "last_name": "นามสกุล|สกุล|ชื่อสกุลผู้เข้าร่วม|last name|lastname|surname|family name",
    "organisation": "หน่วยงาน|บริษัท|กิจการ|สถานประกอบการ|ชื่อสถานประกอบการ|ชื่อบริษัท|ชื่อหน่วยงาน|สังกัด|หน่วยงานต้นสังกัด|องค์กร|ชื่อองค์กร|หน่วยงาน/บริษัท|บริษัท/หน่วยงาน|"
                    "หน่วยงาน/สังกัด|หน่วยงาน/สถานประกอบการ|ชื่อกิจการ|ผู้ประกอบการ|สถาบัน|โรงงาน|ห้างร้าน|organisation|organization|company|affiliation|agency|enterprise|institute",
    "position": "ตำแหน่ง|ตำแหน่งงาน|หน้าที่|position|job title|role",
    "email": "อีเมล|อีเมล์|อีเมลล์|อิเมล|e-mail|mail|email address|ที่อยู่อีเมล|ไปรษณีย์อิเล็กทรอนิกส์|จดหมายอิเล็กทรอนิกส์",
    "phone": "โทรศัพท์|เบอร์|เบอร์โทร|เบอร์โทรศัพท์|เบอร์มือถือ|โทร|มือถือ|หมายเลขโทรศัพท์|เบอร์ติดต่อ|เบอร์โทรติดต่อ|โทรศัพท์มือถือ|telephone|phone|mobile|tel|"
             "phone number|telephone number|mobile phone|cell phone",
    "phone_extension": "ต่อ|เบอร์ต่อ|หมายเลขต่อ|เบอร์ภายใน|extension|ext",
    "category": "ประเภทผู้เข้าร่วม|ประเภท|กลุ่ม|กลุ่มผู้เข้าร่วม|category|type|participant category|participant type",
    "name_en": "ชื่อภาษาอังกฤษ|ชื่อ-สกุล ภาษาอังกฤษ|ชื่อ-นามสกุล ภาษาอังกฤษ|ชื่อ (อังกฤษ)|ชื่อ-สกุล (อังกฤษ)|name in english|english name|"
               "name (english)|full name (english)",
    "certificate_name": "ชื่อบนเกียรติบัตร|ชื่อในเกียรติบัตร|ชื่อในใบประกาศ|ชื่อในประกาศนียบัตร|name on the certificate|name on certificate|certificate name",
    "staff_note": "หมายเหตุ|หมายเหตุสำหรับเจ้าหน้าที่ประตู|บันทึกถึงเจ้าหน้าที่ประตู|หมายเหตุถึงเจ้าหน้าที่ประตู|บันทึก|note|notes|remark|remarks|note for the door staff",
    "vip": "vip|วีไอพี|แขกวีไอพี|แขก vip|แขกพิเศษ|แขกสำคัญ|แขกผู้มีเกียรติ|บุคคลสำคัญ",
    "wheelchair": "รถเข็น|วีลแชร์|เก้าอี้รถเข็น|เก้าอี้เข็น|ใช้รถเข็น|ใช้วีลแชร์|ต้องการรถเข็น|wheelchair|wheel chair|needs a wheelchair",
    "status": "สถานะ|สถานะการลงทะเบียน|status",
}.items()}
FIELDS = tuple(WORDS)
_BY_WORD = {fold(word): field for field, words in WORDS.items() for word in words}
#: Columns that mean nothing to us, and must not be taken for something by a likeness.
_IGNORED = {fold(word) for word in (
    "ลำดับ|ลำดับที่|ที่|เลขที่|no|no.|number|ลายมือชื่อ|ลายเซ็น|ลงชื่อ|ลงนาม|ลายมือชื่อ เช้า|ลายมือชื่อ บ่าย|signature|เช้า|บ่าย|วันที่|วันที่ลงทะเบียน|วันเกิด|วันเดือนปีเกิด|เวลา|date|"
    "timestamp|ประทับเวลา|registered at|ลงทะเบียนเมื่อ|code|รหัส|sessions|ช่วงกิจกรรม|ที่อยู่|address|line id|ไลน์|อายุ|age|เพศ|gender|เลขประจำตัวผู้เสียภาษี|tax id|"
    "ชื่อเล่น|nickname").split("|")}
_NATIONAL = tuple(fold(word) for word in (
    "เลขบัตรประชาชน", "เลขประจำตัวประชาชน", "บัตรประชาชน", "บัตรประจำตัวประชาชน", "รหัสประชาชน", "เลขประชาชน", "เลข 13 หลัก", "national id", "citizen id",
    "id card", "thai id"))
NATIONAL_ID = "national_id"
LOOKED_AT, LONGEST_LABEL = 30, 60  # rows from the top in which headings may stand; letters


@dataclass(frozen=True)
class Headings:
    """Where the headings stand (`first` to `last`, counted from 0) and which field each column is; no entry: left out."""

    first: int
    last: int
    columns: dict[int, str]
    labels: list[str]


def find(rows: Sequence[Sequence[Cell]]) -> Headings | None:
    """The row, or two merged rows, under the titles on top that name most fields; where there is none, what the columns hold.

    None: nothing looks like a person.
    """
    best: Headings | None = None
    for first in range(min(len(rows), LOOKED_AT)):
        for last in (first, first + 1):
            if last > first and not (last < len(rows) and _only_headings(rows[first], rows[last])):
                continue
            if (found := at(rows, first, last)) and _score(found) > _score(best):
                best = found
    return best or at(rows, -1, -1)


def best(sheets: Sequence[Sheet]) -> int:
    """Which sheet looks most like a list of people: one that is shown, names persons, and has the most columns and rows."""
    def merits(number: int) -> tuple[bool, bool, int, int]:
        sheet = sheets[number]
        found = find(sheet.rows)
        return (not sheet.hidden, found is not None, len(found.columns) if found else 0, len(sheet.rows))

    return max(range(len(sheets)), key=merits)


def at(rows: Sequence[Sequence[Cell]], first: int, last: int) -> Headings | None:
    """The headings of these rows, where they name a person; `first` -1: there are none, and what the columns hold decides."""
    width = len(rows[0]) if rows else 0
    labels = [_label([rows[row][column] for row in range(max(first, 0), last + 1)]) for column in range(width)]
    body = rows[last + 1:last + 201]
    columns: dict[int, str] = {}
    for column, label in enumerate(labels):
        values = [value for row in body if (value := row[column])]
        field = field_of(label) or (None if label else _by_content(values))
        if sum(value == TAKEN_OUT for value in values) * 2 > len(values):  # left out whatever stands over it
            field = NATIONAL_ID
        if field == NATIONAL_ID or (field and field not in columns.values()):
            columns[column] = field
    columns |= _names_apart(columns, labels, body)
    if not {"name", "first_name"} & set(columns.values()):
        return None
    return Headings(first, last, columns, labels)


def field_of(label: str) -> str | None:
    """The field that a heading means: by a word of ours, with brackets or without, or by one that begins or ends it."""
    folded, bare = fold(label), fold(re.sub(r"[(\[].*?[)\]]", " ", label))
    if not folded or len(label) > LONGEST_LABEL or {folded, bare} & _IGNORED:
        return None
    if any(word in folded for word in _NATIONAL):
        return NATIONAL_ID
    if folded in _BY_WORD or bare in _BY_WORD:
        return _BY_WORD.get(folded) or _BY_WORD[bare]
    near = [word for word in _BY_WORD if len(word) > 3 and (folded.startswith(word) or folded.endswith(word))]
    return _BY_WORD[max(near, key=len)] if near else None


def is_sure(label: str) -> bool:
    """Whether this is a heading and nothing else, rather than a text that begins like one."""
    folded = fold(label)
    return folded in _BY_WORD or folded in _IGNORED or any(word in folded for word in _NATIONAL)


def _only_headings(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Whether the lower row is one of headings too: whatever stands in it and not over it is one."""
    own = [cell for cell, above in zip(lower, upper, strict=True) if cell and cell != above]
    return bool(own) and all(map(is_sure, own))


def _label(parts: Sequence[Cell]) -> str:
    """Two rows of a heading read as one; what is merged over both stands once."""
    words: list[str] = []
    for part in parts:
        if part and part not in words:
            words.append(part)
    joined = " ".join(words)
    # "ลงทะเบียน | ชื่อ" means what its lower part means.
    return words[-1] if len(words) == 2 and (is_sure(words[-1]) and not is_sure(joined) or field_of(joined) is None) else joined


def _by_content(values: list[str]) -> str | None:
    """What a column without a heading holds, as two thirds of its values show."""
    enough = len(values) * 2 // 3 + 1
    if sum("@" in value for value in values) >= enough:
        return "email"
    if sum(_is_phone(value) for value in values) >= enough:
        return "phone"
    return "name" if sum(bool(split_title(value)[0]) and " " in split_title(value)[1] for value in values) >= enough else None


def _is_phone(value: str) -> bool:
    try:
        return len(re.sub(r"\D", "", value)) >= 8 and bool(parse_phone(to_arabic(value)))
    except ValueError:
        return False


def _names_apart(columns: dict[int, str], labels: list[str], body: Sequence[Sequence[Cell]]) -> dict[int, str]:
    """One heading over several columns, ชื่อ–สกุล over title, first and last name, names each of them; ชื่อ alone is the whole name."""
    fields = set(columns.values())
    start = next((column for column, field in sorted(columns.items()) if field in ("name", "first_name")), None)
    if start is None or "last_name" in fields or not labels[start]:
        return {}
    following = []
    for column in range(start + 1, min(start + 3, len(labels))):
        if column in columns or labels[column] not in ("", labels[start]) or not any(row[column] for row in body):
            break
        following.append(column)
    if not following:
        return {start: "name"}
    if len(following) == 2:
        return {start: "title", following[0]: "first_name", following[1]: "last_name"}
    values = [value for row in body if (value := row[start])]
    titles = sum(bool(split_title(value)[0]) and not split_title(value)[1] for value in values)
    return {start: "title", following[0]: "name"} if titles * 2 > len(values) else {start: "first_name", following[0]: "last_name"}


def _score(found: Headings | None) -> tuple[int, int, int]:
    """Most fields; of those the most certain; of those the fewest rows."""
    if found is None:
        return (0, 0, 0)
    sure = sum(is_sure(found.labels[column]) for column in found.columns)
    return (len(set(found.columns.values())), sure, -(found.last - found.first))
