"""Thai dictionary order as a string that a database column can hold.

A key is plain code points whose own order is the order wanted, so it sorts right wherever text is compared by code
point or by its UTF-8 bytes: SQLite's BINARY, PostgreSQL's "C", Python. The column must have such a collation.
Digits come first, then Latin, then Thai; case, accents, spaces and punctuation do not count. A key of
a Thai text of n characters has at most 2n + 1.
"""

import re

from thai.text import MARKS, letters_only

# Both sort before every letter and digit, and the end of a name before the marks of a longer one.
_FIELD, _LEVEL = " ", "!"
_LEADING_VOWEL = re.compile("([เแโใไ])([ก-ฮ])")
# ๅ is the long า of ฤๅ and ฦๅ.
_WITHOUT_MARKS = str.maketrans("ๅ", "า", MARKS)


def sort_key(text: str) -> str:
    """Letters in dictionary order, each leading vowel after its consonant, and then the tone marks (็–์).

    Order of the Royal Institute's dictionary: กก กะ กา ก้า เก้า เกาะ แกะ ไก่ ขา.
    """
    letters = _LEADING_VOWEL.sub(r"\2\1", letters_only(text))
    marks = "".join(str(MARKS.find(letter) + 1) for letter in letters).rstrip("0")
    return letters.translate(_WITHOUT_MARKS) + (_LEVEL + marks if marks else "")


def name_sort_key(first: str, last: str) -> str:
    """By first name, then by last; a title is not part of it."""
    return f"{sort_key(first)}{_FIELD}{sort_key(last)}".rstrip(_FIELD)
