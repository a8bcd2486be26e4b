"""Events as iCalendar (RFC 5545), with moments in UTC so that every program shows them right."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from icalendar import Calendar, vCalAddress
from icalendar import Event as Entry

from core.locale import both
from models import Event, EventStatus, now


def event_ics(event: Event, base_url: str, attendee_url: str | None = None) -> bytes:
    """One event as a calendar file. `attendee_url`, a participant's private page, takes the place of the public one."""
    return _calendar([event], base_url, attendee_url)


def feed_ics(events: Iterable[Event], base_url: str, name: str) -> bytes:
    """Several events as one calendar to subscribe to."""
    return _calendar(events, base_url, None, name)


def _calendar(events: Iterable[Event], base_url: str, attendee_url: str | None, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Ruam//Events//TH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_entry(event, base_url, attendee_url))
    return calendar.to_ical()


def _entry(event: Event, base_url: str, attendee_url: str | None) -> Entry:
    url = attendee_url or f"{base_url}/e/{event.slug}"
    entry = Entry()
    # The same name and a higher sequence replace what a calendar holds already (RFC 5545 §3.8.7.4).
    entry.add("uid", f"{event.slug}@{urlsplit(base_url).hostname}")
    entry.add("sequence", event.version)
    entry.add("dtstamp", now())
    entry.add("dtstart", event.starts_at)
    entry.add("dtend", event.ends_at)
    entry.add("summary", both(event.title_th, event.title_en))
    # The link to join is for those who registered.
    parts = (both(event.summary_th, event.summary_en), event.online_url if attendee_url else "", url)
    entry.add("description", "\n\n".join(part for part in parts if part))
    entry.add("url", url)
    if place := both(event.place_th, event.place_en):
        entry.add("location", place)
    entry.add("status", "CANCELLED" if event.status == EventStatus.CANCELLED else "CONFIRMED")
    if event.contact_email:
        organiser = vCalAddress(f"mailto:{event.contact_email}")
        if event.contact_name:
            organiser.params["cn"] = event.contact_name
        entry.add("organizer", organiser)
    return entry
