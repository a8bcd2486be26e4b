"""The files of certificates: whose cannot be made is named and everybody else has theirs, in this process and in one with limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from blueprints.certificates import pressing, pressroom, printing
from blueprints.certificates.design import Design, Signatory
from core import limited, storage, work
from core.transaction import transaction
from models import Certificate, CertificateDesign, CertificateStatus, Event, Job, JobState, StoredFile, db
from tests.factories import Factory


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def process(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Render as the product does: in a process of its own."""
    monkeypatch.setitem(app.config, "RENDER_IN_PROCESS", False)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for the press: a short file for each, and none for who is called `เสีย`."""

    def individual(_plate: Any, people: list[dict[str, Any]], folder: str, _seal: Any) -> list[dict[str, Any]]:
        if any("เสีย" in facts["holder_th"] for facts in people):
            raise ValueError("unprintable")
        paths = [Path(folder) / f"{n}.pdf" for n in range(len(people))]
        for path, facts in zip(paths, people, strict=True):
            path.write_text(facts["number"])
        return [{"path": str(path), "signature": None} for path in paths]

    monkeypatch.setattr(pressing, "individual", individual)
    monkeypatch.setattr(pressing, "sample", lambda *_: None)


def people(make: Factory, event: Event, *names: str, design: Design | None = None) -> list[Certificate]:
    """Certificates of one design and register, still without files."""
    made = [make.certificate(make.registration(event, first_name=name)) for name in names]
    row = db.session.get_one(CertificateDesign, made[0].design_id)
    if design:
        row.content = design.to_json()
    db.session.flush()
    db.session.execute(update(Certificate).where(Certificate.event_id == event.id).values(design_id=row.id, register_id=made[0].register_id))
    db.session.expire_all()
    return made


def printed(event: Event) -> Job:
    """The job that prints the event's certificates, done."""
    with transaction():
        job = Job(kind="issue", event_id=event.id)
        db.session.add(job)
    work.run(job.id, printing.print_files)
    db.session.expire_all()
    return job


def on_disk() -> set[str]:
    return {path.name for path in storage.path_of("0" * 64).parents[2].glob("??/??/*")}


def left() -> list[Path]:
    return list(storage.scratch().glob(f"{pressroom.PREFIX}*"))


def test_the_culprit_is_named_and_the_others_have_their_files(make: Factory, event: Event, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "CHUNK", 3)
    made = people(make, event, "หนึ่ง", "เสีย", "สาม", "สี่")
    job = printed(event)
    assert job.state is JobState.FAILED
    assert made[1].number in job.error and "เสีย" in job.error and "unprintable" in job.error and "หนึ่ง" not in job.error
    assert "Everyone else" in job.error, "in both languages"
    assert [bool(one.file_sha256) for one in made] == [True, False, True, True]
    again = printed(event)
    assert (again.state, again.total) == (JobState.FAILED, 1)
    with transaction():
        made[1].status = CertificateStatus.REVOKED
    assert printed(event).state is JobState.DONE, "one that was revoked before it was printed needs no file"


def test_a_certificate_that_breaks_the_process_is_named(make: Factory, event: Event, process: None) -> None:
    made = people(make, event, "หนึ่ง", "สอง")
    db.session.execute(update(Certificate).where(Certificate.id == made[1].id).values(facts=made[1].facts | {"number": 7}))
    job = printed(event)
    assert job.state is JobState.FAILED and made[1].number in job.error
    assert [bool(one.file_sha256) for one in made] == [True, False]
    assert storage.read(made[0].file_sha256 or "").startswith(b"%PDF") and left() == []


