"""A colleague who takes a seat takes no certificate with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from blueprints.certificates import corrections, eligibility, queries
from blueprints.privacy import data
from blueprints.registration import changes
from blueprints.registration.details import Details
from blueprints.registration.facts import CertificateIssued
from models import (
    Certificate,
    CertificateException,
    CertificatePlan,
    Registration,
    Scan,
    db,
    now,
)
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def certificate(app: Flask, make: Factory) -> Certificate:
    """Of somebody whose only scan was undone."""
    return make.certificate(make.registration(), issued_at=now() - timedelta(minutes=5))


def hand_over(registration: Registration) -> None:
    changes.substitute(registration, Details(registration.category_id, "ปิ่น", "นาย", "ฝั้น", email="pin@example.org"), registration.version,
                       by_organiser=True)
    db.session.flush()


def test_a_seat_with_a_valid_certificate_is_not_handed_over(certificate: Certificate, make: Factory) -> None:
    assert certificate.registration
    with pytest.raises(CertificateIssued):
        hand_over(certificate.registration)
    corrections.revoke(certificate, "ออกผิดคน", make.user())
    hand_over(certificate.registration)
    assert certificate.registration.first_name == "ปิ่น"


def test_the_colleague_sees_nothing_of_it_and_gets_an_own_one(certificate: Certificate, make: Factory, browser: Browser) -> None:
    colleague, holder = certificate.registration, certificate.holder
    assert colleague
    plan = CertificatePlan(event_id=certificate.event_id, kind=certificate.kind, issued_on=date(2020, 7, 17), design_id=certificate.design_id,
                           register_id=certificate.register_id)
    db.session.add(plan)
    db.session.flush()
    db.session.add(CertificateException(plan_id=plan.id, registration_id=colleague.id, granted=False, reason="กัญญามาสาย"))
    corrections.revoke(certificate, "ออกผิดคน", make.user())
    hand_over(colleague)
    assert queries.of_registration(colleague.id) == [] and data.of(colleague)["certificates"] == []
    assert db.session.scalar(select(func.count(CertificateException.id))) == 0, "what was decided about the first person"
    page = browser.get(f"/r/{colleague.manage_token}")
    assert holder not in str(page.html) and not page.all(".own-certificates")
    browser.get(f"/r/{colleague.manage_token}/certificates/{certificate.id}.pdf", status=404)
    checkpoint_id = db.session.execute(db.text("select id from checkpoint")).scalar()
    db.session.add(Scan(nonce="n", event_id=certificate.event_id, checkpoint_id=checkpoint_id, registration_id=colleague.id, direction="in",
                        source="camera", raw_code=colleague.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    db.session.flush()
    assert [one.outcome for one in eligibility.dry_run(plan)] == [eligibility.Outcome.NEW]
