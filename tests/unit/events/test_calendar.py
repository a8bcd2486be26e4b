"""Events as iCalendar files."""

from __future__ import annotations

from icalendar import Calendar

from blueprints.events.calendar import event_ics, feed_ics
from models import EventStatus
from tests.factories import Factory

TITLE = "ประชุมสรุปผลการดำเนินงาน การยกระดับการรวมกลุ่มและเชื่อมโยงอุตสาหกรรมการแพทย์ครบวงจร สู่คลัสเตอร์ 4.0"


def entries(data: bytes) -> list:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_the_file_says_what_the_event_is(make: Factory) -> None:
    event = make.event(title_th=TITLE, summary_th="บรรทัดหนึ่ง, บรรทัดสอง; และ\nบรรทัดสาม", online_url="https://meet.example.org/secret")
    [entry] = entries(event_ics(event, "https://ruam.example.org"))
    assert entry["summary"] == TITLE
    assert entry["uid"] == f"{event.slug}@ruam.example.org"
    assert entry["sequence"] == event.version
    assert entry.decoded("dtstart") == event.starts_at.replace(microsecond=0)
    assert entry.decoded("dtend") == event.ends_at.replace(microsecond=0)
    assert entry["status"] == "CONFIRMED"
    assert entry["location"] == event.place_th
    assert event.summary_th in entry["description"]
    assert entry["url"] == f"https://ruam.example.org/e/{event.slug}"


def test_the_link_to_join_is_only_for_participants(make: Factory) -> None:
    event = make.event(online_url="https://meet.example.org/secret")
    assert b"secret" not in event_ics(event, "https://ruam.example.org")
    [entry] = entries(event_ics(event, "https://ruam.example.org", "https://ruam.example.org/r/ABC"))
    assert "https://meet.example.org/secret" in entry["description"]
    assert entry["url"] == "https://ruam.example.org/r/ABC"


def test_lines_are_folded_at_75_octets_and_end_in_crlf(make: Factory) -> None:
    lines = event_ics(make.event(title_th=TITLE), "https://ruam.example.org").split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line for line in lines)


def test_times_are_utc(make: Factory) -> None:
    event = make.event()
    assert f"DTSTART:{event.starts_at:%Y%m%dT%H%M%SZ}".encode() in event_ics(event, "https://ruam.example.org")


def test_a_cancelled_event_says_so(make: Factory) -> None:
    [entry] = entries(event_ics(make.event(status=EventStatus.CANCELLED), "https://ruam.example.org"))
    assert entry["status"] == "CANCELLED"


def test_the_feed_holds_every_event(make: Factory) -> None:
    events = [make.event(), make.event()]
    found = entries(feed_ics(events, "https://ruam.example.org", "รวม"))
    assert {entry["uid"] for entry in found} == {f"{event.slug}@ruam.example.org" for event in events}