def test_a_process_that_dies_takes_nobody_with_it(make: Factory, event: Event, process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made, killed = people(make, event, "หนึ่ง", "สอง"), []
    answer = limited.Limited._answer

    def interrupted(self: limited.Limited, *args: Any) -> Any:
        if not killed and self._child:
            killed.append(self._child.pid)
            self._child.kill()
        return answer(self, *args)

    monkeypatch.setattr(limited.Limited, "_answer", interrupted)
    assert printed(event).state is JobState.DONE and killed
    assert all(one.file_sha256 for one in made) and left() == []


def test_a_design_that_breaks_for_everyone_is_one_sentence(make: Factory, event: Event) -> None:
    gone = "ab" * 32
    made = people(make, event, "หนึ่ง", "สอง", design=Design(signatories=(Signatory("ก", "ข", "", gone),)))
    job = printed(event)
    assert job.state is JobState.FAILED and "a picture of the design is missing" in job.error and "รูป" in job.error
    assert made[0].number not in job.error and not any(one.file_sha256 for one in made) and left() == []


def test_a_design_that_takes_too_long_ends_in_time(make: Factory, event: Event, process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    people(make, event, "หนึ่ง")
    for name in ("CPU", "CPU_A_PAGE"):
        monkeypatch.setattr(pressroom, name, 0.0)  # the process may use up the second that it has begun
    monkeypatch.setattr(pressing, "individual", dawdle)
    monkeypatch.setattr(pressing, "sample", dawdle)
    job = printed(event)
    assert job.state is JobState.FAILED and "it takes too long" in job.error and "ใช้เวลานานเกินไป" in job.error


def dawdle(*_: Any) -> None:
    while True:
        pass


def test_a_picture_that_was_tampered_with_is_not_printed(make: Factory, event: Event) -> None:
    with transaction():
        sha256 = storage.put(b"picture", "image/png")
    storage.path_of(sha256).write_bytes(b"another")
    people(make, event, "หนึ่ง", design=Design(signatories=(Signatory("ก", "ข", "", sha256),)))
    assert "is missing" in printed(event).error
    storage.path_of(sha256).unlink()


def test_what_a_killed_worker_stored_without_a_row_goes(app: Flask, make: Factory, event: Event, quick: None) -> None:
    (one,) = people(make, event, "หนึ่ง")
    before = on_disk()
    room = pressroom.Pressroom().__enter__()
    with room.individual(pressing.Plate("{}"), [one.facts]) as made:
        sha256, _ = room.store(made[0])
    assert sha256 in on_disk() and pressroom.sweep() == 0, "its worker lives"
    room._lock.close()  # as when the worker is killed
    assert pressroom.sweep() == 1 and on_disk() == before and left() == []
    assert printed(event).state is JobState.DONE and one.file_sha256 in on_disk()


def test_a_file_of_a_job_that_failed_to_write_its_row_goes_at_once(make: Factory, event: Event, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    people(make, event, "หนึ่ง")
    before = on_disk()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "record", full)
    assert "No space left" in printed(event).error
    assert on_disk() == before and left() == []


def test_a_file_made_twice_is_kept_once(make: Factory, event: Event, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = people(make, event, "หนึ่ง")
    store = pressroom.Pressroom.store

    def overtaken(self: pressroom.Pressroom, made: Any) -> tuple[str, int]:
        with transaction():
            db.session.add(StoredFile(sha256="cd" * 32, size=1, media_type="application/pdf"))
            db.session.flush()
            db.session.get_one(Certificate, one.id).file_sha256 = "cd" * 32
        return store(self, made)

    before = on_disk()
    monkeypatch.setattr(pressroom.Pressroom, "store", overtaken)
    assert printed(event).state is JobState.DONE
    assert one.file_sha256 == "cd" * 32 and on_disk() == before


def test_a_design_with_html_of_its_own_is_compared_once(make: Factory, event: Event, quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    monkeypatch.setattr(pressing, "looks_the_same", lambda *_: looked.append(1) or False)
    monkeypatch.setattr(printing, "CHUNK", 1)
    made = people(make, event, "หนึ่ง", "สอง", design=Design(css=".x{color:red}"))
    assert printed(event).done == 2
    assert looked == [1] and db.session.scalars(select(CertificateDesign).where(CertificateDesign.id == made[0].design_id)).one().layered is False
