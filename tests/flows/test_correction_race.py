"""Two organisers replace, revoke or refuse the same thing at once: one wins, the other is told, and numbers have no gap."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select

from blueprints.certificates import correction_requests, corrections, registers
from blueprints.certificates.correction_requests import AskCommand
from blueprints.certificates.corrections import Printed
from core.errors import Refused
from core.transaction import transaction
from models import Certificate, CertificateStatus, CorrectionRequest, Register, RegisterCounter, User, db
from tests.factories import Factory

AT_ONCE = 8


@pytest.fixture
def ready(own_app: Flask) -> tuple[int, int]:
    """A certificate that somebody asks to correct, and an organiser; their ids."""
    with own_app.app_context(), transaction():
        make = Factory()
        person, actor = make.registration(), make.user()
        certificate = make.certificate(person, sequence=1)
        db.session.add(RegisterCounter(register_id=certificate.register_id, period=certificate.period, last=1))
        correction_requests.ask(person, certificate, AskCommand("ชื่อที่ถูก"))
        return certificate.id, actor.id


def at_once(app: Flask, ready: tuple[int, int], *deeds: Callable[[Certificate, User, int], object]) -> Counter[str]:
    """What became of these deeds, each in a transaction of its own, all begun together."""
    together = threading.Barrier(len(deeds))

    def do(n: int) -> str:
        with app.app_context():
            try:
                together.wait(60)
                with transaction():
                    deeds[n](db.session.get_one(Certificate, ready[0]), db.session.get_one(User, ready[1]), n)
                return "done"
            except Refused as fact:
                return type(fact).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return Counter(crowd.map(do, range(len(deeds))))


def replace(certificate: Certificate, actor: User, n: int) -> None:
    corrections.replace_with(certificate, Printed(f"ชื่อ {n}"), "ชื่อผิด", actor, "https://x")


def revoke(certificate: Certificate, actor: User, n: int) -> None:
    corrections.revoke(certificate, f"ผิดคน {n}", actor)


def refuse(certificate: Certificate, actor: User, n: int) -> None:
    request = db.session.scalars(select(CorrectionRequest)).one()
    correction_requests.refuse(request, f"ถูกแล้ว {n}", actor)


def test_of_many_replacements_at_once_there_is_one(own_app: Flask, ready: tuple[int, int]) -> None:
    assert at_once(own_app, ready, *[replace] * AT_ONCE) == {"done": 1, "NotValid": AT_ONCE - 1}
    with own_app.app_context():
        old, new = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
        assert (old.status, new.status, new.replaces_id, new.sequence) == (CertificateStatus.REPLACED, CertificateStatus.VALID, old.id, 2)
        assert registers.gaps(db.session.scalars(select(Register)).one()) == []
        assert db.session.scalars(select(CorrectionRequest)).one().replacement_id == new.id


def test_replacing_revoking_and_refusing_at_once_agree(own_app: Flask, ready: tuple[int, int]) -> None:
    at_once(own_app, ready, *[replace, revoke, refuse] * 3)
    with own_app.app_context():
        rows = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
        request = db.session.scalars(select(CorrectionRequest)).one()
        assert rows[0].status is not CertificateStatus.VALID
        assert len(rows) == (2 if rows[0].status is CertificateStatus.REPLACED else 1)
        assert (request.replacement_id is None) == (request.decision == "refused")
        assert bool(request.answer) == (request.decision == "refused")
        assert registers.gaps(db.session.scalars(select(Register)).one()) == []


def test_of_many_requests_at_once_one_is_kept(own_app: Flask, ready: tuple[int, int]) -> None:
    with own_app.app_context(), transaction():
        db.session.delete(db.session.scalars(select(CorrectionRequest)).one())

    def ask(certificate: Certificate, _actor: User, n: int) -> None:
        assert certificate.registration
        correction_requests.ask(certificate.registration, certificate, AskCommand(f"ชื่อ {n}"))

    assert at_once(own_app, ready, *[ask] * AT_ONCE) == {"done": 1, "AskedAlready": AT_ONCE - 1}
