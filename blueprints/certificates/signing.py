"""PAdES signatures (ETSI EN 319 142-1) of finished files: level B-B, or B-T where a time stamp server answers.

The signature is appended; what was there before stays byte for byte, so that PDF/A-3 holds. pyHanko is imported when the first file is
signed or read: web processes do not carry it. What is kept of a signature is `{"signer", "issuer", "fingerprint", "signed_at",
"timestamped"}`, where the fingerprint is the SHA-256 of the signing certificate in hex.
"""

from __future__ import annotations

import io
import logging
import time
import urllib.request
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from core.p12 import Identity, NoKeyInside, Seal, identity_of
from models import now

FIELD = "Signature"
TSA_SECONDS = 5.0  # that one question to the time stamp server may take
TSA_PAUSE = 300.0  # seconds without asking a server that did not answer
TSA_LARGEST = 64_000  # bytes of an answer

log = logging.getLogger(__name__)
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # that a signature leads to no root is an answer, not an error


@dataclass(frozen=True)
class Found:
    """What a file says of its signature. `intact`: not a byte was changed or added since; `trusted`: it leads to one of the roots given."""

    fingerprint: str
    intact: bool
    trusted: bool
    timestamped: bool


def sign(file: bytes, seal: Seal, reason: str) -> tuple[bytes, dict[str, Any]]:
    """The file with an invisible signature appended, and what is to be kept of that. A time stamp server that does not answer within
    TSA_SECONDS is not asked again for TSA_PAUSE. Raises `core.p12.SigningBroken`."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    identity, signer, stamper = _tools(seal)
    about = PdfSignatureMetadata(field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=identity.name,
                                 reason=f"ออกเกียรติบัตรเลขที่ {reason} (certificate issued)", location="ประเทศไทย (Thailand)")
    signed_at = now().replace(microsecond=0)

    def signed(with_stamp: bool) -> bytes:
        out = PdfSigner(about, signer, timestamper=stamper if with_stamp else None).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(file)))
        return out.getvalue()

    timestamped = stamper is not None and stamper.is_up
    try:
        data = signed(timestamped)
    except Exception:
        if not timestamped:
            raise
        log.warning("no time stamp from %s", seal.timestamp_url, exc_info=True)
        stamper.pause()
        timestamped, data = False, signed(False)
    return data, {"signer": identity.name, "issuer": identity.issuer, "fingerprint": identity.fingerprint,
                  "signed_at": signed_at.isoformat().replace("+00:00", "Z"), "timestamped": timestamped}


def read(file: bytes, roots: tuple[bytes, ...] = ()) -> Found | None:
    """The newest signature of a file; None when it has none. `roots` are certificates (DER) to trust; nothing is fetched.

    Raises what pyHanko raises for a file that it cannot read.
    """
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    signatures = PdfFileReader(io.BytesIO(file)).embedded_regular_signatures
    if not signatures:
        return None
    context = ValidationContext(trust_roots=[Certificate.load(one) for one in roots], allow_fetching=False)
    status = validate_pdf_signature(signatures[-1], context, context)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return Found(status.signing_cert.sha256.hex(), status.intact and status.valid and whole, status.trusted,
                 status.timestamp_validity is not None and status.timestamp_validity.intact and status.timestamp_validity.valid)


@lru_cache(maxsize=2)
def _tools(seal: Seal) -> tuple[Identity, Any, Any]:
    """Who signs, pyHanko's signer, and who stamps the time, if anybody."""
    from pyhanko.sign.signers import SimpleSigner

    identity = identity_of(seal)
    loaded = SimpleSigner.load_pkcs12_data(Path(seal.path).read_bytes(), other_certs=[], passphrase=seal.password.encode() or None)
    if loaded is None:
        raise NoKeyInside
    signer = _signer_class()(signing_cert=loaded.signing_cert, signing_key=loaded.signing_key, cert_registry=loaded.cert_registry)
    return identity, signer, _stamper_class()(seal.timestamp_url) if seal.timestamp_url else None


@cache
def _signer_class() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_private_key
    from pyhanko.sign.signers import SimpleSigner

    class Signer(SimpleSigner):
        """pyHanko's own parses and checks the key twice for each file: three times the work with RSA-2048."""

        parsed: Any = None

        def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
            if digest_algorithm != "sha256":
                return super().sign_raw(data, digest_algorithm)
            if self.parsed is None:
                self.parsed = load_der_private_key(self.signing_key.dump(), None)
            how = (PKCS1v15(), SHA256()) if isinstance(self.parsed, RSAPrivateKey) else (ECDSA(SHA256()),)
            return self.parsed.sign(data, *how)

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            if dry_run and self.parsed is not None:  # only the length counts
                return bytes(self.parsed.key_size // 8 if isinstance(self.parsed, RSAPrivateKey) else 2 * (self.parsed.key_size + 7) // 8 + 10)
            return self.sign_raw(data, digest_algorithm)

    return Signer


@cache
def _stamper_class() -> Any:
    from asn1crypto import tsp
    from pyhanko.sign.timestamps import TimeStamper

    class Stamper(TimeStamper):
        """Asks a time stamp server (RFC 3161) over HTTP, and leaves one alone that did not answer."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url, self.paused_until = url, 0.0

        @property
        def is_up(self) -> bool:
            return time.monotonic() >= self.paused_until

        def pause(self) -> None:
            self.paused_until = time.monotonic() + TSA_PAUSE

        async def async_request_tsa_response(self, req: Any) -> Any:
            question = urllib.request.Request(self.url, req.dump(), {"Content-Type": "application/timestamp-query"})
            if question.type not in ("http", "https"):
                raise OSError("TIMESTAMP_URL begins with http:// or https://")
            with urllib.request.urlopen(question, timeout=TSA_SECONDS) as answer:
                return tsp.TimeStampResp.load(_within(answer, TSA_SECONDS))

    return Stamper


def _within(answer: Any, seconds: float) -> bytes:
    """What the server says, unless it dribbles: the timeout of a connection counts for each packet anew."""
    data, until = b"", time.monotonic() + seconds
    while block := answer.read1(8192):
        data += block
        if time.monotonic() > until or len(data) > TSA_LARGEST:
            raise OSError("the time stamp server takes too long or says too much")
    return data
