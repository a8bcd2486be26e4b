"""Every built-in design with every hard name: read by two engines, inside its frame, nothing on top of anything, as it looked before."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw

from blueprints.certificates import gallery
from blueprints.certificates.design import Box, Design, Signatory
from blueprints.certificates.facts import Facts, printable
from blueprints.certificates.pdf import Press, render_one
from tests import verapdf

from . import references
from .conftest import HARD_NAMES, SIGNATORIES, make_facts
from .reading import image, letters, pdfium, plain, poppler
from .references import DPI, differing, kept, pictured, same, subject

OVERHANG = 1  # millimetres by which a tone mark or a tail may leave the box
LONG = "ประชุมเชิงปฏิบัติการยกระดับการรวมกลุ่มและเชื่อมโยงอุตสาหกรรมการแพทย์ครบวงจร สู่คลัสเตอร์ 4.0 "
BUSY = Signatory("รองศาสตราจารย์ ดร.ปิ่นมณี ญาณวุฒิเมธาวี", "ผู้อำนวยการศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1",
                 "ปฏิบัติราชการแทน อธิบดีกรมส่งเสริมอุตสาหกรรม", SIGNATORIES[0].image_sha256)
BARE = {"holder_en": "", "organisation": "", "event_title_en": "", "programme_title": "", "dates_text_en": "", "hours": "", "place": "", "hosts": ()}
FULL = {"event_title": (LONG * 3).strip(), "programme_title": (LONG * 2).strip(), "event_title_en": "Northern Medical Device Cluster " * 6,
        "programme_title_en": "Northern Medical Device Cluster " * 6, "organisation": LONG.strip(), "place": "โรงแรมในอำเภอเมือง จังหวัดเชียงใหม่",
        "replaces": "กสอ.ศภ.1 0009/2562", "hosts": ("ศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1", LONG.strip(), "มหาวิทยาลัยเชียงใหม่")}


@dataclass(frozen=True)
class Pressed:
    """A design, who got a certificate of it, their files and the printer's."""

    template: gallery.Template
    design: Design
    people: list[Facts]
    files: list[bytes]
    merged: bytes
    load: dict[str, bytes]


@pytest.fixture(scope="module", params=list(gallery.templates()))
def pressed(request, pictures, tmp_path_factory) -> Pressed:
    design, first = subject(request.param)
    people = [replace(make_facts(index, name), place=first.place) for index, name in enumerate(HARD_NAMES)]
    people[0] = first
    press, merged = Press(design, pictures.__getitem__), Path(tmp_path_factory.mktemp("merged")) / "merged.pdf"
    press.merge(people, merged)
    return Pressed(gallery.templates()[request.param], design, people, list(press.individual(people)), merged.read_bytes(), pictures)


def boxes(template: gallery.Template) -> Iterator[tuple[Box, tuple[float, float, float, float]]]:
    for box in template.boxes:
        if box.kind != "line":
            yield box, (box.x, box.y, box.x + box.width, box.y + box.height)


def meet(one: tuple[float, ...], other: tuple[float, ...], by: float = 0.01) -> bool:
    """Whether two rectangles share more than `by` millimetres in both directions."""
    return min(one[2], other[2]) - max(one[0], other[0]) > by and min(one[3], other[3]) - max(one[1], other[1]) > by


def distance(place: tuple[float, ...], letter: tuple[float, ...]) -> float:
    """How far the letter's middle is outside of the place."""
    x, y = (letter[0] + letter[2]) / 2, (letter[1] + letter[3]) / 2
    return max(place[0] - x, x - place[2], place[1] - y, y - place[3], 0.0)


def assert_in_order(template: gallery.Template, pdf: bytes) -> None:
    """Each letter is inside the frame and, but for an overhang, in one box; what hangs over touches no letter of another."""
    owners = []
    for letter in letters(pdf):
        left, top, right, bottom = template.frame
        assert left <= letter[0] and letter[2] <= right and top <= letter[1] and letter[3] <= bottom, f"{letter} outside the frame"
        away, name, place = min((distance(place, letter), box.name, place) for box, place in boxes(template))
        assert away < OVERHANG, f"{letter} belongs to no box"
        owners.append((letter, (name, place)))
    hanging = [(letter, name) for letter, (name, place) in owners
               if letter[0] < place[0] or letter[1] < place[1] or letter[2] > place[2] or letter[3] > place[3]]
    for letter, name in hanging:
        assert not [other for other, (own, _) in owners if own != name and meet(letter, other)], f"{name} runs into another"


def test_places_do_not_overlap_and_can_be_printed():
    for template in gallery.templates().values():
        left, top, right, bottom = template.frame
        width, height = template.size
        assert min(left, top, width - right, height - bottom) >= 8
        for box, place in boxes(template):
            assert left <= place[0] and top <= place[1] and place[2] <= right and place[3] <= bottom, (template.key, box.name)
        for (box, place), (other, there) in combinations(boxes(template), 2):
            assert not meet(place, there), (template.key, box.name, other.name)
        qr = next(box for box in template.boxes if box.kind == "qr")
        assert min(qr.width, qr.height) >= 24  # with the quiet zone; the code itself is 22 and more in what is scanned below


