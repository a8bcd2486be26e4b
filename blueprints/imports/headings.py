"""Which column holds what: headings as people write them, in Thai and English, over one row or two. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blueprints.imports.workbooks import Cell
from thai.text import fold, holds_national_id

#: Field → words that stand over its column. Each is folded before it is compared.
WORDS: dict[str, tuple[str, ...]] = {
    "name": ("ชื่อ-สกุล", "ชื่อ – สกุล", "ชื่อ นามสกุล", "ชื่อ-นามสกุล", "ชื่อ - นามสกุล", "ชื่อและนามสกุล", "ชื่อสกุล", "รายชื่อ", "ชื่อผู้เข้าร่วม",
             "ชื่อผู้เข้าอบรม", "ชื่อผู้เข้าร่วมประชุม", "full name", "name", "participant", "name surname"),
    "title": ("คำนำหน้า", "คำนำหน้าชื่อ", "คำนำหน้านาม", "ยศ", "ยศ/คำนำหน้า", "title", "prefix"),
    "first_name": ("ชื่อ", "ชื่อตัว", "ชื่อจริง", "first name", "firstname", "given name"),
    "last_name": ("นามสกุล", "สกุล", "ชื่อสกุลผู้เข้าร่วม", "last name", "lastname", "surname", "family name"),
    "organisation": ("หน่วยงาน", "บริษัท", "กิจการ", "สถานประกอบการ", "ชื่อสถานประกอบการ", "ชื่อบริษัท", "ชื่อหน่วยงาน", "สังกัด", "องค์กร", "หน่วยงาน/บริษัท",
                     "บริษัท/หน่วยงาน", "ชื่อกิจการ", "organisation", "organization", "company", "affiliation", "agency"),
    "position": ("ตำแหน่ง", "ตำแหน่งงาน", "position", "job title", "role"),
    "email": ("อีเมล", "อีเมล์", "อีเมลล์", "e-mail", "email", "email address", "ที่อยู่อีเมล", "ไปรษณีย์อิเล็กทรอนิกส์"),
    "phone": ("โทรศัพท์", "เบอร์โทร", "เบอร์โทรศัพท์", "เบอร์มือถือ", "โทร", "โทร.", "มือถือ", "หมายเลขโทรศัพท์", "เบอร์ติดต่อ", "โทรศัพท์มือถือ", "telephone", "phone",
              "mobile", "tel", "tel.", "phone number", "mobile phone"),
    "category": ("ประเภทผู้เข้าร่วม", "ประเภท", "กลุ่ม", "กลุ่มผู้เข้าร่วม", "category", "type", "participant category"),
    "name_en": ("ชื่อภาษาอังกฤษ", "ชื่อ-สกุล ภาษาอังกฤษ", "ชื่อ (อังกฤษ)", "name in english", "english name"),
    "certificate_name": ("ชื่อบนเกียรติบัตร", "ชื่อในเกียรติบัตร", "ชื่อในใบประกาศ", "name on the certificate", "certificate name"),
    "staff_note": ("หมายเหตุ", "หมายเหตุสำหรับเจ้าหน้าที่ประตู", "บันทึกถึงเจ้าหน้าที่ประตู", "หมายเหตุถึงเจ้าหน้าที่ประตู", "note", "remark", "remarks",
                   "note for the door staff"),
}
FIELDS = tuple(WORDS)
_BY_WORD = {fold(word): field for field, words in WORDS.items() for word in words}
#: Columns that mean nothing to us, and must not be taken for something by a likeness.
_IGNORED = {fold(word) for word in (
    "ลำดับ", "ลำดับที่", "ที่", "no", "no.", "ลายมือชื่อ", "ลายเซ็น", "signature", "เช้า", "บ่าย", "วันที่ลงทะเบียน", "timestamp", "ประทับเวลา", "status", "สถานะ",
    "registered at", "ลงทะเบียนเมื่อ", "code", "รหัส", "sessions", "ช่วงกิจกรรม")}
_NATIONAL = tuple(fold(word) for word in ("เลขบัตรประชาชน", "เลขประจำตัวประชาชน", "บัตรประชาชน", "national id", "citizen id", "id card"))
NATIONAL_ID = "national_id"
LOOKED_AT = 30  # rows from the top in which headings may stand


@dataclass(frozen=True)
class Headings:
    """Where the headings stand (`first` to `last`, counted from 0) and which field each column is; no entry: left out."""

    first: int
    last: int
    columns: dict[int, str]
    labels: list[str]


def find(rows: Sequence[Sequence[Cell]]) -> Headings | None:
    """The row, or two merged rows, under the titles on top that name most fields; None: no row names a person."""
    best: Headings | None = None
    for first in range(min(len(rows), LOOKED_AT)):
        for last in (first, first + 1):
            if last < len(rows) and (found := at(rows, first, last)) and _score(found) > _score(best):
                best = found
    return best


def at(rows: Sequence[Sequence[Cell]], first: int, last: int) -> Headings | None:
    """The headings of these rows, where they name a person."""
    labels = [_label([rows[row][column] for row in range(first, last + 1)]) for column in range(len(rows[first]))]
    columns: dict[int, str] = {}
    for column, label in enumerate(labels):
        field = field_of(label)
        if field == NATIONAL_ID or (field and field not in columns.values()):
            columns[column] = field
    # A column of 13-digit numbers is left out whatever stands over it.
    for column in range(len(labels)):
        if any(holds_national_id(str(row[column] or "")) for row in rows[last + 1:last + 6]):
            columns[column] = NATIONAL_ID
    if not {"name", "first_name"} & set(columns.values()):
        return None
    return Headings(first, last, columns, labels)


def field_of(label: str) -> str | None:
    """The field that a heading means: by a word of ours, or by one that begins or ends it."""
    folded = fold(label)
    if not folded or folded in _IGNORED:
        return None
    if any(word in folded for word in _NATIONAL):
        return NATIONAL_ID
    if folded in _BY_WORD:
        return _BY_WORD[folded]
    near = [word for word in _BY_WORD if len(word) > 3 and (folded.startswith(word) or folded.endswith(word))]
    return _BY_WORD[max(near, key=len)] if near else None


def _label(parts: Sequence[Cell]) -> str:
    """Two rows of a heading read as one; what is merged over both stands once."""
    words: list[str] = []
    for part in parts:
        if part is not None and str(part).strip() not in words:
            words.append(str(part).strip())
    joined = " ".join(words)
    # "ลงทะเบียน | ชื่อ" means what its lower part means.
    return words[-1] if len(words) == 2 and field_of(joined) is None else joined


def _score(found: Headings | None) -> tuple[int, int]:
    """Most fields; of those the fewest rows."""
    return (len(set(found.columns.values())), -(found.last - found.first)) if found else (0, 0)
