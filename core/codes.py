"""Codes and secret links."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648 base32: no 0, 1, 8, 9 to confuse, one case, fit for QR alphanumeric mode
LENGTH = 26  # 26 × 5 = 130 bits


def new_code() -> str:
    """A fresh unguessable code of 130 bits, 26 upper-case characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_code(text: str) -> bool:
    """Whether `text` has the form of a code."""
    return len(text) == LENGTH and all(c in ALPHABET for c in text)


def digest(secret: str) -> str:
    """What is kept of a secret that only its bearer may know: SHA-256, hexadecimal. The secret has 130 random bits, so no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
