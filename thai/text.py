"""Text as people type it, made into text that can be stored, searched and compared."""

import re
import unicodedata

from thai.digits import to_arabic

#: Signs that change how a syllable sounds but not where a dictionary or a search puts it, in dictionary order.
MARKS = "็่้๊๋์ํ๎ฺ"

_MOST_MARKS_IN_A_ROW = 4
# So many characters in a row that might be marks; all others are letters, digits and signs of English and Thai.
_MAYBE_TOO_MANY = re.compile(rf"[^\x00-\x7fก-ะาำ฿-ๆ๏-๛]{{{_MOST_MARKS_IN_A_ROW + 1}}}")
# Letters and marks by category, yet nothing to see: with them a name that looks empty would count as filled in.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_TONE = "[่-๋]"
_SARA_AM = re.compile(rf"ํ({_TONE}*)า")
_TONE_AFTER_SARA_AM = re.compile(rf"([ก-ฮ])ำ({_TONE})")
_TONE_BEFORE_VOWEL = re.compile(rf"({_TONE})([ัิ-ื])")

_NOT_COMPARED = re.compile("[ฯๆ\u0300-\u036f\ufe00-\ufe0f]")
_WITHOUT_MARKS = str.maketrans("", "", MARKS)

_THIRTEEN_DIGITS = re.compile(r"(?<!\d)(?=([1-8](?:[ .–-]{0,3}\d){12})(?!\d))", re.ASCII)


def normalise(text: str) -> str:
    """One line of text in the only form that is stored.

    NFC; เเ becomes แ and a decomposed ํา becomes ำ; a tone mark stands after an upper vowel and before ำ; zero-width,
    bidirectional, control, surrogate, private-use and unassigned characters are gone; at most four combining marks
    follow each other; every run of white space, no-break and line-breaking too, is one space; none at the ends.
    """
    if not text.isprintable() or not _BLANK.isdisjoint(text):
        text = "".join(filter(_is_visible, text))
    text = " ".join(text.split())
    if text.isascii():
        return text
    while (tidier := _tidied(text)) != text:
        text = tidier
    return text


def normalise_lines(text: str) -> str:
    """Text of many lines, each normalised, with at most one blank line in a row and none at the ends."""
    lines = "\n".join(normalise(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def letters_only(text: str) -> str:
    """The normalised, case-folded text reduced to letters, digits (Arabic) and Thai vowels and marks.

    Latin accents, spaces, punctuation, ฯ and ๆ are left out. For search, where tone marks must not matter, use `fold`.
    """
    letters = _NOT_COMPARED.sub("", unicodedata.normalize("NFD", normalise(text)))
    letters = "".join(letter for letter in letters if unicodedata.category(letter)[0] in "LMN")
    return normalise(to_arabic(letters.casefold()))


def fold(text: str) -> str:
    """A key for search: what is left when case, tone marks (็–์ and their kin), spaces and punctuation do not matter."""
    return normalise(letters_only(text).translate(_WITHOUT_MARKS))


def holds_national_id(text: str) -> bool:
    """Whether a Thai national ID number stands in the text, in any digits, with or without spaces and dashes.

    The first digit is 1–8, the kinds of person of the civil registration rules; 0 is a juristic person's number,
    which may be stored.
    """
    found = _THIRTEEN_DIGITS.finditer(to_arabic(normalise(text)))
    return any(_has_right_check_digit(re.sub(r"\D", "", match[1])) for match in found)


def juristic_number(text: str) -> str:
    """The 13 digits of a juristic person's registration number, which starts with 0.

    Raises ValueError when the length, the first digit or the check digit is wrong. Source: Department of Business Development,
    on the registration numbers of juristic persons (dbd.go.th, busin_2542-48): checked like a national ID number, and the 0 in
    front says that the Department gave it.
    """
    number = re.sub(r"[ .–-]", "", to_arabic(normalise(text)))
    if not re.fullmatch(r"0[0-9]{12}", number) or not _has_right_check_digit(number):
        raise ValueError("not a juristic registration number")
    return number


def _is_visible(character: str) -> bool:
    return character.isspace() or (unicodedata.category(character)[0] != "C" and character not in _BLANK)


def _tidied(text: str) -> str:
    # The marks are cut before NFC sorts them: it takes quadratic time over a long run.
    text = unicodedata.normalize("NFC", _with_few_marks(text))
    text = _SARA_AM.sub(r"\1ำ", text.replace("เเ", "แ"))
    return _TONE_BEFORE_VOWEL.sub(r"\2\1", _TONE_AFTER_SARA_AM.sub(r"\1\2ำ", text))


def _with_few_marks(text: str) -> str:
    if not _MAYBE_TOO_MANY.search(text):
        return text
    kept, in_a_row = [], 0
    for character in text:
        in_a_row = in_a_row + 1 if unicodedata.category(character)[0] == "M" else 0
        if in_a_row <= _MOST_MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _has_right_check_digit(number: str) -> bool:
    """Check digit of 13-digit Thai numbers: 11 less the sum of digits × 13…2 modulo 11, its last digit."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:12], range(13, 1, -1), strict=True))
    return (11 - total % 11) % 10 == int(number[12])
