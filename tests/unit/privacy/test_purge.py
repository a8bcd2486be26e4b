"""After a purge no name, telephone number or e-mail address of a participant is left anywhere, and every count is what it was."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from blueprints.certificates.queries import unprinted
from blueprints.privacy import erasing, services, tasks
from blueprints.programmes.queries import reached
from blueprints.questions import answers
from blueprints.questions import services as questions
from blueprints.questions.answers import Given
from blueprints.questions.queries import asked
from blueprints.questions.rules import Definition
from blueprints.registration import services as registrations
from blueprints.registration.details import Details, RegisterCommand
from blueprints.registration.retention import FieldGroup
from core import history, storage
from core.transaction import transaction
from models import (
    AccessCode,
    Answer,
    Certificate,
    CertificateException,
    CertificatePlan,
    CorrectionRequest,
    Event,
    ImportBatch,
    Message,
    NamedHolder,
    Purge,
    QuestionKind,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    Scan,
    db,
    now,
)
from tests.factories import Factory

SECRETS = ("กัลยาณมิตรา", "พิสุทธิวงศ์วรกุล", "Kalyanamitra", "kalya.secret", "0899988877", "899988877", "ความลับเฉพาะ", "แพ้กุ้งมังกรพิเศษ")


def crowd(make: Factory, event: Event) -> list[Registration]:
    """Three people with recognisable data in every place that holds any."""
    sensitive = questions.add(event, Definition(QuestionKind.SHORT_TEXT, "แพ้อาหาร", sensitive=True))
    other = questions.add(event, Definition(QuestionKind.SHORT_TEXT, "อื่น ๆ"))
    words = {one.id: one.wording.id for one in asked(event.id)}
    made = []
    for n in range(3):
        made.append(registrations.register(event, RegisterCommand(Details(
            event.categories[0].id, "กัลยาณมิตรา", "นางสาว", f"พิสุทธิวงศ์วรกุล{n}", "บริษัท ความลับเฉพาะ จำกัด", "ความลับเฉพาะ",
            f"kalya.secret{n}@example.org", "+66899988877", "", "Kalyanamitra P.", "กัลยาณมิตรา พิสุทธิวงศ์วรกุล", "ความลับเฉพาะ"),
            source=RegistrationSource.STAFF, answers={sensitive.id: Given(words[sensitive.id], "แพ้กุ้งมังกรพิเศษ"),
                                                     other.id: Given(words[other.id], "ความลับเฉพาะ")})))
    make.access_code(event, name="กัลยาณมิตรา", email="kalya.secret@example.org", organisation_name="ความลับเฉพาะ", label="ความลับเฉพาะ")
    db.session.add(ImportBatch(event_id=event.id, file_name="รายชื่อ กัลยาณมิตรา.xlsx", choices={"refused": {"2": "กัลยาณมิตรา"}}))
    history.record("registration.changed", registration=made[0], before="กัลยาณมิตรา", after="Kalyanamitra")
    history.record("import.started", event=event, file="กัลยาณมิตรา.xlsx")
    checkpoint = make.checkpoint(event)
    for n, one in enumerate([made[0], made[1], None]):
        db.session.add(Scan(nonce=f"n{n}-{event.id}", event_id=event.id, checkpoint_id=checkpoint.id, registration_id=one.id if one else None,
                            direction="in", source="search" if n else "typed", raw_code="กัลยาณมิตรา", claimed_at=now(), judged_at=now(),
                            verdict="ok" if one else "unknown"))
    certificate = make.certificate(made[0])
    plan = CertificatePlan(event_id=event.id, kind="attendance", issued_on=date(2020, 7, 17), design_id=certificate.design_id,
                           register_id=certificate.register_id)
    db.session.add_all([plan, CorrectionRequest(certificate_id=certificate.id, holder_th="กัลยาณมิตรา พิสุทธิวงศ์วรกุล", holder_en="Kalyanamitra",
                                                organisation="ความลับเฉพาะ", message="กัลยาณมิตรา")])
    db.session.flush()
    db.session.add_all([NamedHolder(plan_id=plan.id, name_th="กัลยาณมิตรา วิทยากร", name_en="Kalyanamitra", organisation="ความลับเฉพาะ",
                                    sort_key="กัลยาณมิตรา"),
                        CertificateException(plan_id=plan.id, registration_id=made[1].id, granted=True, reason="กัลยาณมิตรา มาช้า")])
    db.session.flush()
    organisation = made[0].organisation  # an organisation is no person; here its name stands in for one typed by a person
    organisation.name_th, organisation.folded, organisation.sort_key = f"องค์กร {event.id}", f"องค์กร{event.id}", "อ"
    db.session.flush()
    return made


def dump() -> str:
    """Every text in the database, as it stands there and as it is read (JSON writes Thai letters as numbers)."""
    parts = []
    for table in db.metadata.sorted_tables:
        for rows in (select(table), text(f'SELECT * FROM "{table.name}"')):
            parts += [repr(tuple(row)) for row in db.session.execute(rows)]
    return "\n".join(parts)


def counts(event: Event) -> dict[str, Any]:
    """What reports say."""
    rows = db.session.execute(select(Registration.status, Registration.category_id, Registration.organisation_id, func.count())
                              .where(Registration.event_id == event.id).group_by(
                                  Registration.status, Registration.category_id, Registration.organisation_id)).all()
    scans = db.session.execute(select(Scan.verdict, Scan.registration_id).where(Scan.event_id == event.id)).all()
    return {"registrations": Counter(tuple(row) for row in rows), "scans": Counter(map(tuple, scans)), "reached": reached(event.programme),
            "taken": (event.taken, [category.taken for category in event.categories]),
            "certificates": db.session.scalar(select(func.count(Certificate.id)).where(Certificate.event_id == event.id))}


def past(make: Factory, days: int) -> Event:
    event = make.event()
    crowd(make, event)
    event.starts_at, event.ends_at = now() - timedelta(days=days, hours=3), now() - timedelta(days=days)
    db.session.commit()
    return event


def test_nothing_of_anybody_is_left_and_every_count_stays(make: Factory) -> None:
    event = past(make, 11 * 365)
    before = counts(event)
    assert all(secret in dump() for secret in SECRETS if secret != "0899988877")
    tasks.purge_what_is_due()
    db.session.expire_all()
    left = dump()
    assert [secret for secret in SECRETS if secret in left] == []
    assert counts(event) == before
    assert {one.field_group for one in db.session.scalars(select(Purge))} == {group.value for group in FieldGroup}
    tasks.purge_what_is_due()
    assert counts(event) == before


def test_a_person_still_counts_once_in_the_programme(make: Factory) -> None:
    event = past(make, 11 * 365)
    later = make.event(event.programme)
    same = registrations.register(later, RegisterCommand(Details(later.categories[0].id, "กัลยาณมิตรา", "นางสาว", "พิสุทธิวงศ์วรกุล0",
                                                                 email="kalya.secret0@example.org")))
    assert reached(event.programme).persons == 3
    tasks.purge_what_is_due()
    db.session.expire_all()
    assert reached(event.programme).persons == 3 and same.first_name == "กัลยาณมิตรา"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(list(FieldGroup)), chunk=st.integers(1, 4), killed=st.integers(0, 12))
def test_any_order_and_any_interruption_end_in_the_same(app: Flask, make: Factory, order: list[FieldGroup], chunk: int, killed: int) -> None:
    event = make.event()
    crowd(make, event)
    event.starts_at, event.ends_at = now() - timedelta(days=5000, hours=3), now() - timedelta(days=5000)
    before = counts(event)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(erasing, "CHUNK", chunk)
        for _step in range(killed):  # chunks of whatever comes first, and then the power fails
            erasing.erase_chunk(event.id, order[_step % len(order)])
        for group in order:
            services.purge(services.Due(event.id, group))
    db.session.expire_all()
    assert counts(event) == before
    wish = db.session.scalars(select(CorrectionRequest).join(CorrectionRequest.certificate).where(Certificate.event_id == event.id)).one()
    assert (wish.holder_th, wish.message, wish.decision) == ("", "", "refused")
    rows = db.session.scalars(select(Registration).where(Registration.event_id == event.id)).all()
    assert not any(one.first_name or one.email or one.phone or one.organisation_name or "กัลยาณ" in one.search_text for one in rows)
    assert len({one.person_key for one in rows}) == len({one.code for one in rows}) == 3
    assert db.session.scalar(select(func.count(Answer.id)).where(Answer.registration_id.in_([one.id for one in rows]))) == 0


def test_nothing_goes_before_its_time(make: Factory) -> None:
    young, future = past(make, 20), make.event()
    crowd(make, future)
    db.session.commit()
    tasks.purge_what_is_due()
    assert services.due(now()) == []
    assert db.session.scalar(select(func.count(Answer.id))) == 12
    young.ends_at = now() - timedelta(days=31)
    young.starts_at = young.ends_at - timedelta(hours=3)
    db.session.commit()
    assert [(one.event_id, one.group) for one in services.due(now())] == [(young.id, FieldGroup.SENSITIVE)]
    tasks.purge_what_is_due()
    assert db.session.scalar(select(func.count(Answer.id))) == 9


def test_a_shorter_time_of_the_organiser_counts(make: Factory) -> None:
    event = past(make, 20)
    services.save_retention(event, {group: 10 if group == FieldGroup.ANSWERS else 300 for group in FieldGroup} | {
        FieldGroup.SENSITIVE: 300}, event.version)
    assert [one.group for one in services.due(now())] == [FieldGroup.ANSWERS]
    with pytest.raises(services.OutOfBounds):
        services.save_retention(event, dict.fromkeys(FieldGroup, 99999), event.version)


def test_what_comes_after_a_purge_goes_too(make: Factory) -> None:
    event = past(make, 11 * 365)
    tasks.purge_what_is_due()
    make.registration(event, first_name="กัลยาณมิตรา", email="kalya.secret9@example.org")
    db.session.commit()
    assert services.due(now()) == []
    week = [now() + timedelta(hours=hour) for hour in range(services.HOURS_OF_WEEK)]
    again = [one for at in week for one in services.due_again(at)]
    assert sorted(one.group for one in again) == sorted(FieldGroup), "each group once a week"
    rows = db.session.get_one(Purge, (event.id, FieldGroup.CONTACT.value)).rows
    for one in again:
        services.purge(one)
    db.session.expire_all()
    assert [secret for secret in SECRETS if secret in dump()] == []
    assert db.session.get_one(Purge, (event.id, FieldGroup.CONTACT.value)).rows == rows + 1


def test_an_event_that_fails_keeps_no_other_waiting(make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, other = past(make, 11 * 365), past(make, 11 * 365)
    erase = erasing.erase_chunk

    def fail(event_id: int, group: FieldGroup) -> int:
        if event_id == broken.id:
            raise RuntimeError
        return erase(event_id, group)

    monkeypatch.setattr(erasing, "erase_chunk", fail)
    tasks.purge_what_is_due()
    assert {purge.event_id for purge in db.session.scalars(select(Purge))} == {other.id}


def test_an_erased_certificate_is_not_printed_again(make: Factory) -> None:
    event = past(make, 11 * 365)
    tasks.purge_what_is_due()
    db.session.expire_all()
    certificate = db.session.scalars(select(Certificate)).one()
    assert (certificate.holder, certificate.facts["holder_th"], certificate.facts["event_title"]) == ("", "", event.title_th)
    assert db.session.scalars(unprinted(event.id)).all() == []


def test_files_that_nothing_names_are_removed(make: Factory) -> None:
    with transaction():
        kept, gone, fresh = (storage.put(data, "application/pdf") for data in (b"kept", b"gone", b"fresh"))
        make.host(make.programme(), logo_sha256=kept)
        db.session.execute(text("UPDATE stored_file SET created_at = '2020-01-01 00:00:00' WHERE sha256 <> :fresh"), {"fresh": fresh})
    tasks.purge_what_is_due()
    assert storage.path_of(kept).exists() and storage.path_of(fresh).exists() and not storage.path_of(gone).exists()


def test_an_erased_code_leads_nowhere(make: Factory) -> None:
    event = make.event()
    one = crowd(make, event)[2]
    token = one.manage_token
    with transaction():
        assert services.erase(one)
    assert one.anonymised_at and one.manage_token != token and one.status == RegistrationStatus.CANCELLED and event.taken == 2
    assert db.session.scalar(select(func.count(Message.id)).where(Message.registration_id == one.id, Message.to != "")) == 0
    assert db.session.scalar(select(func.count(CorrectionRequest.id)).where(CorrectionRequest.holder_th != "")) == 1, "another person's"
    assert answers.of(one) == {} and db.session.scalar(select(AccessCode.name)) == "กัลยาณมิตรา", "another person's invitation stays"
