"""What participants receive."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.events import services as events
from blueprints.registration import services, tickets
from blueprints.registration.services import Details, RegisterCommand
from core import outbox
from core.transaction import transaction
from models import Event, EventStatus, Message, Registration, db
from tests.factories import Factory


def arrived(app: Flask) -> list[EmailMessage]:
    """The letters on disk, oldest first; they are taken away."""
    files = sorted(Path(app.config["MAIL_DIR"]).glob("*.eml"), key=lambda path: int(path.stem.rsplit("-", 1)[1]))
    letters = [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]
    for path in files:
        path.unlink()
    return letters  # type: ignore[return-value]


@pytest.fixture
def event(app: Flask, make: Factory) -> Event:
    arrived(app)
    event = make.event(capacity=9)
    db.session.commit()
    return event


def someone(event: Event, language: str = "th", address: str = "someone@example.org") -> Registration:
    details = Details(category_id=event.categories[0].id, first_name="กัญญา", last_name="ศรีสุข", title="นางสาว", email=address)
    with transaction():
        return services.register(event, RegisterCommand(details, language))


def parts(letter: EmailMessage) -> dict[str, bytes]:
    return {part.get_filename() or part.get_content_type(): part.get_payload(decode=True)
            for part in letter.walk() if not part.is_multipart()}


@pytest.mark.parametrize("language,word", [("th", "กัญญา"), ("en", "Your ticket")])
def test_the_ticket_by_mail(app: Flask, event: Event, language: str, word: str) -> None:
    one = someone(event, language)
    (letter,) = arrived(app)
    found = parts(letter)
    assert letter["To"] == "someone@example.org"
    assert set(found) == {"text/plain", "text/html", "ticket-qr.png", "event.ics"}
    html = found["text/html"].decode()
    assert "cid:ticket" in html and f"/r/{one.manage_token}" in html and f"/r/{one.manage_token}" in found["text/plain"].decode()
    assert word in letter["Subject"] + html and (event.title_th if language == "th" else event.title_en) in letter["Subject"]
    assert any(part["Content-ID"] == "<ticket>" for part in letter.walk())
    assert tickets.ticket_url(one) == f"HTTP://LOCALHOST/T/{one.code}"


def test_hostile_names_stay_text(app: Flask, event: Event) -> None:
    details = Details(category_id=event.categories[0].id, first_name="<b>x</b>{{7*7}}", email="x@example.org")
    with transaction():
        services.register(event, RegisterCommand(details))
    html = parts(arrived(app)[0])["text/html"].decode()
    assert "<b>x</b>" not in html and "{{7*7}}" in html


def test_change_and_cancellation_are_told(app: Flask, event: Event) -> None:
    one = someone(event)
    with transaction():
        services.update_details(one, Details(one.category_id, "เอก", email="new@example.org"), one.version)
    with transaction():
        services.cancel(one)
    assert [letter["To"] for letter in arrived(app)] == ["someone@example.org", "new@example.org", "new@example.org"]


def test_a_change_of_nothing_is_not_told(app: Flask, event: Event) -> None:
    one = someone(event)
    details = Details(one.category_id, one.first_name, one.title, one.last_name, email=one.email)
    with transaction():
        services.update_details(one, details, one.version)
    assert len(arrived(app)) == 1 and one.version == 1


def test_a_cancelled_event_is_told_once_to_those_who_hold_a_seat(app: Flask, event: Event) -> None:
    someone(event)
    gone = someone(event, address="gone@example.org")
    with transaction():
        services.cancel(gone)
    arrived(app)
    with transaction():
        events.cancel(event, "น้ำท่วม")
    with pytest.raises(events.WrongStatus), transaction():
        events.cancel(event, "น้ำท่วม")
    (letter,) = arrived(app)
    assert letter["To"] == "someone@example.org" and "น้ำท่วม" in parts(letter)["text/plain"].decode()
    assert event.status == EventStatus.CANCELLED
    assert db.session.scalars(select(Message.kind).where(Message.kind == "event_cancelled")).all() == ["event_cancelled"]


def test_a_late_letter_follows_the_person_and_not_the_old_address(app: Flask, event: Event, make: Factory) -> None:
    one = make.registration(event, email="first@example.org")
    late = outbox.queue("registration_confirmed", one.email, "th", registration=one)
    one.email = "colleague@example.org"
    db.session.commit()
    outbox.deliver.now(late.id)
    (letter,) = arrived(app)
    assert letter["To"] == "colleague@example.org" == late.to, "it opens the private page of the colleague"
