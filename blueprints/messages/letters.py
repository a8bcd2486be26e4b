"""A mailing as one person gets it: the language, the values of the placeholders, the finished text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from markupsafe import Markup
from sqlalchemy import select

from blueprints.messages import placeholders
from blueprints.registration import tickets
from blueprints.surveys.queries import survey_of
from core.locale import both, clock, date_range, in_language, long_date, medium_date, time_range
from core.web import address
from models import Certificate, CertificateStatus, Registration, db


class Text(Protocol):
    """Anything with subjects and bodies in two languages: a mailing, a template, a starter, a form."""

    @property
    def subject_th(self) -> str: ...
    @property
    def subject_en(self) -> str: ...
    @property
    def body_th(self) -> str: ...
    @property
    def body_en(self) -> str: ...


@dataclass(frozen=True)
class Written:
    """A finished letter. `language` is the one it is written in."""

    language: str
    subject: str
    text: str
    html: Markup


def languages(text: Text) -> list[str]:
    """The languages in which the text exists, Thai first."""
    return [language for language, body in (("th", text.body_th), ("en", text.body_en)) if body]


def language_for(text: Text, wanted: str) -> str:
    """The language that a person gets: the wanted one, or the one that there is."""
    written = languages(text)
    return wanted if wanted in written or not written else written[0]


def write(text: Text, registration: Registration, language: str | None = None) -> Written:
    """The text for one person, in the person's language or in `language`; dates speak the language of the text."""
    language = language_for(text, language or registration.language)
    english = language == "en"
    with in_language(language):
        known = values(registration)
        body = placeholders.fill(text.body_en if english else text.body_th, known)
        subject = placeholders.fill_line(text.subject_en if english else text.subject_th, known)
    return Written(language, subject, body, placeholders.to_html(body))


def values(registration: Registration) -> placeholders.Values:
    """What the placeholders stand for, each found out only if it is used. In the language of the moment."""
    event, category = registration.event, registration.category
    starts, ends = event.starts_at, event.ends_at
    return {
        "name": lambda: both("", registration.name_en) or tickets.name_of(registration),
        "title": lambda: registration.title,
        "first_name": lambda: registration.first_name,
        "organisation": lambda: registration.organisation_name,
        "event": lambda: both(event.title_th, event.title_en),
        "programme": lambda: both(event.programme.title_th, event.programme.title_en),
        "date": lambda: _days(starts, ends),
        "time": lambda: time_range(starts, ends),
        "place": lambda: both(event.place_th, event.place_en),
        "map_link": lambda: event.map_url,
        "online_link": lambda: event.online_url,
        "event_link": lambda: address("events.public_page", slug=event.slug),
        "private_link": lambda: tickets.private_url(registration),
        "code": lambda: tickets.grouped(registration.code),
        "category": lambda: both(category.name_th, category.name_en),
        "sessions": lambda: "; ".join(f"{both(s.title_th, s.title_en)} ({time_range(s.starts_at, s.ends_at)})" for s in registration.sessions),
        "changes_until": lambda: f"{medium_date(until)} {clock(until)}" if (until := event.changes_until or ends) else "",
        "certificate_link": lambda: _certificate_link(registration),
        "survey_link": lambda: address("surveys.answer", token=registration.manage_token) if survey_of(event) else "",
        "contact": lambda: " ".join(filter(None, (event.contact_name, event.contact_phone, event.contact_email))),
    }


def _days(starts: datetime, ends: datetime) -> str:
    """วันศุกร์ที่ 17 กรกฎาคม พ.ศ. 2563, or วันที่ 23 – 24 กรกฎาคม 2569: both go on from เมื่อ or ใน."""
    days = date_range(starts, ends)
    if days == medium_date(starts):
        return long_date(starts)
    return both(f"วันที่ {days}", days)


def _certificate_link(registration: Registration) -> str:
    """The file; for who has several, such as a speaker who also took part, the own page."""
    ready = db.session.scalars(
        select(Certificate.id).where(Certificate.registration_id == registration.id, Certificate.status == CertificateStatus.VALID,
                                     Certificate.file_sha256.is_not(None)).order_by(Certificate.id).limit(2)).all()
    if len(ready) > 1:
        return f"{tickets.private_url(registration)}#own-certificates"
    return address("certificates.download", token=registration.manage_token, certificate_id=ready[0]) if ready else ""
