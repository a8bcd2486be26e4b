"""A PDF is compared with the record, and its signature checked, in the browser: no request carries it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, Page, Request, expect
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from core import storage
from models import now
from tests.browser.house import House

SIGNER, AUTHORITY = "ศูนย์ส่งเสริมตัวอย่าง", "Sample Authority"
KEYS = {
    "EC P-256": (lambda: ec.generate_private_key(ec.SECP256R1()), "sha256", False),
    "EC P-384": (lambda: ec.generate_private_key(ec.SECP384R1()), "sha384", False),
    "RSA": (lambda: rsa.generate_private_key(65537, 2048), "sha256", False),
    "RSA SHA-512": (lambda: rsa.generate_private_key(65537, 2048), "sha512", False),
    "RSA-PSS": (lambda: rsa.generate_private_key(65537, 2048), "sha256", True),
}


@cache
def paper() -> bytes:
    """A small PDF without a signature."""
    out, pdf = io.BytesIO(), pikepdf.Pdf.new()
    pdf.add_blank_page()
    pdf.save(out)
    return out.getvalue()


@cache
def identity(kind: str) -> tuple[bytes, str]:
    """A key with its self-made certificate as PKCS#12, and the certificate's fingerprint."""
    key = KEYS[kind][0]()

    def name(words: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])

    certificate = (x509.CertificateBuilder().subject_name(name(SIGNER)).issuer_name(name(AUTHORITY)).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(now() - timedelta(days=1))
                   .not_valid_after(now() + timedelta(days=9)).sign(key, hashes.SHA256()))
    packed = pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"x"))
    return packed, certificate.fingerprint(hashes.SHA256()).hex()


def signed(kind: str, file: bytes | None = None, subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES, field: str = "Signature") -> bytes:
    """The file with a signature appended by pyHanko."""
    signer = SimpleSigner.load_pkcs12_data(identity(kind)[0], other_certs=[], passphrase=b"x")
    assert signer is not None
    signer.prefer_pss = KEYS[kind][2]
    about = PdfSignatureMetadata(field_name=field, md_algorithm=KEYS[kind][1], subfilter=subfilter)
    writer = IncrementalPdfFileWriter(io.BytesIO(file or paper()))
    with ThreadPoolExecutor(1) as apart:  # Playwright's own event loop runs in this thread
        return apart.submit(lambda: PdfSigner(about, signer).sign_pdf(writer).getvalue()).result()


@dataclass
class Desk:
    """A visitor who checks files on a page, and everything that the browser sends."""

    house: House
    page: Page
    sent: list[Request]

    def issue(self, file: bytes, **given: Any) -> str:
        """The code of a certificate whose file this is."""
        with self.house.rows() as make:
            sha256 = storage.put(file, "application/pdf")
            return make.certificate(make.registration(), file_sha256=sha256, **given).code

    def open(self, path: str) -> None:
        self.page.goto(f"{self.house.url}{path}")
        expect(self.page.locator("[data-live]")).to_be_visible()

    def choose(self, file: bytes) -> str:
        """What the page says of the file: same, inside, other …"""
        self.sent.clear()
        self.page.evaluate("delete document.querySelector('.verify-file').dataset.done")
        self.page.set_input_files("#verify-pdf", {"name": "c.pdf", "mimeType": "application/pdf", "buffer": file})
        self.page.wait_for_selector(".verify-file[data-done]")
        assert all(one.method == "GET" and one.post_data_buffer is None for one in self.sent)
        verdict = self.page.get_attribute(".verify-file", "data-done")
        assert verdict and self.page.locator(f"[data-verdict={verdict}]").is_visible()
        assert self.page.locator("[data-verdict]:visible").count() == 1
        return verdict

    def said(self) -> list[list[str]]:
        """What is shown of each signature."""
        return [[part.get_attribute("data-if") or "" for part in one.locator("[data-if]:visible").all()]
                for one in self.page.locator(".verify-signature").all()]

    def fact(self, name: str) -> str:
        return self.page.locator(f".verify-signature >> nth=0 >> [data-fact={name}] dd").inner_text()


@pytest.fixture
def desk(house: House, chromium: Browser) -> Iterator[Desk]:
    page = chromium.new_context(locale="th-TH").new_page()
    page.on("pageerror", lambda error: house.errors.append(str(error)))
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    yield Desk(house, page, sent)


@pytest.mark.parametrize("kind", KEYS)
def test_a_signed_file_is_the_one_that_was_issued_and_its_signature_is_intact(desk: Desk, kind: str) -> None:
    file = signed(kind)
    code = desk.issue(file, signature={"signer": SIGNER, "issuer": AUTHORITY, "fingerprint": identity(kind)[1], "signed_at": "2026-01-01T00:00:00Z",
                                       "timestamped": False})
    desk.open(f"/V/{code}")
    assert (desk.choose(file), desk.said()) == ("same", [["good", "recorded"]])
    assert (desk.fact("signer"), desk.fact("issuer"), desk.fact("fingerprint")) == (SIGNER, AUTHORITY, identity(kind)[1])
    assert str(now().year + 543) in desk.fact("claimed")
    assert desk.sent == [], "nothing is asked of anybody"


