"""Passwords: what a good one is, and Argon2id (RFC 9106) for keeping it."""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

from core.errors import Refused

SHORTEST, LONGEST = 10, 200  # characters
FEWEST_DIFFERENT = 4  # characters

# What people choose most when at least ten characters are asked for; compared in lower case.
COMMON = frozenset("""
0123456789 0987654321 1111122222 1122334455 1212121212 1231231231 123123123a 1234512345 1234567890 12345678910 123456789a
147258369a 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc 7894561230 9876543210 a123456789 a1234567890 abc1234567
abcd123456 abcd1234567 abcde12345 abcdef1234 abcdefghij abcdefghijk admin12345 admin123456 adminadmin administrator asdf123456
asdfasdfasdf asdfghjkl1 asdfghjkl; bangkok123 bangkok1234 changeme123 changeme1234 chiangmai1 chiangmai123 computer123
dragon12345 football123 iloveyou12 iloveyou123 iloveyou1234 internet123 letmein123 letmein1234 liverpool1 liverpool123
loveyou1234 manchester1 manutd1234 maymaymay123 michael123 microsoft1 mypassword mypassword1 ohmygod123 p@ssw0rd12 p@ssw0rd123
p@ssw0rd1234 p@ssword123 pass123456 passw0rd12 passw0rd123 passw0rd1234 password00 password01 password1! password10 password11
password12 password123 password123! password1234 password12345 password123456 passwordpassword princess123 q1w2e3r4t5
q1w2e3r4t5y6 qazwsxedc1 qazwsxedcrfv qwe123456789 qwer123456 qwer12345678 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty
qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[] ruam123456 ruamruamruam sabaidee123 samsung123 sawaddee123 sawasdee123
secret1234 sunshine123 superman123 thailand01 thailand123 thailand1234 thailand2563 thailand2569 welcome123 welcome1234
zaq12wsxcde3 zxcvbnm,./ zxcvbnm123 zxcvbnm1234 ฟหกดสวฟหกด รหัสผ่าน123 รหัสผ่าน1234 ๅ/-ภถุึคตจ ๑๒๓๔๕๖๗๘๙๐
""".split())

_hasher = PasswordHasher()


class WeakPassword(Refused):
    message = _l("Please choose another password: many people use this one, and it is tried first.")
    field = "password"


class ShortPassword(WeakPassword):
    message = _l("Please choose a longer password: at least 10 characters. Three or four words of your own are easy to remember.")


class PasswordIsEmail(WeakPassword):
    message = _l("Please choose a password that is not your e-mail address.")


def check(password: str, email: str) -> None:
    """Is this a password to accept? At least 10 characters, 4 of them different, not the e-mail, not one that everybody takes.

    After NIST SP 800-63B: length and a list of known ones, no rules about kinds of characters. Raises WeakPassword.
    """
    typed = _same(password).lower()
    if len(typed) < SHORTEST:
        raise ShortPassword
    if typed in (email.lower(), email.lower().partition("@")[0]):
        raise PasswordIsEmail
    if typed in COMMON or len(set(typed)) < FEWEST_DIFFERENT:
        raise WeakPassword


def make(password: str) -> str:
    """What is kept of the password. Takes some 50 ms and 64 MiB, so never call it while holding the database."""
    return _hasher.hash(_same(password))


def verify(kept: str | None, password: str) -> bool:
    """Whether `password` is the one that `kept` came from. It takes equally long when there is nothing kept."""
    nobody = _nobody()
    try:
        return _hasher.verify(kept or nobody, _same(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether `kept` was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def _same(password: str) -> str:
    """One form for one text, however the keyboard composes it (NIST SP 800-63B section 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
