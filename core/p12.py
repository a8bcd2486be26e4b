"""The key and certificate that the organisation signs with: a .p12 file that the settings name. Small enough for a web process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from core.errors import Refused
from models import now

SOON = 30  # days before its end at which a new certificate should be asked for


class SigningBroken(Refused):
    """A .p12 is configured, and nothing can be signed with it."""


class NoKeyFile(SigningBroken):
    message = _l("The signing certificate cannot be read. "
                 "The administrator has to check that CERTIFICATE_P12 names the file and that the product may read it.")


class WrongPassword(SigningBroken):
    message = _l("The signing certificate cannot be opened: its password is wrong, or the file is no .p12. "
                 "The administrator has to check CERTIFICATE_P12_PASSWORD or CERTIFICATE_P12_PASSWORD_FILE.")


class NoKeyInside(SigningBroken):
    message = _l("The file of the signing certificate lacks the private key or the certificate, or the key is of a kind that PDF readers "
                 "do not know. The administrator has to ask for a .p12 with an RSA key of 2048 bits or more, or an EC key.")


class Expired(SigningBroken):
    message = _l("The signing certificate has expired. The administrator has to put a new .p12 in its place.")


class NotYetValid(SigningBroken):
    message = _l("The signing certificate is not valid yet. The administrator has to check the clock, or wait for its first day.")


@dataclass(frozen=True)
class Identity:
    """Who signs, as the certificate says: names, SHA-256 of the certificate (DER) in hex, and when it is valid."""

    name: str
    issuer: str
    fingerprint: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Seal:
    """What signing takes. The password is shown nowhere."""

    path: str
    password: str = field(repr=False)
    timestamp_url: str = ""


def seal_of(config: Mapping[str, Any]) -> Seal | None:
    """What the settings say; None when nothing is to be signed. Raises `SigningBroken` when that cannot be done."""
    if not config.get("CERTIFICATE_P12"):
        return None
    seal = Seal(config["CERTIFICATE_P12"], _password(config), config.get("TIMESTAMP_URL", ""))
    identity = identity_of(seal)
    if identity.ends <= now():
        raise Expired
    if identity.begins > now():
        raise NotYetValid
    return seal


@dataclass(frozen=True)
class State:
    """How it stands with signing: who signs, or why nobody can. `days` are those until the certificate expires."""

    identity: Identity | None = None
    problem: SigningBroken | None = None
    days: int = 0

    @property
    def ends_soon(self) -> bool:
        return self.identity is not None and self.days < SOON


def state_of(config: Mapping[str, Any]) -> State | None:
    """How it stands; None where nothing is to be signed."""
    try:
        seal = seal_of(config)
    except SigningBroken as fact:
        return State(problem=fact)
    if seal is None:
        return None
    identity = identity_of(seal)
    return State(identity, days=(identity.ends - now()).days)


def _password(config: Mapping[str, Any]) -> str:
    if not (file := config.get("CERTIFICATE_P12_PASSWORD_FILE")):
        return config.get("CERTIFICATE_P12_PASSWORD", "")
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise WrongPassword from None


def identity_of(seal: Seal) -> Identity:
    """Who signs with it. Raises `SigningBroken`."""
    try:
        data = Path(seal.path).read_bytes()
    except OSError:
        raise NoKeyFile from None
    return _identity(data, seal.password)


@lru_cache(maxsize=4)  # opening one takes thousands of rounds of hashing
def _identity(data: bytes, password: str) -> Identity:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

    try:
        key, certificate, _ = load_key_and_certificates(data, password.encode() or None)
    except (ValueError, TypeError):
        raise WrongPassword from None
    if certificate is None or not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey) or key.key_size < 224:
        raise NoKeyInside
    if isinstance(key, RSAPrivateKey) and key.key_size < 2048:
        raise NoKeyInside
    return Identity(_called(certificate.subject), _called(certificate.issuer), certificate.fingerprint(SHA256()).hex(),
                    certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def _called(name: Any) -> str:
    """The common name and the organisation, or all there is."""
    from cryptography.x509.oid import NameOID

    found = [str(one.value) for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME) for one in name.get_attributes_for_oid(oid)]
    return ", ".join(dict.fromkeys(found)) or name.rfc4514_string()
