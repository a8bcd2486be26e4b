"""Names of persons: title, first name, last name (which may be empty). Nothing is inferred from a title or a name."""

import re
import unicodedata
from collections.abc import Iterable

from thai.text import fold, normalise

#: Suggestions only: a title is free text.
TITLES = (
    "นาย", "นาง", "นางสาว", "ดร.", "ผศ.", "ผศ.ดร.", "รศ.", "รศ.ดร.", "ศ.", "ศ.ดร.", "อาจารย์",
    "นพ.", "พญ.", "ทพ.", "ทพญ.", "ภก.", "ภญ.", "ว่าที่ร้อยตรี", "ว่าที่ร้อยตรีหญิง", "ร.ต.อ.", "พ.ต.ท.", "พ.ต.อ.",
    "ม.ร.ว.", "ม.ล.", "พระ", "พระมหา", "พระครู", "Mr.", "Mrs.", "Ms.", "Miss", "Dr.", "Prof.",
)

_FULL = {
    "น.ส.": "นางสาว", "นส.": "นางสาว", "ด.ช.": "เด็กชาย", "ด.ญ.": "เด็กหญิง",
    "อ.": "อาจารย์", "ผศ.": "ผู้ช่วยศาสตราจารย์", "รศ.": "รองศาสตราจารย์", "ศ.": "ศาสตราจารย์",
    "นพ.": "นายแพทย์", "พญ.": "แพทย์หญิง", "ทพ.": "ทันตแพทย์", "ทพญ.": "ทันตแพทย์หญิง",
    "ภก.": "เภสัชกร", "ภญ.": "เภสัชกรหญิง", "น.สพ.": "นายสัตวแพทย์", "สพ.ญ.": "สัตวแพทย์หญิง",
    "ม.ร.ว.": "หม่อมราชวงศ์", "ม.ล.": "หม่อมหลวง",
    "ส.ต.": "สิบตรี", "ส.ท.": "สิบโท", "ส.อ.": "สิบเอก", "จ.ส.ท.": "จ่าสิบโท", "จ.ส.อ.": "จ่าสิบเอก",
    "ร.ต.": "ร้อยตรี", "ร.ท.": "ร้อยโท", "ร.อ.": "ร้อยเอก", "พ.ต.": "พันตรี", "พ.ท.": "พันโท", "พ.อ.": "พันเอก",
    "พล.ต.": "พลตรี", "พล.ท.": "พลโท", "พล.อ.": "พลเอก",
    "จ.ต.": "จ่าตรี", "จ.ท.": "จ่าโท", "จ.อ.": "จ่าเอก",
    "พ.จ.ต.": "พันจ่าตรี", "พ.จ.ท.": "พันจ่าโท", "พ.จ.อ.": "พันจ่าเอก",
    "พล.ร.ต.": "พลเรือตรี", "พล.ร.ท.": "พลเรือโท", "พล.ร.อ.": "พลเรือเอก",
    "พ.อ.ต.": "พันจ่าอากาศตรี", "พ.อ.ท.": "พันจ่าอากาศโท", "พ.อ.อ.": "พันจ่าอากาศเอก",
    "พล.อ.ต.": "พลอากาศตรี", "พล.อ.ท.": "พลอากาศโท", "พล.อ.อ.": "พลอากาศเอก",
    "ส.ต.ต.": "สิบตำรวจตรี", "ส.ต.ท.": "สิบตำรวจโท", "ส.ต.อ.": "สิบตำรวจเอก", "ด.ต.": "ดาบตำรวจ",
    "ร.ต.ต.": "ร้อยตำรวจตรี", "ร.ต.ท.": "ร้อยตำรวจโท", "ร.ต.อ.": "ร้อยตำรวจเอก",
    "พ.ต.ต.": "พันตำรวจตรี", "พ.ต.ท.": "พันตำรวจโท", "พ.ต.อ.": "พันตำรวจเอก",
    "พล.ต.ต.": "พลตำรวจตรี", "พล.ต.ท.": "พลตำรวจโท", "พล.ต.อ.": "พลตำรวจเอก",
}
# One rank in one service and another in the next: never spelled out.
_AMBIGUOUS = {"จ.ส.ต.", "น.ต.", "น.ท.", "น.อ."}
# These stand alone before a name; the others, academic, medical and of rank, may follow each other.
_ALONE = ("นาย", "นาง", "นางสาว", "เด็กชาย", "เด็กหญิง", "คุณ", "พระ", "พระมหา", "พระครู",
          "น.ส.", "นส.", "ด.ช.", "ด.ญ.")
