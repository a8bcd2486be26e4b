"""What it means to erase: the person goes, the counts stay.

A row keeps its event, status, category, organisation in the directory, times, scans and `person_ref` (random, the same for one
person throughout a programme), so that every report says after the erasure what it said before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, update

from blueprints.registration import people
from blueprints.registration.retention import FieldGroup
from core import storage
from core.codes import digest, new_code
from models import (
    AccessCode,
    Answer,
    Certificate,
    CertificateDesign,
    CertificateException,
    CertificatePlan,
    ConflictSettlement,
    CorrectionDecision,
    CorrectionRequest,
    DataRequest,
    Event,
    EventFile,
    HistoryEntry,
    Host,
    ImportBatch,
    Job,
    Message,
    NamedHolder,
    Question,
    Registration,
    Scan,
    ScanSource,
    Signature,
    StoredFile,
    db,
    now,
)

CHUNK = 500  # rows in one transaction


def erase_chunk(event_id: int, group: FieldGroup) -> int:
    """Erase the group's data of up to `CHUNK` people of the event; how many rows that was, 0 when nothing is left."""
    return _ERASERS[group](event_id)


def anonymise(registration: Registration, *, but_letter: int = 0) -> None:
    """Erase one person wholly, at the person's wish: every group at once, but the certificate, which is evidence.

    `but_letter`: the id of the message that tells the person so; the clock takes it with the others.
    """
    mine = [registration.id]
    db.session.execute(delete(Answer).where(Answer.registration_id.in_(mine)))
    _quietly(update(Message).where(Message.registration_id.in_(mine), Message.id != but_letter).values(_NO_LETTER))
    _take_contact(mine)
    _take_identity(mine)
    _quietly(update(DataRequest).where(DataRequest.registration_id.in_(mine)).values(note=""))
    if registration.access_code_id:
        _quietly(update(Message).where(Message.access_code_id == registration.access_code_id).values(_NO_LETTER))
        _quietly(update(AccessCode).where(AccessCode.id == registration.access_code_id, AccessCode.email != "").values(_NO_INVITATION))
    db.session.refresh(registration)


_NO_LETTER: dict[str, Any] = {"to": "", "params": {}, "last_error": "", "bounce_note": ""}
_NO_INVITATION: dict[str, Any] = {"name": "", "email": "", "organisation_name": "", "label": ""}


def _ids(event_id: int, *where: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(Registration.id).where(Registration.event_id == event_id, *where).order_by(Registration.id).limit(CHUNK)))


def _quietly(statement: Any) -> int:
    return db.session.execute(statement.execution_options(synchronize_session=False)).rowcount


def _answers(event_id: int, *where: ColumnElement[bool]) -> int:
    found = db.session.execute(
        select(Answer.id).join(Question, Question.id == Answer.question_id).where(Question.event_id == event_id, *where).limit(CHUNK)).scalars().all()
    return _quietly(delete(Answer).where(Answer.id.in_(found))) if found else 0


def _sensitive(event_id: int) -> int:
    """Answers, and who needs a wheelchair."""
    ids = _ids(event_id, Registration.wheelchair)
    if ids:
        _quietly(update(Registration).where(Registration.id.in_(ids)).values(wheelchair=False, version=Registration.version + 1))
    return len(ids) + _answers(event_id, Question.sensitive)


def _other_answers(event_id: int) -> int:
    return _answers(event_id)


def _invitations(event_id: int) -> int:
    codes = _quietly(update(AccessCode).where(
        AccessCode.event_id == event_id, or_(AccessCode.email != "", AccessCode.name != "", AccessCode.organisation_name != ""))
        .values(_NO_INVITATION))
    return codes + _quietly(update(ImportBatch).where(ImportBatch.event_id == event_id, ImportBatch.file_name != "")
                            .values(file_name="", sha256=None, choices={}))


def _messages(event_id: int) -> int:
    found = db.session.execute(
        select(Message.id).outerjoin(Registration, Registration.id == Message.registration_id)
        .outerjoin(AccessCode, AccessCode.id == Message.access_code_id)
        .where(or_(Registration.event_id == event_id, AccessCode.event_id == event_id), Message.to != "").limit(CHUNK)).scalars().all()
    return _quietly(update(Message).where(Message.id.in_(found)).values(_NO_LETTER)) if found else 0


def _contact(event_id: int) -> int:
    ids = _ids(event_id, or_(Registration.email != "", Registration.phone != "", Registration.phone_extension != ""))
    _take_contact(ids)
    return len(ids)


def _take_contact(ids: Sequence[int]) -> None:
    """The name is still found: the search text is made anew without the address. So is the key, which a guess would confirm."""
    for registration in db.session.scalars(select(Registration).where(Registration.id.in_(ids))):
        registration.email = registration.phone = registration.phone_extension = ""
        registration.search_text, registration.person_key = people.search_text(registration), f"gone-{registration.id}"
    db.session.flush()


