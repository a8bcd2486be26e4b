"""Mailings: who is written to, when, and exactly once whatever happens."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from blueprints.events import services as events
from blueprints.messages import audience, bounces, outgoing, services, tasks, unsubscribing
from blueprints.messages.audience import Audience
from blueprints.messages.services import MailingCommand, Texts
from core import mail, outbox, storage
from core.mail import Letter
from core.transaction import transaction
from models import (
    Consent,
    ConsentPurpose,
    Event,
    Mailing,
    MailingState,
    Message,
    MessageState,
    Notice,
    Registration,
    RegistrationStatus,
    Scan,
    db,
    now,
)
from tests.factories import Factory

TEXTS = Texts("เรื่อง {งาน}", "About {event}", "เรียน {ชื่อ}\n\n{ลิงก์แผนที่}\nพบกัน", "Dear {name}\n\nSee you")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Letter]:
    """The letters that were handed over."""
    letters: list[Letter] = []
    monkeypatch.setattr(mail, "send", lambda letter, *_more: letters.append(letter))
    return letters


def write(event: Event, audience: Audience | None = None, texts: Texts = TEXTS, about: bool = True) -> Mailing:
    with transaction():
        return services.write(event, MailingCommand(texts, audience or Audience(), about), None)


def send(mailing: Mailing) -> None:
    with transaction():
        services.send_now(mailing)


def agree(event: Event, registration: Registration) -> None:
    notice = Notice(event_id=event.id, version=registration.id, text_th="", text_en="")
    db.session.add(notice)
    db.session.flush()
    db.session.add(Consent(registration_id=registration.id, purpose=ConsentPurpose.NEWS, notice_id=notice.id))
    db.session.flush()


def test_only_who_belongs_gets_it_in_the_own_language(make: Factory, sent: list[Letter]) -> None:
    event = make.event()
    thai, english = make.registration(event), make.registration(event, language="en", name_en="Ms Kanya")
    for given_ in ({"status": RegistrationStatus.CANCELLED}, {"status": RegistrationStatus.WAITLISTED}, {"email": ""}, {"anonymised_at": now()}):
        make.registration(event, **given_)
    make.registration()  # of another event
    mailing = write(event)
    send(mailing)
    assert [letter.to for letter in sent] == [thai.email, english.email]
    assert sent[0].text.startswith(f"เรียน นางสาว{thai.first_name} ศรีสุข\n\nพบกัน\n") and sent[0].subject == f"เรื่อง {event.title_th}"
    assert sent[1].text.startswith("Dear Ms Kanya") and sent[1].subject == f"About {event.title_en}"
    assert sent[1].headers == (("Reply-To", "contact@example.org"),)
    assert (mailing.state, mailing.recipients) == (MailingState.SENT, 2)


def test_a_colleague_without_an_address_is_reached_through_who_booked(make: Factory, sent: list[Letter]) -> None:
    event = make.event()
    booker = make.registration(event)
    make.registration(event, email="", booked_by_id=booker.id, first_name="ปิ่น")
    send(write(event))
    assert [letter.to for letter in sent] == [booker.email] * 2 and "ปิ่น" in sent[1].text
    assert audience.reach(event, Audience(), news=True).without_email == 1, "news go to nobody's colleague"


def test_a_letter_follows_the_person_and_not_the_old_address(make: Factory, sent: list[Letter], monkeypatch: pytest.MonkeyPatch) -> None:
    event = make.event()
    one = make.registration(event)
    monkeypatch.setattr(outgoing, "post_some", lambda _id: False)
    send(write(event))
    one.email = "substitute@example.org"
    db.session.commit()
    outbox.sweep()
    assert [letter.to for letter in sent] == ["substitute@example.org"] == list(db.session.scalars(select(Message.to)))


def test_one_language_serves_all(make: Factory, sent: list[Letter]) -> None:
    event = make.event(starts_at=(now() + timedelta(days=1)).replace(hour=3))  # 10.00 in Bangkok: on one day
    make.registration(event, language="en")
    send(write(event, texts=Texts("เรื่อง", "", "เริ่ม{วันจัดงาน}", "")))
    assert "เริ่มวัน" in sent[0].text and "พ.ศ." in sent[0].text, "dates speak the language of the text"


def test_audiences(make: Factory) -> None:
    event = make.event()
    other = make.category(event)
    a, b, c = (make.registration(event, category_id=id) for id in (event.categories[0].id, event.categories[0].id, other.id))
    waiting = make.registration(event, status=RegistrationStatus.WAITLISTED)
    checkpoint = make.checkpoint(event)
    at = now()
    db.session.add(Scan(nonce="n", event_id=event.id, checkpoint_id=checkpoint.id, registration_id=a.id, direction="in", source="camera",
                        raw_code="x", claimed_at=at, judged_at=at, verdict="ok"))
    db.session.flush()

    def ids(**given_: object) -> list[int]:
        return [row.id for row in db.session.scalars(audience.people(event, Audience(**given_)))]

    assert ids() == [a.id, b.id, c.id]
    assert ids(categories=(other.id,)) == [c.id]
    assert ids(attendance="came") == [a.id] and ids(attendance="absent") == [b.id, c.id]
    make.certificate(b)
    assert ids(certificate="ready") == [], "its file is not made yet"
    make.certificate(c).file_sha256 = storage.put(b"file", "application/pdf")
    assert ids(certificate="ready") == [c.id] and ids(certificate="none") == [a.id]
    assert [Audience.from_json({"certificate": old}).certificate for old in (True, False)] == ["ready", ""], "as it was kept before"
    assert ids(statuses=("waitlisted",)) == [waiting.id]
    assert ids(sessions=(1,)) == [] and ids(organisations=(1,)) == []
    reach = audience.reach(event, Audience(attendance="came"))
    assert reach.people == 1 and reach.other_statuses == {RegistrationStatus.WAITLISTED: 1}
    assert Audience.from_json(Audience(categories=(1,)).to_json() | {"gone": 1}) == Audience(categories=(1,))


def test_news_go_to_those_who_agreed_and_did_not_unsubscribe(app: Flask, make: Factory, sent: list[Letter]) -> None:
    event = make.event()
    yes, _no, out = make.registration(event), make.registration(event), make.registration(event)
    agree(event, yes)
    agree(event, out)
    with transaction():
        unsubscribing.leave(unsubscribing.way(unsubscribing.token_of(event.programme_id, out.email.upper())))
    reach = audience.reach(event, Audience(), news=True)
    assert (reach.people, reach.not_agreed, reach.unsubscribed) == (1, 1, 1)
    send(write(event, about=False))
    assert [letter.to for letter in sent] == [yes.email]
    headers = dict(sent[0].headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and headers["List-Unsubscribe"][1:-1] in sent[0].html
    lines = bytes(mail.compose(sent[0], "a@example.org", "<1@x>")).decode().replace("\n ", " ").splitlines()
    assert any(line.startswith("List-Unsubscribe: <http") and line.endswith(">") for line in lines), "not encoded, however long"
    send(write(event))
    assert len(sent) == 4, "what is about their own registration reaches all three"


@pytest.mark.parametrize(("texts", "field"), [
    (Texts("", "", "", ""), "body_th"), (Texts("a", "", "", ""), "body_th"), (Texts("a", "b", "a", ""), "body_en"),
    (Texts("a {x}", "", "a", ""), "subject_th"), (Texts("a", "", "a {nam}", ""), "body_th"),
])
def test_texts_that_cannot_be_sent(make: Factory, texts: Texts, field: str) -> None:
    with pytest.raises(services.Refused) as fact:
        write(make.event(), texts=texts)
    assert fact.value.field == field
    with pytest.raises(services.NobodyChosen):
        write(make.event(), Audience(statuses=()))


def test_scheduled_called_off_and_sent_once(make: Factory, sent: list[Letter]) -> None:
    event = make.event()
    make.registration(event)
    mailing = write(event)
    with pytest.raises(services.TimePassed), transaction():
        services.schedule(mailing, now() - timedelta(minutes=1))
    with transaction():
        services.schedule(mailing, now() + timedelta(hours=1))
    tasks.send_due()
    assert not sent
    with transaction():
        services.call_off(mailing)
    with pytest.raises(services.NotScheduled), transaction():
        services.call_off(mailing)
    with transaction():
        services.schedule(mailing, now() + timedelta(hours=1))
    mailing.due_at = now()
    db.session.commit()
    tasks.send_due()
    tasks.send_due()
    assert len(sent) == 1
    for again in (services.send_now, services.delete, lambda m: services.rewrite(m, MailingCommand(TEXTS, Audience()), m.version)):
        with pytest.raises(services.NotEditable), transaction():
            again(mailing)


def test_a_reminder_follows_its_event(make: Factory, sent: list[Letter]) -> None:
    event = make.event(starts_at=now() + timedelta(hours=30))
    make.registration(event)
    mailing = write(event)
    with pytest.raises(services.TimePassed), transaction():
        services.remind(mailing, 48)
    with transaction():
        services.remind(mailing, 24)
    tasks.send_due()
    assert not sent
    event.starts_at, event.ends_at = now() + timedelta(hours=23), now() + timedelta(hours=26)
    db.session.commit()
    tasks.send_due()
    assert len(sent) == 1 and mailing.state == MailingState.SENT


def test_a_late_reminder_is_not_sent(make: Factory, sent: list[Letter]) -> None:
    event = make.event()
    make.registration(event)
    mailing = write(event)
    with transaction():
        services.remind(mailing, 1)
    event.starts_at = now() - timedelta(minutes=5)
    db.session.commit()
    tasks.send_due()
    assert not sent and mailing.state == MailingState.CALLED_OFF


def test_a_cancelled_event_calls_off_what_was_scheduled_and_can_still_be_written_about(make: Factory, sent: list[Letter]) -> None:
    event = make.event()
    make.registration(event)
    mailing = write(event)
    with transaction():
        services.remind(mailing, 1)
    with transaction():
        events.cancel(event, "น้ำท่วม")
    assert len(sent) == 1, "the cancellation itself"
    db.session.refresh(mailing)
    assert mailing.state == MailingState.CALLED_OFF
    with pytest.raises(services.EventBegan), transaction():
        services.remind(mailing, 1)
    send(mailing)
    assert len(sent) == 2


class Killed(BaseException):
    """The worker is gone."""


STEPS = st.lists(st.sampled_from(["run", "crash writing", "crash posting", "cancel", "sweep"]), max_size=7)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, size=st.integers(1, 6), data=st.data())
def test_each_entitled_person_gets_exactly_one(app: Flask, make: Factory, steps: list[str], size: int, data: st.DataObject) -> None:
    """Whatever is killed, run again or cancelled in between."""
    event = make.event()
    people = [make.registration(event) for _ in range(size)]
    own = {person.email for person in people}  # an example that was broken off may have left others waiting
    mailing = write(event)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outgoing, "PORTION", 2)
        patch.setattr(outgoing, "BATCH", 2)
        letters: list[str] = []
        patch.setattr(mail, "send", lambda letter, *_more: letters.append(letter.to) if letter.to in own else None)
        with transaction():
            services.schedule(mailing, now() + timedelta(seconds=60))
        mailing.due_at = now()
        db.session.commit()
        cancelled: set[str] = set()
        for step in steps:
            if step == "cancel":
                one = data.draw(st.sampled_from(people))
                one.status = RegistrationStatus.CANCELLED
                db.session.commit()
                if one.email not in letters:
                    cancelled.add(one.email)
            elif step == "sweep":
                outbox.sweep()
            elif step == "run":
                tasks.send_due()
            else:
                _killed(patch, step)
        tasks.send_due()
        outbox.sweep()
        db.session.execute(Message.__table__.update().values(due_at=now() - timedelta(seconds=1)))
        db.session.commit()
        outbox.sweep()
        assert sorted(letters) == sorted(p.email for p in people if p.email not in cancelled)
        assert db.session.scalar(select(func.count()).where(Message.mailing_id == mailing.id)) <= size


def _killed(patch: pytest.MonkeyPatch, step: str) -> None:
    """The worker dies after the first portion was written, or while it renders a letter."""
    with patch.context() as once:
        if step == "crash writing":
            real, calls = outgoing._write_some, iter((True, False))

            def write_some(mailing: Mailing, last: int) -> int | None:
                if not next(calls, False):
                    raise Killed
                return real(mailing, last)

            once.setattr(outgoing, "_write_some", write_some)
        else:
            def die(_message: Message) -> Letter:
                raise Killed

            once.setitem(outbox._RENDERERS, "mailing", die)
        try:
            tasks.send_due()
        except Killed:
            db.session.rollback()


def test_who_cancels_before_the_letter_leaves_gets_none(make: Factory, sent: list[Letter], monkeypatch: pytest.MonkeyPatch) -> None:
    event = make.event()
    one = make.registration(event)
    monkeypatch.setattr(outgoing, "post_some", lambda _id: False)
    send(write(event))
    one.status = RegistrationStatus.CANCELLED
    db.session.commit()
    outbox.sweep()
    message = db.session.scalars(select(Message)).one()
    assert not sent and (message.state, message.sent_at) == (MessageState.SENT, None)


def refuse(code: int, words: bytes = b"5.1.1 No such user") -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"x@example.org": (code, words)})


@pytest.mark.parametrize(("error", "state", "bounced"), [
    (refuse(550), MessageState.FAILED, True), (refuse(450), MessageState.QUEUED, False),
    (smtplib.SMTPDataError(552, b"too big"), MessageState.FAILED, True), (smtplib.SMTPDataError(451, b"later"), MessageState.QUEUED, False),
    (smtplib.SMTPSenderRefused(550, b"who", "x"), MessageState.QUEUED, False), (TimeoutError("slow"), MessageState.QUEUED, False),
])
def test_a_refusal_for_good_is_not_tried_again(make: Factory, monkeypatch: pytest.MonkeyPatch, error: Exception, state: MessageState,
                                               bounced: bool) -> None:
    def fail(*_more: object) -> None:
        raise error

    monkeypatch.setattr(mail, "send", fail)
    event = make.event()
    one = make.registration(event)
    send(write(event))
    message = db.session.scalars(select(Message)).one()
    assert (message.state, message.bounced_at is not None, message.attempts) == (state, bounced, 1)
    if bounced:
        assert "5" in message.bounce_note
        letters: list[tuple[Letter, str]] = []
        monkeypatch.setattr(mail, "send", lambda letter, _reference, again: letters.append((letter, again)))
        one.email = "mended@example.org"
        with transaction():
            bounces.send_again(message)
        assert letters[0][0].to == "mended@example.org" and message.bounced_at is None and message.state == MessageState.SENT
        with transaction():
            bounces.send_again(message)
        assert letters[1][1], "a letter that shall arrive twice has an id of its own"


def test_an_unreachable_server_costs_one_try(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def fail(_letter: Letter, reference: int, _again: str) -> None:
        tries.append(reference)
        raise ConnectionRefusedError

    monkeypatch.setattr(mail, "send", fail)
    event = make.event()
    for _ in range(3):
        make.registration(event)
    send(write(event))
    assert len(tries) == 1
