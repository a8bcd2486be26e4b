import sqlite3
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thai.sorting import name_sort_key, sort_key
from thai.text import fold

SORTED = (
    "กก กะ กา ก้า เก้า เกาะ แกะ ไก่ ขา ไข่ คน เครื่อง โครงการ ใคร นา นำ น้ำ รักษ์ ฤดี ลำดวน สมชาย สมบัติ สามารถ อรุณ เอก"
).split()
TONES = "่้๊๋"

words = st.text(st.sampled_from("กขนรอฮะาำิูเแโใไ่้็์ฺ abZ19๑. "), max_size=8)
syllables = st.from_regex("[เแโใไ]?[กขนรฮ][ะาำิู]?[่้๊๋]?ฺ?ก?", fullmatch=True)
spelled = st.lists(syllables, max_size=3).map("".join)
consonants = st.text(st.sampled_from("กขคนรลสอฮ"), min_size=1, max_size=5)


def rises(keys):
    return all(one < next_one for one, next_one in pairwise(keys))


def test_the_order_of_the_dictionary():
    assert rises(sort_key(word) for word in SORTED)


@pytest.mark.parametrize(
    "in_order",
    [
        "กา ก่า ก้า ก๊า ก๋า กาก ก้าก กาง".split(),
        "1 10 ๒ a B c ก".split(),
        "ปุต ปุตฺ ปุตฺโต ปุโต".split(),
        "ฤดี ฤทธิ์ ฤๅษี ลา".split(),
        ["สมชาย", "สม-ชาย์", "สมชาย ก"],
    ],
)
def test_marks_digits_and_punctuation(in_order):
    assert rises(sort_key(word) for word in in_order)


def test_by_first_name_then_last():
    people = [("กา", ""), ("กา", "ฮา"), ("ก้า", "กา"), ("กาก", "กา"), ("เก่ง", "ขา"), ("เก่ง", "ไข่")]
    assert rises(name_sort_key(*person) for person in people)


@given(st.lists(words, max_size=20))
def test_databases_sort_as_python_does(texts):
    keys = [sort_key(text) for text in texts]
    assert sorted(keys) == sorted(keys, key=str.encode)
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE word (key TEXT)")
        database.executemany("INSERT INTO word VALUES (?)", [(key,) for key in keys])
        assert [key for (key,) in database.execute("SELECT key FROM word ORDER BY key")] == sorted(keys)
    database.close()


@given(spelled, spelled)
def test_marks_decide_only_between_words_otherwise_alike(one, other):
    bare_one, bare_other = sort_key(fold(one)), sort_key(fold(other))
    if bare_one < bare_other:
        assert sort_key(one) < sort_key(other)


@given(consonants, st.sampled_from(TONES), st.sampled_from(TONES))
def test_no_mark_before_a_mark_and_marks_in_their_order(word, tone, other):
    assert sort_key(f"{word}า") < sort_key(f"{word}{tone}า")
    assert (sort_key(f"{word}{tone}า") < sort_key(f"{word}{other}า")) == (tone < other)


@given(consonants, st.sampled_from("เแโใไ"), spelled)
def test_a_leading_vowel_sorts_after_its_consonant(word, vowel, rest):
    assert sort_key(word) < sort_key(f"{word[0]}ู{rest}") < sort_key(f"{vowel}{word[0]}{rest}")


@given(spelled, spelled)
def test_the_first_consonant_decides(rest, other_rest):
    for vowel in "เแโใไ":
        assert sort_key(f"{vowel}จ{rest}") < sort_key(f"ช{other_rest}")


@given(words)
def test_a_longer_word_follows_its_beginning(word):
    assert sort_key(word) < sort_key(f"{word}า")


@given(words, words, words, words)
def test_first_names_decide_before_last_names(first, last, other_first, other_last):
    if sort_key(first) < sort_key(other_first):
        assert name_sort_key(first, last) < name_sort_key(other_first, other_last)


@given(words)
def test_spaces_and_punctuation_do_not_count(word):
    assert sort_key(f"“{word}” ฯ") == sort_key(word)


@given(st.text(st.sampled_from("กาเำฺ่้์ "), max_size=20))
def test_a_key_fits_its_column(word):
    assert len(sort_key(word)) <= 2 * len(word) + 1
