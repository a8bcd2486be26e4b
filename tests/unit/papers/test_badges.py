"""Badges and table tents as files: the page, every person's texts, codes that scan, nothing beside its place."""

from __future__ import annotations

import math
from collections import Counter

import pytest
import zxingcpp

from blueprints.papers.badges import badge_css, badges, tent_css, tents
from blueprints.papers.facts import COLOURS, SIZES, Guest, Occasion
from core.paper import drawable

from .conftest import HARD_NAMES, MM, guest, letters, plain, rendered, texts


@pytest.mark.parametrize("name", SIZES)
def test_every_badge_holds_its_person_and_the_code_of_the_ticket(name: str, people: list[Guest], occasion: Occasion) -> None:
    size = SIZES[name]
    files = rendered(badges(people, occasion, size), badge_css(size))
    pages = [page for file in files for page in file]
    assert len(pages) == math.ceil(len(people) / size.per_page)
    assert all(page.get_size() == pytest.approx((size.sheet[0] * MM, size.sheet[1] * MM), abs=0.02) for page in pages)
    said = texts(files)
    for n, one in enumerate(people):
        for text in (one.name, one.name_en, one.organisation, one.category, occasion.title):
            assert plain(text) in said[n // size.per_page], (one.name, text)
    for n, page in enumerate(pages):
        found = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil().convert("L"))
        assert {code.text for code in found} == {one.ticket for one in people[n * size.per_page:][:size.per_page]}
    assert sum(page.count("VIP") for page in said) == sum(one.vip for one in people)


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("vip", [False, True])
def test_no_text_leaves_its_place_on_a_badge(name: str, vip: bool, occasion: Occasion) -> None:
    """The texts of one badge one below the other, none beside the edge, in the band or in the QR code."""
    size = SIZES[name]
    alone = type(size)(size.width, size.height)
    folks = [guest(n, vip=vip) for n in range(4 * len(HARD_NAMES))]
    (file,) = rendered(badges(folks, occasion, alone), badge_css(alone))
    band, edge, code = (16, 5, (34, 72)) if size.large else (7.6, 2, None)
    for person, page in zip(folks, file, strict=True):
        boxes = letters(page)
        assert all(edge < left and right < size.width - (0 if vip and size.large else edge) for left, _b, right, _t in boxes), person
        assert all(bottom > 0 and top < size.height - 1 for _l, bottom, _r, top in boxes), person
        assert not [1 for _l, bottom, _r, top in boxes if bottom < band < top], person
        over = [box for box in boxes if box[1] > band]
        if code:
            assert all(bottom > 17.5 + 36 - 4 for _l, bottom, _r, _t in over), person  # above the code's own white rim
        else:
            assert not [1 for _l, bottom, right, _t in over if right > size.width - 24 and bottom < 29], person


def test_a_name_is_as_large_as_its_place_allows(occasion: Occasion) -> None:
    short, long = ("".join(badges([guest(1, name)], occasion, SIZES["card"])) for name in ("สมชาย", HARD_NAMES[0]))
    assert 'font-size: 25pt' in short
    assert long.count("<p>") == 2


def test_nothing_is_printed_as_markup_and_emoji_are_left_out(occasion: Occasion) -> None:
    (file,) = rendered(badges([guest(1, name) for name in ("<b>x</b>", "{{7*7}}", "😀 ยิ้ม")], occasion, SIZES["card"]), badge_css(SIZES["card"]))
    (said,) = texts([file])
    assert "<b>x</b>" in said and "{{7*7}}" in said and "ยิ้ม" in said and "49" not in said
    assert drawable("😀 ยิ้ม") == ("ยิ้ม", "😀")


def test_the_bands_carry_white_letters() -> None:
    """WCAG 2.2, relative luminance: white on each band has a contrast of 4.5 and more."""
    for colour in COLOURS:
        parts = [int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5, colour


def test_a_page_for_cutting_has_marks_outside_the_badges_alone(people: list[Guest], occasion: Occasion) -> None:
    (html,) = badges(people[:1], occasion, SIZES["card"])
    assert html.count('class="mark"') == 2 * 5 + 2 * 3
    assert 'class="mark"' not in "".join(badges(people[:1], occasion, SIZES["label"]))


def test_a_tent_says_the_name_on_both_halves_once_upside_down(people: list[Guest], occasion: Occasion) -> None:
    files = rendered(tents(people, occasion), tent_css())
    pages = [page for file in files for page in file]
    assert len(pages) == len(people)
    for one, page, said in zip(people, pages, texts(files), strict=True):
        # Marks of upside-down text come in another order, so that half is compared letter by letter.
        near = Counter(plain(one.name + one.position + one.organisation + occasion.title))
        assert plain(one.name) in said and plain(one.organisation) in said
        assert Counter(said) == near + near, one.name
        assert page.get_size() == pytest.approx((210 * MM, 297 * MM), abs=0.02)
        boxes = letters(page)
        assert all(left > 12 and right < 198 and bottom > 7 and top < 290 for left, bottom, right, top in boxes)
        assert not [1 for _l, bottom, _r, top in boxes if bottom < 148.5 < top]
    # The first letter of the name stands left on the near half and, turned by half a circle, right on the far one.
    text = pages[3].get_textpage()
    found = text.search("ญ")
    first, second = (text.get_charbox(found.get_next()[0]) for _ in range(2))
    assert first[0] + second[2] == pytest.approx(210 * MM, abs=1) and first[1] + second[3] == pytest.approx(297 * MM, abs=1)