def test_a_flipped_byte_and_a_foreign_signature_are_found(desk: Desk) -> None:
    file = signed("RSA")
    desk.open(f"/V/{desk.issue(file, signature={'fingerprint': identity('RSA')[1]})}")
    flipped = bytearray(file)
    flipped[20] ^= 1
    assert (desk.choose(bytes(flipped)), desk.said()) == ("other", [["changed"]])
    at = file.index(b"/Contents <") + 11
    value = bytearray(bytes.fromhex(file[at:file.index(b">", at)].decode()))
    key = value.rindex(SIGNER.encode())  # the name in the certificate: whoever put it there has not got the key
    value[key] ^= 1
    assert (desk.choose(file.replace(file[at:at + 2 * len(value)], bytes(value).hex().encode())), desk.said()) == ("other", [["bad"]])
    assert (desk.choose(signed("EC P-256")), desk.said()) == ("other", [["good", "unrecorded"]])


def test_what_was_added_after_the_issue_is_told_apart(desk: Desk) -> None:
    file = signed("EC P-256")
    desk.open(f"/V/{desk.issue(file, signature={'fingerprint': identity('EC P-256')[1]})}")
    assert (desk.choose(file + b"\n% a note\n"), desk.said()) == ("inside", [["good", "recorded", "later"]])
    twice = signed("RSA", file, SigSeedSubFilter.ADOBE_PKCS7_DETACHED, "Another")
    assert (desk.choose(twice), desk.said()) == ("inside", [["good", "recorded", "later"], ["good", "unrecorded"]])
    assert (desk.choose(file[:-1]), desk.said()) == ("other", [["unread"]])


def test_unsigned_files_and_rubbish(desk: Desk) -> None:
    desk.open(f"/V/{desk.issue(paper())}")
    assert (desk.choose(paper()), desk.said()) == ("same", [])
    assert desk.page.locator("[data-unsigned]").is_visible()
    assert desk.choose(b"") == "empty"
    for rubbish in (b"rubbish", b"%PDF-", b"%PDF-1.7 /ByteRange [0 5 9 999999]", b"%PDF-1.7 /ByteRange [0 31 37 0] <3080>",
                    b"%PDF-1.7 /ByteRange [0 40 46 0] /Contents <30840fffffff>", bytes(range(256)) * 40):
        assert desk.choose(rubbish) == "other"
        assert all(one == ["unread"] for one in desk.said())
    assert desk.choose(paper()) == "same"


def test_without_a_record_only_the_fingerprint_is_looked_up(desk: Desk) -> None:
    file = signed("EC P-256")
    code = desk.issue(file, signature={"fingerprint": identity("EC P-256")[1]})
    desk.open("/verify")
    assert (desk.choose(file), desk.said()) == ("same", [["good", "recorded"]])
    assert [one.url.rpartition("/")[0] for one in desk.sent] == [f"{desk.house.url}/verify/file"]
    assert desk.page.get_attribute("[data-record] a", "href") == f"/V/{code}"
    assert desk.choose(signed("RSA", file, field="Another")) == "inside"
    assert (desk.choose(paper()), desk.said()) == ("unknown", [])
    assert desk.page.locator("[data-record] a").count() == 0


def test_a_file_can_be_dropped_and_the_keyboard_reaches_the_field(desk: Desk) -> None:
    desk.open(f"/V/{desk.issue(paper())}")
    desk.page.evaluate("""(text) => {
        const bag = new DataTransfer();
        bag.items.add(new File([Uint8Array.from(text, (one) => one.charCodeAt(0))], 'c.pdf'));
        document.querySelector('[data-drop]').dispatchEvent(new DragEvent('drop', { dataTransfer: bag, bubbles: true, cancelable: true }));
    }""", paper().decode("latin1"))
    expect(desk.page.locator("[data-verdict=same]")).to_be_visible()
    desk.page.focus(".verify-file summary")
    desk.page.keyboard.press("Shift+Tab")
    assert desk.page.evaluate("document.activeElement.id") == "verify-pdf"
    desk.page.set_input_files(":focus", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"x"})
    expect(desk.page.locator("[data-verdict=other]")).to_be_visible()
    assert desk.page.locator(".verify-file form").count() == 0


def test_without_webcrypto_the_page_says_how_to_compare_by_hand(desk: Desk) -> None:
    desk.page.add_init_script("Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined })")
    desk.page.goto(f"{desk.house.url}/V/{desk.issue(paper())}")
    expect(desk.page.locator("[data-unusable]")).to_be_visible()
    expect(desk.page.locator("#verify-pdf")).to_be_hidden()
    desk.page.click(".verify-file summary")
    expect(desk.page.locator(".verify-file .fingerprint code").first).to_be_visible()
