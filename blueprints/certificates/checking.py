"""Is every certificate still what was issued? The whole store is gone through a page at a time; nothing is locked meanwhile."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from pikepdf import Pdf, PdfError
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from blueprints.certificates import gallery, numbers, registers, signing
from blueprints.certificates.design import Design
from blueprints.certificates.pdf import ENCLOSURE
from blueprints.certificates.words import names_in
from core import storage
from core.shelves import Lying
from models import Certificate, CertificateStatus, Register, StoredFile, db

PAGE = 100  # certificates read at a time
STRAY_AGE = 3600  # seconds after which no upload or job is still about to write a row for its file
STRAY = _l("no row names this file: `flask certificates check --clean` removes it")


@dataclass(frozen=True)
class Problem:
    """What is wrong, and with what: a number, a register or a file."""

    where: str
    text: Any


@dataclass
class Tally:
    """What was looked at so far."""

    certificates: int = 0
    files: int = 0
    signatures: int = 0
    registers: int = 0


def how_many() -> int:
    """How many certificates there are to check."""
    with _reading():
        return db.session.scalar(select(func.count(Certificate.id))) or 0


def certificates(tally: Tally, roots: tuple[bytes, ...] = ()) -> Iterator[list[Problem]]:
    """What is wrong with each certificate, in the order of issue. `roots` are authorities (DER) that signatures have to lead to."""
    last = 0
    while page := _page(last):
        for certificate in page:
            tally.certificates += 1
            problems = [*record_problems(certificate), *file_problems(certificate, roots)]
            tally.files += certificate.file_sha256 is not None
            tally.signatures += certificate.signature is not None
            yield [Problem(f"{certificate.number} (id {certificate.id})", text) for text in problems]
        last = page[-1].id


def _page(after: int) -> Sequence[Certificate]:
    """The next certificates with all that belongs to them, taken out of the session: it stays small, and holds no lock."""
    with _reading():
        related = [joinedload(getattr(Certificate, name)) for name in ("register", "design", "replaces", "replaced_by")]
        found = db.session.scalars(select(Certificate).where(Certificate.id > after).order_by(Certificate.id).limit(PAGE).options(*related)).all()
        db.session.expunge_all()
        return found


@contextmanager
def _reading() -> Iterator[None]:
    """Reads end with a rollback: outside a request each would hold the write lock of SQLite."""
    try:
        yield
    finally:
        db.session.rollback()


def record_problems(certificate: Certificate) -> Iterator[Any]:
    """Whether the row still says what was printed, and its status fits the others'."""
    facts, erased = certificate.facts, certificate.holder == ""
    as_printed = (facts["number"], facts["kind"], facts["holder_th"], numbers.number_key(facts["number"]), facts["verify_url"].rpartition("/")[2])
    if as_printed != (certificate.number, certificate.kind.value, certificate.holder, certificate.number_key, certificate.code):
        yield _l("the record does not say what was printed: number, kind, name or verification code differ")
    elif certificate.number != numbers.written(certificate.register, certificate.sequence, date.fromisoformat(facts["issued_on"])):
        yield _l("the number is not the one that its register writes")
    if erased and certificate.file_sha256:
        yield _l("the name was erased, and the file is still there")
    if (certificate.status is CertificateStatus.REPLACED) != (certificate.replaced_by is not None):
        yield _l("it is marked as replaced without a replacement, or has one and is not marked")
    if (certificate.status is CertificateStatus.VALID) != (certificate.status_at is None):
        yield _l("its status and the time of that do not fit")
    if certificate.signature and not certificate.file_sha256 and not erased:
        yield _l("a signature is recorded without a file")


