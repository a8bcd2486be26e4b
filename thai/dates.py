"""Dates and times as Thai papers write them, in the Buddhist Era (BE = CE + 543), and as people type them."""

import re
from datetime import date, time

from thai.digits import to_arabic, to_thai
from thai.text import normalise

MONTHS = ("มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
          "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม")
SHORT_MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
#: Monday first, as `date.weekday()` counts.
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")

_ENGLISH_MONTHS = ("January", "February", "March", "April", "May", "June",
                   "July", "August", "September", "October", "November", "December")
_NBSP = "\u00a0"
_ERA = 543
_FIRST_CE_YEAR, _FIRST_BE_YEAR, _LAST_CE_YEAR = 1900, 2400, 2400

_MONTH_NUMBERS = {
    name.replace(".", "").casefold(): number
    for names in (MONTHS, SHORT_MONTHS, _ENGLISH_MONTHS, [name[:3] for name in _ENGLISH_MONTHS])
    for number, name in enumerate(names, start=1)
}
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2}) ?[-/. ] ?(\d{1,2}) ?[-/. ] ?(\d{4}|\d{2})", re.ASCII)
_WORDS = re.compile(
    r"(?:.*ที่)?(\d{1,2})(?:เดือน)?(" + "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
    + r")(พศ|พุทธศักราช|คศ|คริสต์ศักราช)?(\d{4}|\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.]?(\d{2})(?:[:.]\d{2})? ?(?:น\.?|นาฬิกา)?", re.ASCII)
_LONGEST = 80


class DateError(ValueError):
    """The text is no date or time. `reason` is `unreadable`, `ce_year_too_late` or `no_such_day`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def be_year(d: date) -> int:
    """The year in the Buddhist Era."""
    return d.year + _ERA


def long_date(d: date) -> str:
    """วันศุกร์ที่ 17 กรกฎาคม พ.ศ. 2563, with no-break spaces after the day and after พ.ศ."""
    return f"วัน{WEEKDAYS[d.weekday()]}ที่ {_day_and_month(d)} พ.ศ.{_NBSP}{be_year(d)}"


def medium_date(d: date) -> str:
    """17 กรกฎาคม 2563, with a no-break space after the day."""
    return f"{_day_and_month(d)} {be_year(d)}"


def short_date(d: date) -> str:
    """17 ก.ค. 63, with a no-break space after the day."""
    return f"{d.day}{_NBSP}{SHORT_MONTHS[d.month - 1]} {be_year(d) % 100:02}"


def certificate_date(d: date) -> str:
    """ให้ไว้ ณ วันที่ ๑๗ เดือนกรกฎาคม พุทธศักราช ๒๕๖๓, with no-break spaces after the day and before the year."""
    return to_thai(f"ให้ไว้ ณ วันที่ {d.day}{_NBSP}เดือน{MONTHS[d.month - 1]} พุทธศักราช{_NBSP}{be_year(d)}")


def date_range(start: date, end: date) -> str:
    """23 – 24 กรกฎาคม 2569; across months or years both days are spelled out; one day is `medium_date`."""
    if start == end:
        return medium_date(start)
    same_month = (start.year, start.month) == (end.year, end.month)
    return f"{start.day if same_month else medium_date(start)} – {medium_date(end)}"


def time_range(start: time, end: time) -> str:
    """09.00 – 16.30 น."""
    return f"{start:%H.%M} – {clock(end)}"


def clock(t: time) -> str:
    """09.00 น."""
    return f"{t:%H.%M} น."


def english_date(d: date) -> str:
    """17 July 2020."""
    return f"{d.day} {_ENGLISH_MONTHS[d.month - 1]} {d.year}"


def english_date_range(start: date, end: date) -> str:
    """23–24 July 2026; 30 September – 1 October 2026; 31 December 2026 – 1 January 2027; 17 July 2020."""
    if start == end:
        return english_date(start)
    if start.year != end.year:
        return f"{english_date(start)} – {english_date(end)}"
    if start.month != end.month:
        return f"{start.day} {_ENGLISH_MONTHS[start.month - 1]} – {english_date(end)}"
    return f"{start.day}–{english_date(end)}"


def fiscal_year(d: date) -> int:
    """The Thai fiscal year in BE: 1 October to 30 September, named by the year it ends in."""
    return be_year(d) + (d.month >= 10)


def fiscal_year_bounds(be: int) -> tuple[date, date]:
    """The first and the last day of a Thai fiscal year given in BE."""
    return date(be - _ERA - 1, 10, 1), date(be - _ERA, 9, 30)


def parse_date(text: str) -> date:
    """The day that a person typed: 2026-07-24, 24/7/69, 24/07/2569, ๒๔ ก.ค. ๖๙, 24 กรกฎาคม พ.ศ. 2569, 24 July 2026.

    Two digits are a year of BE 25xx; four digits from 2400 are BE, from 1900 CE, unless พ.ศ. or ค.ศ. says which.
    A date with its year first is ISO, hence CE. Raises DateError: `unreadable`; `ce_year_too_late` when the CE year
    is above 2400 (a BE year where CE belongs); `no_such_day` for 30 February and the like.
    """
    day, month, year = _read_date(to_arabic(normalise(text[:_LONGEST + 1])))
    if year > _LAST_CE_YEAR:
        raise DateError("ce_year_too_late")
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError("no_such_day") from None


def parse_time(text: str) -> time:
    """The time of day that a person typed: 9:00, 09.00, ๐๙.๐๐ น., 0900; seconds are ignored.

    Raises DateError("unreadable").
    """
    found = _TIME.fullmatch(to_arabic(normalise(text[:_LONGEST + 1])))
    try:
        return time(int(found[1]), int(found[2]))
    except (TypeError, ValueError):
        raise DateError("unreadable") from None


def _day_and_month(d: date) -> str:
    return f"{d.day}{_NBSP}{MONTHS[d.month - 1]}"


def _read_date(text: str) -> tuple[int, int, int]:
    """Day, month and CE year."""
    if len(text) > _LONGEST:
        raise DateError("unreadable")
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[3]), int(found[2]), _ce_year(found[1], "คศ")
    if found := _NUMBERS.fullmatch(text):
        return int(found[1]), int(found[2]), _ce_year(found[3])
    # กรกฏาคม, with the wrong one of two letters that look alike, is the commonest misspelling of July.
    if found := _WORDS.fullmatch(re.sub(r"[ .,]", "", text).casefold().replace("ฏ", "ฎ")):
        return int(found[1]), _MONTH_NUMBERS[found[2]], _ce_year(found[4], found[3])
    raise DateError("unreadable")


def _ce_year(digits: str, era: str | None = None) -> int:
    year = int(digits)
    if len(digits) == 2 and era in (None, "พศ", "พุทธศักราช"):
        return year + 2500 - _ERA
    if year < _FIRST_CE_YEAR:
        raise DateError("unreadable")
    if era is None:
        era = "พศ" if year >= _FIRST_BE_YEAR else "คศ"
    if era in ("คศ", "คริสต์ศักราช"):
        return year
    if year < _FIRST_BE_YEAR:
        raise DateError("unreadable")
    return year - _ERA