_ENGLISH = r"(?:(?:mr|mrs|ms|miss|dr|prof|assoc|asst)\b(?:\. ?| |$))+"


def _any_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


_CHAINED = {*_FULL, *_FULL.values(), *_AMBIGUOUS, "ดร.", "ดอกเตอร์"} - set(_ALONE)
# หญิง belongs to a rank (…ต. …ท. …อ.), but after ดร. ผศ. รศ. ศ. it is a first name.
# What follows a title begins a syllable: นายิกา is a name, and นางสาวิตรี is นาง with the name สาวิตรี.
_TITLE = re.compile(
    rf"(?:(?:(?:ว่าที่ ?)?{_any_of(_CHAINED)}(?:(?<![รศ]\.)หญิง)? ?)+|{_any_of(_ALONE)} ?|{_ENGLISH})(?=[^ะ-ฺๅ-๎]|$)",
    re.IGNORECASE)
# A row of single letters is one title, so that an unknown one is not read as a known one and a rest.
_SINGLE_LETTERS = r"(?:พล\.)?(?:[ก-ฮ]\.)+"
_OTHERS = _any_of(short for short in _FULL if not re.fullmatch(_SINGLE_LETTERS, short))
_SHORT_TITLE = re.compile(rf"(?:(?<![ก-๎])|(?<=ว่าที่))({_OTHERS}|{_SINGLE_LETTERS}) ?")


def clean_name(text: str, limit: int = 160) -> str:
    """A name or title normalised and, beyond `limit` characters, cut before a whole letter with its marks.

    Capital letters stay as they were typed.
    """
    text = normalise(text)
    if len(text) <= limit:
        return text
    end = limit
    while end and unicodedata.category(text[end])[0] == "M":
        end -= 1
    return text[:end].rstrip()


def display_name(title: str, first: str, last: str) -> str:
    """นางสาวกัญญา ศรีสุข; ผศ. ดร.กัญญา ศรีสุข; นายJohn Smith; Mr. John Smith; a missing part leaves no space."""
    title, first, last = normalise(title), normalise(first), normalise(last)
    return f"{title}{_space_between(title, first)}{first} {last}".strip()


def formal_name(title: str, first: str, last: str) -> str:
    """The name for formal papers, each short title in full: ผศ.ดร. is ผู้ช่วยศาสตราจารย์ ดร., ว่าที่ ร.ต. is ว่าที่ร้อยตรี.

    A title that could be short for several is left as it was typed.
    """
    full = normalise(_SHORT_TITLE.sub(lambda short: f"{_FULL.get(short[1], short[1])} ", normalise(title)))
    return display_name(full.replace("ว่าที่ ", "ว่าที่").replace(" หญิง", "หญิง"), first, last)


def split_title(text: str) -> tuple[str, str]:
    """Title and rest of a name typed in one piece: นางสาวกัญญา ศรีสุข is (นางสาว, กัญญา ศรีสุข); without a title ("", text)."""
    text = normalise(text)
    found = _TITLE.match(text)
    return (found[0].rstrip(), text[found.end():]) if found else ("", text)


def name_key(title: str, first: str, last: str) -> str:
    """A key that is the same for one person's name however it was typed.

    The title does not count, in its own field or glued to the first name, nor where the first name ends.
    """
    name = display_name("", first, last)
    return fold(split_title(name)[1]) or fold(title + name)


def _space_between(title: str, first: str) -> str:
    """Thai titles touch the name; a Latin title does not, nor does a title in full stop before a further title."""
    latin = re.search(r"[a-z]\.?$", title, re.IGNORECASE)
    further_title = title.endswith(".") and split_title(first)[0].endswith(".")
    return " " if latin or further_title else ""