def _identity(event_id: int) -> int:
    ids = _ids(event_id, Registration.anonymised_at.is_(None))
    _take_identity(ids)
    if ids:
        return len(ids)
    _quietly(update(Scan).where(Scan.event_id == event_id, Scan.registration_id.is_(None), Scan.raw_code != "").values(raw_code=""))
    _quietly(update(HistoryEntry).where(HistoryEntry.event_id == event_id).values(details={}))
    _quietly(delete(Signature).where(Signature.registration_id.in_(select(Registration.id).where(Registration.event_id == event_id))))
    _quietly(update(ConflictSettlement).where(ConflictSettlement.scan_id.in_(select(Scan.id).where(Scan.event_id == event_id))).values(reason=""))
    _quietly(update(DataRequest).where(DataRequest.event_id == event_id).values(note=""))
    # Their certificates have the names as printed, as long as certificates are kept.
    _quietly(delete(NamedHolder).where(NamedHolder.plan_id.in_(select(CertificatePlan.id).where(CertificatePlan.event_id == event_id))))
    _quietly(update(CertificateException).where(CertificateException.plan_id.in_(
        select(CertificatePlan.id).where(CertificatePlan.event_id == event_id))).values(reason=""))
    _take_wishes(select(Certificate.id).where(Certificate.event_id == event_id))
    _quietly(update(Job).where(Job.event_id == event_id).values(file_sha256=None, error=""))
    return 0


def _take_identity(ids: Sequence[int]) -> None:
    moment = now()
    for registration_id in ids:  # each row needs codes of its own: the old links must lead nowhere
        _quietly(update(Registration).where(Registration.id == registration_id).values(
            title="", first_name="", last_name="", name_en="", certificate_name="", organisation_name="", position="", staff_note="",
            status_reason="", vip=False, wheelchair=False, email="", phone="", phone_extension="", search_text="", sort_key="", form_key=None,
            code=new_code(), manage_token=new_code(), person_key=digest(new_code()), anonymised_at=moment, version=Registration.version + 1))
    _quietly(update(HistoryEntry).where(HistoryEntry.registration_id.in_(ids)).values(details={}))
    _quietly(delete(Signature).where(Signature.registration_id.in_(ids)))
    _quietly(update(ConflictSettlement).where(ConflictSettlement.scan_id.in_(select(Scan.id).where(Scan.registration_id.in_(ids)))).values(reason=""))
    _quietly(update(CertificateException).where(CertificateException.registration_id.in_(ids)).values(reason=""))
    _take_wishes(select(Certificate.id).where(Certificate.registration_id.in_(ids)))
    typed = (ScanSource.TYPED, ScanSource.SEARCH)  # words of a person, not of a code
    _quietly(update(Scan).where(Scan.registration_id.in_(ids), Scan.source.in_(typed)).values(raw_code=""))


def _take_wishes(certificates: Select[tuple[int]]) -> int:
    """What holders asked to be corrected: that they asked stays, and one that waits is over, for nobody is left to answer."""
    return _quietly(update(CorrectionRequest).where(CorrectionRequest.certificate_id.in_(certificates), CorrectionRequest.holder_th != "").values(
        holder_th="", holder_en="", organisation="", message="", answer="",
        decision=func.coalesce(CorrectionRequest.decision, CorrectionDecision.REFUSED.value),
        decided_at=func.coalesce(CorrectionRequest.decided_at, now())))


def _certificates(event_id: int) -> int:
    """Past the guard that keeps an issued certificate as it was printed: the clock alone may do so. Merged files hold the names too."""
    found = db.session.execute(select(Certificate.id, Certificate.facts).where(
        Certificate.event_id == event_id, Certificate.holder != "").order_by(Certificate.id).limit(CHUNK)).all()
    for certificate_id, facts in found:
        nameless = facts | {name: "" for name in ("holder_th", "holder_en", "organisation") if name in facts}
        _quietly(update(Certificate).where(Certificate.id == certificate_id).values(
            holder="", sort_key="", status_reason="", facts=nameless, file_sha256=None))
    if not found:
        _take_wishes(select(Certificate.id).where(Certificate.event_id == event_id))
        _quietly(update(Job).where(Job.event_id == event_id).values(file_sha256=None, error=""))
    return len(found)


_ERASERS: dict[FieldGroup, Callable[[int], int]] = {
    FieldGroup.SENSITIVE: _sensitive, FieldGroup.INVITATIONS: _invitations, FieldGroup.ANSWERS: _other_answers,
    FieldGroup.MESSAGES: _messages, FieldGroup.CONTACT: _contact, FieldGroup.IDENTITY: _identity, FieldGroup.CERTIFICATES: _certificates,
}

#: Wherever a stored file is named.
_NAMES = (Answer.file_sha256, EventFile.sha256, Host.logo_sha256, Event.poster_sha256, Certificate.file_sha256, Job.file_sha256, ImportBatch.sha256)


def unnamed_files() -> Iterator[str]:
    """Stored files that no row names and no design shows, and that nobody uploaded just now."""
    old = select(StoredFile.sha256).where(StoredFile.created_at < now() - timedelta(days=2))
    for column in _NAMES:
        old = old.where(~exists().where(column == StoredFile.sha256))
    designs = [str(content) for content in db.session.scalars(select(CertificateDesign.content))]
    for sha256 in db.session.scalars(old.order_by(StoredFile.sha256).limit(CHUNK)):
        if not any(sha256 in content for content in designs):
            yield sha256


def delete_unnamed_files() -> int:
    """Remove them; how many."""
    found = list(unnamed_files())
    for sha256 in found:
        storage.discard(sha256)
    return len(found)
