"""Step 2 of the judgement at the door: from what a scanner read or typed to a ticket code.

`static/door/clean.js` is the same function for the phone; `vectors.json` tests both.
"""

from __future__ import annotations

import re
from collections.abc import Collection

# The same keys under the United States and the Thai Kedmanee layout, key by key.
_US = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?"
_THAI = '_ๅ/-ภถุึคตจขชๆไำพะัีรนยบลฃฟหกดเ้่าสวงผปแอิืทมใฝ%+๑๒๓๔ู฿๕๖๗๘๙๐"ฎฑธํ๊ณฯญฐ,ฅฤฆฏโฌ็๋ษศซ.()ฉฮฺ์?ฒฬฦ'
FROM_THAI_KEYBOARD = str.maketrans(_THAI, _US)
_THAI_LETTER = re.compile("[\u0e01-\u0e5b]")
# What people and chat apps put between letters; spelled out, for "\s" differs between languages.
_FILLER = re.compile("[ \t\r\n\u00a0\u200b-\u200f\u2010-\u2015\u2060\ufeff-]")
_CODE = re.compile(r"[A-Za-z2-7]{26}")
_TICKET_URL = re.compile(r"https?://([^/\s]+)/T/([A-Z2-7]{26})/?(?:[?#]\S*)?", re.IGNORECASE | re.ASCII)
_SHORT = re.compile(r"[A-Za-z2-7]{8}")
_LONGEST = 512


def clean_code(raw: str, hosts: Collection[str]) -> str | None:
    """Return the ticket code in `raw`: 26 upper-case letters of RFC 4648 base32, or None.

    Accepts a bare code in any case, also with spaces and dashes between its letters, the ticket
    URL `HTTPS://HOST/T/CODE` of one of `hosts` (`name` or `name:port`), and either of them typed
    by a keyboard scanner while the computer's keyboard is set to Thai. A foreign host's URL, an
    id and everything else is None: ids are never codes.
    """
    text = _latin(raw)
    if url := _TICKET_URL.fullmatch(text.strip(" \t\r\n\u200b\ufeff")):
        host, code = url.groups()
        return code.upper() if host.lower() in {known.lower() for known in hosts} else None
    code = _FILLER.sub("", text)
    return code.upper() if _CODE.fullmatch(code) else None


def short_code(raw: str) -> str | None:
    """The first eight characters of a ticket's code, as people type them – the first two groups on the ticket – or None.

    Their 40 bits find one person within an event; they are no secret and open no entry of the roster.
    """
    code = _FILLER.sub("", _latin(raw))
    return code.upper() if _SHORT.fullmatch(code) else None


def _latin(raw: str) -> str:
    """What the same keys give in English, if they were typed while the keyboard was set to Thai."""
    text = raw[:_LONGEST]
    # Every character, not only the Thai ones: "/", "-", "_" and others also moved.
    return text.translate(FROM_THAI_KEYBOARD) if _THAI_LETTER.search(text) else text
