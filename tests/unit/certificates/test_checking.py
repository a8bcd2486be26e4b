"""`flask certificates check` finds whatever was done to records, files, signatures and registers behind the product's back."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import select, text

from blueprints.certificates import checking, plans, pressroom, printing
from blueprints.certificates.plans import PlanCommand
from blueprints.certificates.registers import RegisterCommand
from core import storage, work
from core.transaction import transaction
from models import Certificate, CertificateKind, Event, Job, JobState, RegisterReset, Scan, db, now
from tests.factories import Factory
from tests.keys import PASSWORD, root, write_p12

HOLDERS = ("น้ำทิพย์", "กัญญ์ณัฏฐ์", "Maximilian")
Check = Callable[..., Result]


@pytest.fixture
def check(app: Flask) -> Check:
    """Runs the command."""
    return lambda *options: app.test_cli_runner().invoke(args=["certificates", "check", *options])


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(starts_at=now() - timedelta(hours=5))


@pytest.fixture
def issued(make: Factory, event: Event, tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Certificate]:
    """Signed certificates of three people."""
    write_p12(tmp_path / "a.p12")
    monkeypatch.setitem(app.config, "CERTIFICATE_P12", str(tmp_path / "a.p12"))
    monkeypatch.setitem(app.config, "CERTIFICATE_P12_PASSWORD", PASSWORD)
    checkpoint = db.session.execute(text("select id from checkpoint where event_id = :id"), {"id": event.id}).scalar()
    for name in HOLDERS:
        person = make.registration(event, first_name=name)
        db.session.add(Scan(nonce=name, event_id=event.id, checkpoint_id=checkpoint, registration_id=person.id, direction="in", source="camera",
                            raw_code="", claimed_at=now(), judged_at=now(), verdict="ok"))
    with transaction():
        register = RegisterCommand("ทะเบียนคุม", "กสอ.ศภ.1 {number}/{year}", 3, True, RegisterReset.BUDDHIST_YEAR, False)
        plans.save_plan(event, CertificateKind.ATTENDANCE, PlanCommand(date(2020, 7, 17), register), None)
        job = Job(kind="issue", event_id=event.id, options={"kind": "attendance"})
        db.session.add(job)
    work.run(job.id, printing.issue)
    assert job.state is JobState.DONE, job.error
    return list(db.session.scalars(select(Certificate).order_by(Certificate.sequence)))


def path_of(certificate: Certificate) -> Path:
    return storage.path_of(certificate.file_sha256 or "")


def execute(statement: str, **values: object) -> None:
    """SQL that no code of the product would send."""
    with transaction():
        db.session.execute(text(statement), values)


def lines(result: Result) -> list[str]:
    return [line for line in result.output.splitlines() if line.startswith("✗")]


def test_a_sound_store_is_said_to_be_sound_in_both_languages(issued: list[Certificate], check: Check, tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(root().public_bytes(Encoding.PEM))
    for options in ((), ("--trust", str(tmp_path / "root.pem"))):
        result = check(*options)
        assert result.exit_code == 0, result.output
        assert "ตรวจเกียรติบัตร 3 ฉบับ" in result.output and "พบปัญหา 0 รายการ" in result.output
        assert "Checked 3 certificates, 3 files, 3 signatures, 1 registers" in result.output and "found 0 problems" in result.output
    assert PASSWORD not in result.output


def test_a_flipped_byte(issued: list[Certificate], check: Check) -> None:
    data = bytearray(path_of(issued[1]).read_bytes())
    data[len(data) // 2] ^= 1
    path_of(issued[1]).write_bytes(data)
    result = check()
    assert result.exit_code == 1 and len(lines(result)) == 1
    assert issued[1].number in lines(result)[0] and "another SHA-256" in lines(result)[0] and "ถูกแก้ไข" in lines(result)[0]


def test_a_missing_file(issued: list[Certificate], check: Check) -> None:
    path_of(issued[0]).unlink()
    result = check()
    assert result.exit_code == 1 and ["the file is missing" in line for line in lines(result)] == [True]


def test_a_file_of_another(issued: list[Certificate], check: Check) -> None:
    execute("update certificate set file_sha256 = :file where id = :id", file=issued[0].file_sha256, id=issued[1].id)
    result = check()
    assert result.exit_code == 1
    assert all(issued[1].number in line for line in lines(result)[:3]) and "facts inside" in lines(result)[0]
    assert any("กัญญ์ณัฏฐ์" in line and "is not printed" in line for line in lines(result)), "the text of the page is read too"


@pytest.mark.parametrize(("column", "value", "said"), [
    ("holder", "นายคนอื่น", "does not say what was printed"), ("number", "กสอ.ศภ.๑ ๙๙๙/๒๕๖๓", "does not say what was printed"),
    ("status", "replaced", "without a replacement"), ("status", "revoked", "the time of that"), ("sequence", "7", "its register writes"),
    ("signature", None, "the record does not say so"),
])
def test_a_row_that_was_tampered_with(issued: list[Certificate], check: Check, column: str, value: object, said: str) -> None:
    execute(f"update certificate set {column} = :value where id = :id",
            value=int(value) if column == "sequence" else "null" if column == "signature" else value, id=issued[0].id)
    result = check()
    assert result.exit_code == 1 and any(said in line for line in lines(result)), result.output


def test_facts_that_were_tampered_with_in_every_column(issued: list[Certificate], check: Check) -> None:
    facts = issued[0].facts | {"holder_th": "นายคนอื่น"}
    execute("update certificate set holder = 'นายคนอื่น', facts = :facts where id = :id", facts=json.dumps(facts), id=issued[0].id)
    assert any("facts inside" in line for line in lines(check()))


def test_a_signature_of_somebody_else(issued: list[Certificate], check: Check, tmp_path: Path) -> None:
    kept = (issued[0].signature or {}) | {"fingerprint": "0" * 64}
    execute("update certificate set signature = :kept where id = :id", kept=json.dumps(kept), id=issued[0].id)
    assert ["another key" in line for line in lines(check())] == [True]
    write_p12(tmp_path / "other.p12", "rsa")
    (tmp_path / "other.pem").write_bytes(issued_by_nobody())
    assert sum("lead to the authority" in line for line in lines(check("--trust", str(tmp_path / "other.pem")))) == 2


def issued_by_nobody() -> bytes:
    from tests.keys import certificate, key

    return certificate("Nobody", key("rsa")).public_bytes(Encoding.PEM)


def test_a_gap_in_a_register(issued: list[Certificate], check: Check) -> None:
    execute("update register_counter set last = last + 2")
    result = check()
    assert result.exit_code == 1 and any("ทะเบียนคุม" in line and "4–5" in line for line in lines(result)), result.output


def test_files_that_nobody_names_and_others_that_are_gone(issued: list[Certificate], check: Check) -> None:
    stray, fresh = storage.path_of("ab" * 32), storage.path_of("cd" * 32)
    for path in (stray, fresh):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF")
    os.utime(stray, (time.time() - 7200,) * 2)
    with transaction():
        picture = storage.put(b"picture", "image/png")
    storage.path_of(picture).unlink()
    said = lines(check())
    assert len(said) == 2 and any("ab" * 32 in line and "--clean" in line for line in said) and any(picture in line for line in said)
    room = pressroom.Pressroom().__enter__()
    room._lock.close()  # as when a worker is killed
    result = check("--clean")
    assert "removed 1 stray files" in result.output and not stray.exists() and fresh.exists() and not room.folder.exists()
    fresh.unlink()


def test_memory_stays_small(issued: list[Certificate], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "PAGE", 2)
    tally = checking.Tally()
    for number, _ in enumerate(checking.certificates(tally), 1):
        assert len(list(db.session)) == 0 and tally.certificates == number
    assert number == 3


def test_a_file_of_authorities_that_holds_none(check: Check, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no")
    assert check("--trust", str(tmp_path / "no.pem")).exit_code == 1
