"""What the door knows of a person goes with the rest: the wheelchair with what is sensitive, signatures and VIP with the name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from blueprints.privacy import data, erasing, services
from blueprints.registration.retention import FieldGroup
from core.transaction import transaction
from models import ConflictSettlement, Decision, Event, Registration, Scan, Signature, db, now
from tests.factories import Factory

PATH = "M1 1L2 2"


def signed(make: Factory, event: Event, **given: object) -> Registration:
    one = make.registration(event, vip=True, wheelchair=True, **given)
    checkpoint = make.checkpoint(event, name_th="เช้า", signature=True)
    db.session.add(Signature(registration_id=one.id, checkpoint_id=checkpoint.id, path=PATH, signed_at=now()))
    db.session.flush()
    return one


def signatures() -> int:
    return db.session.scalar(select(func.count(Signature.id))) or 0


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(starts_at=now() - timedelta(days=40))


def test_the_wheelchair_goes_with_what_is_sensitive(make: Factory, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [signed(make, event) for _n in range(3)]
    version, touched = people[0].version, people[0].updated_at
    monkeypatch.setattr(erasing, "CHUNK", 2)
    services.purge(services.Due(event.id, FieldGroup.SENSITIVE))
    db.session.expire_all()
    assert [(one.wheelchair, one.vip) for one in people] == [(False, True)] * 3 and signatures() == 3
    assert people[0].version > version, "a form that was open meanwhile does not bring it back"
    assert people[0].updated_at > touched, "the phones forget it too"


def test_signatures_go_with_the_name(make: Factory, event: Event) -> None:
    one, other = signed(make, event), signed(make, make.event())
    services.purge(services.Due(event.id, FieldGroup.IDENTITY))
    db.session.expire_all()
    assert (one.vip, one.wheelchair) == (False, False) and db.session.scalars(select(Signature.registration_id)).all() == [other.id]
    db.session.add(Signature(registration_id=one.id, checkpoint_id=make.checkpoint(event).id, path=PATH, signed_at=now()))
    services.purge(services.Due(event.id, FieldGroup.IDENTITY))
    assert signatures() == 1, "what comes after a purge goes too"


def test_who_wishes_to_be_erased_leaves_no_signature(make: Factory) -> None:
    event = make.event()
    one, other = signed(make, event), signed(make, event)
    with transaction():
        assert services.erase(one)
    assert db.session.scalars(select(Signature.registration_id)).all() == [other.id] and not one.wheelchair and not one.vip and other.wheelchair


def test_the_reason_of_a_settled_conflict_goes_with_the_name(make: Factory, event: Event) -> None:
    running, user = make.event(), make.user()

    def settled(event: Event, person: Registration | None) -> ConflictSettlement:
        scan = Scan(nonce="n", event_id=event.id, checkpoint_id=make.checkpoint(event).id, registration_id=person.id if person else None,
                    direction="in", source="camera", raw_code="", claimed_at=now(), judged_at=now(), verdict="unknown")
        db.session.add(scan)
        db.session.flush()
        row = ConflictSettlement(scan_id=scan.id, decision=Decision.KEPT, reason="คุณสมชายลืมบัตร", settled_by_id=user.id)
        db.session.add(row)
        return row

    one, other = make.registration(running), make.registration(running)
    kept, gone, unknown = settled(running, other), settled(running, one), settled(event, None)
    erasing.anonymise(one)
    services.purge(services.Due(event.id, FieldGroup.IDENTITY))
    services.purge(services.Due(event.id, FieldGroup.IDENTITY))
    db.session.expire_all()
    assert [row.reason for row in (kept, gone, unknown)] == ["คุณสมชายลืมบัตร", "", ""]


def test_the_copy_holds_signatures_and_marks(make: Factory) -> None:
    held = data.of(signed(make, make.event()))
    assert [(one["checkpoint"], one["path"]) for one in held["signatures"]] == [("เช้า", PATH)]
    assert held["registration"]["vip"] is held["registration"]["wheelchair"] is True