def file_problems(certificate: Certificate, roots: tuple[bytes, ...]) -> Iterator[Any]:
    """Whether the file is the one that was issued and says what the record says."""
    if not certificate.file_sha256:
        return
    if storage.size_of(certificate.file_sha256) is None:
        yield _l("the file is missing")
    elif not storage.is_whole(certificate.file_sha256):
        yield _l("the file was changed: it has another SHA-256")
    else:
        file = storage.read(certificate.file_sha256)
        try:
            yield from _content_problems(certificate, file)
            yield from _signature_problems(certificate, file, roots)
        except Exception as error:  # a broken file fails in many ways
            yield _l("the file cannot be read: %(error)s", error=f"{type(error).__name__}: {error}"[:200])


def _content_problems(certificate: Certificate, file: bytes) -> Iterator[Any]:
    if _enclosed(file) != certificate.facts:
        yield _l("the facts inside the file are not those of the record: it is another certificate's file, or one of them was changed")
    text = _said(_text(file))
    for name, words in (("number", certificate.number), ("holder", certificate.holder)):
        if name in _shown(json.dumps(certificate.design.content)) and _said(words) not in text:
            yield _l("“%(words)s” is not printed on it", words=words)


def _enclosed(file: bytes) -> Any:
    """The facts that a file carries; None when it carries none."""
    with Pdf.open(io.BytesIO(file)) as pdf:
        try:
            return json.loads(pdf.attachments[ENCLOSURE].get_file().read_bytes())
        except (KeyError, ValueError, PdfError):
            return None


def _text(file: bytes) -> str:
    from pypdfium2 import PdfDocument

    pdf = PdfDocument(file)
    try:
        return "".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


def _said(text: str) -> str:
    """Without what a layout changes: blanks and line breaks, capitals, kinds of digits."""
    return "".join(numbers.number_key(text).split()).casefold()


@lru_cache(maxsize=64)
def _shown(content: str) -> frozenset[str]:
    """Which of the holder's words a design prints."""
    design = Design.from_json(json.loads(content))
    texts = [paragraph.text for box in gallery.resolved(design).boxes if not box.hidden for paragraph in box.paragraphs]
    return frozenset(name for text in texts for name in names_in(text)) if not design.html else frozenset()


def _signature_problems(certificate: Certificate, file: bytes, roots: tuple[bytes, ...]) -> Iterator[Any]:
    kept = certificate.signature
    if not kept and b"/ByteRange" not in file:
        return
    found = signing.read(file, roots)
    if not kept or not found:
        yield _l("the file is signed and the record does not say so, or the other way round")
    elif not found.intact:
        yield _l("the signature does not fit the file")
    elif found.fingerprint != kept["fingerprint"]:
        yield _l("it is signed with another key than the record says")
    elif roots and not found.trusted:
        yield _l("the signature does not lead to the authority that was named")


def all_registers(tally: Tally) -> Iterator[Problem]:
    """Numbers that were never handed out, between others that were."""
    with _reading():
        for register in db.session.scalars(select(Register).order_by(Register.id)).all():
            tally.registers += 1
            if gaps := registers.gaps(register):
                yield Problem(register.name, _l("numbers are missing: %(gaps)s", gaps=", ".join(gaps)))


def other_files() -> Iterator[Problem]:
    """Stored files of other kinds, such as pictures of designs, whose bytes are gone."""
    last = ""
    while page := _stored(last):
        for sha256, size in page:
            if storage.size_of(sha256) != size:
                yield Problem(sha256, _l("the file is missing"))
        last = page[-1][0]


def _stored(after: str) -> Sequence[Any]:
    with _reading():
        known = ~select(Certificate.id).where(Certificate.file_sha256 == StoredFile.sha256).exists()
        rows = select(StoredFile.sha256, StoredFile.size).where(StoredFile.sha256 > after, known).order_by(StoredFile.sha256).limit(PAGE)
        return db.session.execute(rows).all()


def strays(age: float = STRAY_AGE) -> Iterator[Lying]:
    """What lies among the stored files, has no row, and was written so many seconds ago or earlier."""
    for shelf, lying in storage.lying():
        with _reading():
            known = set(db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.startswith(shelf))))
        yield from (one for one in lying if one.name not in known and one.written <= time.time() - age)