def test_a_design_looks_as_it_did(pressed):
    assert differing(pictured(pressed.files[0]), kept(pressed.template.key)) <= references.PIXELS


def test_stamped_is_direct_to_the_pixel(pressed):
    direct = render_one(pressed.design, pressed.people[0], pressed.load.__getitem__)
    assert ImageChops.difference(image(direct), image(pressed.files[0])).getbbox() is None


def test_every_name_can_be_copied_and_stays_in_its_place(pressed):
    together = poppler(pressed.merged)
    for facts, pdf in zip(pressed.people, pressed.files, strict=True):
        alone, facts = pdfium(pdf), printable(facts)[0]
        for line in (facts.holder_th, facts.holder_en, facts.organisation, facts.number, facts.event_title, facts.event_title_en):
            assert plain(line) in alone and plain(line) in together
        assert_in_order(pressed.template, pdf)


def test_the_code_opens_the_verification_page_and_the_file_is_small(pressed):
    for facts, pdf in list(zip(pressed.people, pressed.files, strict=True))[:3]:
        assert [found.text for found in zxingcpp.read_barcodes(image(pdf))] == [facts.verify_url]
    assert max(map(len, pressed.files)) <= 120_000


@pytest.mark.parametrize(("signatories", "facts"), [
    ((), BARE), (SIGNATORIES[:1], {}), ((*SIGNATORIES, BUSY), {}), ((BUSY,) * 4, FULL)], ids=["bare", "one", "three", "full"])
def test_little_and_much_stay_in_order(pressed, signatories, facts):
    design = replace(pressed.design, signatories=signatories)
    assert_in_order(pressed.template, render_one(design, make_facts(1, HARD_NAMES[0], **facts), pressed.load.__getitem__))


def test_what_a_specimen_says_stands_on_nothing(pressed):
    def pdf(specimen: bool) -> bytes:
        return render_one(replace(pressed.design, specimen=specimen), pressed.people[0], pressed.load.__getitem__)

    said = set(letters(pdf(True)))
    without = letters(pdf(False))
    left, top, right, bottom = pressed.template.frame
    note = [letter for letter in said - set(without) if letter[3] - letter[1] < 4]
    assert len(note) > 50
    for letter in note:
        assert left <= letter[0] and letter[2] <= right and top <= letter[1] and letter[3] <= bottom
        assert not [other for other in without if meet(letter, other)]
    assert not [box.name for box, place in boxes(pressed.template) if box.kind in ("emblem", "qr") and any(meet(place, one) for one in note)]


def test_every_design_is_made_for_the_archive(tmp_path):
    """Gradients and units drawn many times too."""
    for key in gallery.templates():
        (tmp_path / f"{key}.pdf").write_bytes(render_one(*subject(key), references.load))
    assert verapdf.failures(sorted(tmp_path.glob("*.pdf"))) == {}


def test_a_design_can_be_coloured_anew(pictures):
    palette = {"ink": "#102030", "accent": "#005500", "second": "#774400", "paper": "#fafffa"}
    for key in ("formal", "plaque"):
        drawn = image(render_one(replace(subject(key)[0], palette=palette), make_facts(1), pictures.__getitem__), dpi=DPI).getcolors(1 << 20)
        colours = {colour for _, colour in drawn}
        assert {(0, 0x55, 0), (0xfa, 0xff, 0xfa)} <= colours


# The comparison itself.


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return kept("formal")


def word(name: str, half: float) -> tuple[int, int, int, int]:
    """Where words stand in the picture of the formal design, so many millimetres to either side of the middle of a box."""
    box = next(box for box in gallery.templates()["formal"].boxes if box.name == name)
    dots = references.DPI / 25.4
    middle = (box.x + box.width / 2) * dots
    return round(middle - half * dots), round(box.y * dots), round(middle + half * dots), round((box.y + box.height) * dots)


SMALLEST, CAPITALS = word("scan", 9), word("subheading", 22)


def test_another_smoothing_of_edges_is_the_same(page):
    shifted = page.transform(page.size, Image.Transform.AFFINE, (1, 0, 0.4, 0, 1, 0.3), Image.Resampling.BICUBIC)
    inside = (2, 2, page.width - 2, page.height - 2)
    assert shifted.crop(inside).tobytes() != page.crop(inside).tobytes() and same(page.crop(inside), shifted.crop(inside))


@pytest.mark.parametrize("towards", [(1, 0), (0, 1), (-1, 0), (0, -1)])
@pytest.mark.parametrize("place", [SMALLEST, CAPITALS])
def test_a_word_that_moves_by_a_millimetre_is_seen(page, place, towards):
    step = round(references.DPI / 25.4)
    moved, ink = page.copy(), page.crop(place)
    ImageDraw.Draw(moved).rectangle(place, page.getpixel((place[0] + 1, place[1] + 1)))
    moved.paste(ink, (place[0] + step * towards[0], place[1] + step * towards[1]))
    assert not same(page, moved)


@pytest.mark.parametrize("place", [SMALLEST, CAPITALS])
def test_a_word_that_is_not_there_is_seen(page, place):
    gone = page.copy()
    ImageDraw.Draw(gone).rectangle(place, page.getpixel((place[0] + 1, place[1] + 1)))
    assert not same(page, gone) and same(page, page.copy())
