from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thai import dates
from thai.dates import DateError, parse_date, parse_time

NBSP = "\u00a0"
MEETING = date(2020, 7, 17)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (dates.long_date, f"วันศุกร์ที่ 17{NBSP}กรกฎาคม พ.ศ.{NBSP}2563"),
        (dates.medium_date, f"17{NBSP}กรกฎาคม 2563"),
        (dates.short_date, f"17{NBSP}ก.ค. 63"),
        (dates.certificate_date, f"ให้ไว้ ณ วันที่ ๑๗{NBSP}เดือนกรกฎาคม พุทธศักราช{NBSP}๒๕๖๓"),
        (dates.english_date, "17 July 2020"),
    ],
)
def test_the_day_of_the_meeting(write, text):
    assert write(MEETING) == text


def test_short_year_keeps_its_zero():
    assert dates.short_date(date(2043, 1, 2)) == f"2{NBSP}ม.ค. 86"
    assert dates.short_date(date(1962, 1, 2)) == f"2{NBSP}ม.ค. 05"


def test_a_week_of_names():
    monday = date(2026, 7, 20)
    written = [dates.long_date(monday + timedelta(n)).split("ที่ ")[0] for n in range(7)]
    assert written == ["วันจันทร์", "วันอังคาร", "วันพุธ", "วันพฤหัสบดี", "วันศุกร์", "วันเสาร์", "วันอาทิตย์"]


def test_short_months():
    assert " ".join(dates.SHORT_MONTHS) == "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค."


@pytest.mark.parametrize(
    ("start", "end", "thai", "english"),
    [
        (date(2026, 7, 23), date(2026, 7, 24), "23 – 24 กรกฎาคม 2569", "23–24 July 2026"),
        (date(2026, 9, 30), date(2026, 10, 1), "30 กันยายน 2569 – 1 ตุลาคม 2569", "30 September – 1 October 2026"),
        (date(2026, 12, 31), date(2027, 1, 1), "31 ธันวาคม 2569 – 1 มกราคม 2570", "31 December 2026 – 1 January 2027"),
        (date(2026, 7, 1), date(2027, 7, 2), "1 กรกฎาคม 2569 – 2 กรกฎาคม 2570", "1 July 2026 – 2 July 2027"),
        (MEETING, MEETING, "17 กรกฎาคม 2563", "17 July 2020"),
    ],
)
def test_ranges(start, end, thai, english):
    assert dates.date_range(start, end).replace(NBSP, " ") == thai
    assert dates.english_date_range(start, end) == english


def test_times():
    assert dates.clock(time(9)) == "09.00 น."
    assert dates.time_range(time(9), time(16, 30)) == "09.00 – 16.30 น."


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2019, 9, 30), 2562), (date(2019, 10, 1), 2563), (date(2020, 1, 1), 2563), (date(2020, 9, 30), 2563)],
)
def test_fiscal_year_starts_in_october(day, year):
    assert dates.fiscal_year(day) == year


@given(days)
def test_a_day_lies_within_the_bounds_of_its_fiscal_year(day):
    first, last = dates.fiscal_year_bounds(dates.fiscal_year(day))
    assert first <= day <= last
    assert dates.fiscal_year(first - timedelta(1)) + 1 == dates.fiscal_year(last) == dates.fiscal_year(last + timedelta(1)) - 1


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-24", "2026/7/24", "24/7/69", "24/07/2569", "24-07-2569", "24.7.69", "24 / 7 / 69", "24/07/2026",
        "๒๔ ก.ค. ๖๙", "๒๔/๗/๒๕๖๙", "24 กรกฎาคม 2569", "24 กรกฎาคม พ.ศ. 2569", "24กค69", "24 ก.ค 69", "24 กรกฏาคม 2569",
        "24 กรกฎาคม ค.ศ. 2026", "24 July 2026", "24 jul 2026", f" 24{NBSP}กรกฎาคม\u200b 2569 ", "วันที่ 24 เดือนกรกฎาคม 2569",
        "24 ก.ค. พ.ศ. 69",
    ],
)
def test_one_day_typed_in_many_ways(text):
    assert parse_date(text) == date(2026, 7, 24)


def test_leap_day():
    assert parse_date("29 ก.พ. 2567") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "unreadable"), ("พรุ่งนี้", "unreadable"), ("24/7", "unreadable"), ("24/7/569", "unreadable"),
        ("24 กรกฎา 2569", "unreadable"), ("24/7/1850", "unreadable"), ("24 ก.ค. พ.ศ. 2026", "unreadable"),
        ("24 ก.ค. ค.ศ. 26", "unreadable"), ("²4/7/69", "unreadable"), ("1" * 1000, "unreadable"),
        ("24 กรกฎาคม 2569 " + "x" * 100, "unreadable"),
        ("2569-07-24", "ce_year_too_late"), ("๒๕๖๙-๐๗-๒๔", "ce_year_too_late"), ("24 ก.ค. ค.ศ. 2569", "ce_year_too_late"),
        ("24/07/3112", "ce_year_too_late"), ("2401-01-01", "ce_year_too_late"),
        ("30/02/2569", "no_such_day"), ("29 ก.พ. 2566", "no_such_day"), ("2026-13-01", "no_such_day"), ("0/7/69", "no_such_day"),
    ],
)
def test_what_is_no_date_says_why(text, reason):
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2400-01-01", date(2400, 1, 1)),
        ("1/1/2400", date(1857, 1, 1)),
        ("1/1/2399", date(2399, 1, 1)),
        ("1/1/1900", date(1900, 1, 1)),
    ],
)
def test_where_the_eras_meet(text, day):
    assert parse_date(text) == day


@given(days)
def test_what_is_written_can_be_read(day):
    for write in (dates.medium_date, dates.long_date, dates.certificate_date, dates.english_date, date.isoformat):
        assert parse_date(write(day)) == day


@given(st.dates(date(1957, 1, 1), date(2056, 12, 31)))
def test_a_short_date_of_be_25xx_can_be_read(day):
    assert parse_date(dates.short_date(day)) == day


@given(st.text() | st.text(st.sampled_from("0123456789/-. กคพศ๒๖น")))
def test_any_text_is_read_or_refused(text):
    for parse, kind in ((parse_date, date), (parse_time, time)):
        try:
            assert isinstance(parse(text), kind)
        except DateError as error:
            assert error.reason in {"unreadable", "ce_year_too_late", "no_such_day"}


@pytest.mark.parametrize("text", ["9:00", "09.00", "๐๙.๐๐ น.", "0900", "09:00:00", "9.00น", " 09.00 นาฬิกา"])
def test_one_time_typed_in_many_ways(text):
    assert parse_time(text) == time(9)


@pytest.mark.parametrize("text", ["", "9", "24:00", "12.60", "เก้าโมง", "9:0", "09:00 pm"])
def test_what_is_no_time(text):
    with pytest.raises(DateError) as caught:
        parse_time(text)
    assert caught.value.reason == "unreadable"


@given(st.times().map(lambda t: t.replace(second=0, microsecond=0)))
def test_a_clock_can_be_read(moment):
    assert parse_time(dates.clock(moment)) == moment
