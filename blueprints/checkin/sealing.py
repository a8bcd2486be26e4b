"""How a phone can carry the participants and not expose them if it is lost. Pure.

An entry of the roster is found by a digest of the ticket's code, and its personal part opens only with the code itself, which has
130 random bits: whoever has the phone but no tickets reads nothing. `static/door/roster.js` finds and opens the same.
"""

from __future__ import annotations

import hashlib
import os
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FIND, _OPEN = b"ruam door find:", b"ruam door open:"
_THAI, _UTF8 = b"\x01", b"\x02"


def find_key(code: str) -> str:
    """Where the entry of a code is found: 96 bits of SHA-256, base64url, 16 characters."""
    return urlsafe_b64encode(hashlib.sha256(_FIND + code.encode()).digest()[:12]).decode()


def seal(code: str, text: str) -> str:
    """`text` for whoever holds the code: AES-128-GCM (NIST SP 800-38D) under a fresh 96-bit nonce, base64url without padding.

    Thai takes one byte a letter in Windows-874; what that cannot say is UTF-8. The first byte says which.
    """
    try:
        plain = _THAI + text.encode("cp874")
    except UnicodeEncodeError:
        plain = _UTF8 + text.encode()
    key, nonce = hashlib.sha256(_OPEN + code.encode()).digest()[:16], os.urandom(12)
    return urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, plain, None)).rstrip(b"=").decode()
