"""Placeholders: what is known, what is refused, and how a text reads when values are missing."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.messages import placeholders
from blueprints.messages.placeholders import PLACEHOLDERS, Unknown
from blueprints.messages.starters import STARTERS


def values(**given: str) -> placeholders.Values:
    return {p.name: partial(given.get, p.name, "") for p in PLACEHOLDERS}


def test_each_has_a_word_in_each_language_and_no_word_means_two_things() -> None:
    words = [word for p in PLACEHOLDERS for word in (p.name, p.thai)]
    assert len(words) == len(set(words))
    for p in PLACEHOLDERS:
        filled = values(**{p.name: "X"})
        assert placeholders.fill(f"{p.word('th')} {p.word('en')}", filled) == "X X"


@pytest.mark.parametrize(("text", "found"), [
    ("เรียน {ชื่อ}", None), ("{ Name }", None), ("{private link}", None), ("a { b", None), ("{}", None),
    ("{nam}", Unknown("nam", "name")), ("{{7*7}}", Unknown("7*7", None)), ("{ชือ}", Unknown("ชือ", "ชื่อ")),
    ("{name} {certificat_link}", Unknown("certificat_link", "certificate_link")),
])
def test_an_unknown_word_is_told_with_the_nearest(text: str, found: Unknown | None) -> None:
    assert placeholders.unknown(text) == found


@pytest.mark.parametrize(("text", "read"), [
    ("Hello\n{map_link}\nbye", "Hello\nbye"),
    ("Hello\n\nMap: {map_link}\n\nbye", "Hello\n\nbye"),
    ("- {sessions}\nbye", "bye"),
    ("Dear {title} {first_name}, welcome", "Dear Nok, welcome"),
    ("At {place} ({map_link}).", "At Hall."),
    ("no placeholders:", "no placeholders:"),
    ("{first_name} {place}", "Nok Hall"),
])
def test_missing_values_read_naturally(text: str, read: str) -> None:
    assert placeholders.fill(text, values(first_name="Nok", place="Hall")) == read


def test_values_are_not_read_again() -> None:
    assert placeholders.fill("{name}", values(name="{code}", code="SECRET")) == "{code}"
    assert placeholders.fill_line("To\n{name}", values(name="a\nBcc: b")) == "To a Bcc: b"


def test_html_is_escaped_and_links_can_be_followed() -> None:
    html = placeholders.to_html('<b>x</b> see https://a.example/p?q=1&r=2.\nsecond\n\n(http://b.example/x) "javascript:alert(1)"')
    assert html == ('<p>&lt;b&gt;x&lt;/b&gt; see <a href="https://a.example/p?q=1&amp;r=2">https://a.example/p?q=1&amp;r=2</a>.<br>\nsecond</p>\n'
                    '<p>(<a href="http://b.example/x">http://b.example/x</a>) &#34;javascript:alert(1)&#34;</p>')


@given(st.text(alphabet=st.sampled_from("<>&\"' \nhtps:/.x{}"), max_size=60))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    html = placeholders.to_html(placeholders.fill(text, values()))
    for tag in ("<p>", "</p>", "<br>", "</a>"):
        html = html.replace(tag, "")
    assert html.replace('<a href="http', "").count("<") == 0


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.key)
def test_ready_made_texts_know_their_placeholders(starter: object) -> None:
    for name in ("subject_th", "subject_en", "body_th", "body_en"):
        text = getattr(starter, name)
        assert text and placeholders.unknown(text) is None
