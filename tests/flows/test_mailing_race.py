"""Several workers at one mailing: nobody is written to twice, and each letter leaves once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from blueprints.messages import outgoing, services
from blueprints.messages.audience import Audience
from blueprints.messages.services import MailingCommand, Texts
from core import mail
from core.transaction import transaction
from models import Mailing, MailingState, Message, db, now
from tests.factories import Factory

PEOPLE, WORKERS = 40, 4


def test_four_workers_and_one_mailing(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    left: Counter[str] = Counter()
    monkeypatch.setattr(mail, "send", lambda letter, *_more: left.update([letter.to]))
    monkeypatch.setattr(outgoing, "PORTION", 3)
    monkeypatch.setattr(outgoing, "BATCH", 7)
    with own_app.app_context(), transaction():
        make = Factory()
        event = make.event()
        people = {make.registration(event).email for _ in range(PEOPLE)}
        mailing = services.write(event, MailingCommand(Texts("เรื่อง", "", "เรียน {ชื่อ}", ""), Audience()), None)
        mailing.state, mailing.due_at = MailingState.SCHEDULED, now()
        mailing_id = mailing.id

    def work(_number: int) -> None:
        with own_app.app_context():
            try:
                outgoing.run(mailing_id)
                while outgoing.post_some(mailing_id):
                    pass
            finally:
                db.session.remove()

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, range(WORKERS)))
    work(0)
    assert left == Counter(people)
    with own_app.app_context():
        stored = db.session.get_one(Mailing, mailing_id)
        assert (stored.state, stored.recipients) == (MailingState.SENT, PEOPLE)
        assert db.session.scalar(select(func.count(Message.id))) == PEOPLE
