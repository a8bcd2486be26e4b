"""The kept drawings are the ones that the script draws; made-up signatures are what their seed says."""

import io
import re

from PIL import Image

from blueprints.certificates import gallery
from blueprints.certificates.specimen import demo_path, demo_signature
from blueprints.checkin.signatures import is_path
from scripts.art.__main__ import PICTURES, drawings


def test_the_drawings_are_those_of_the_script():
    kept = {path: path.read_text(encoding="utf-8") for path in gallery.FOLDER.glob("*/*.svg")}
    assert kept == dict(drawings())


def test_drawings_are_small():
    assert [path for path, art in drawings() if len(art) > 150_000] == []


def test_art_has_no_colour_of_its_own():
    """Only what the palette gives, so that a design can be coloured anew."""
    for path, art in drawings():
        assert re.findall(r"#[0-9a-fA-F]{3,6}\b", art) == [], path
    art = gallery.coloured("{{accent}} {{accent-50}} {{second-0}}", {"accent": "#000000", "second": "#ff0000", "paper": "#ffffff"})
    assert art == "#000000 #808080 #ffffff"


def test_every_design_has_a_picture_to_choose_it_by():
    for key, template in gallery.templates().items():
        with Image.open(PICTURES / f"{key}.png") as picture:
            assert picture.width == 420 and (picture.height > picture.width) == (template.page == "portrait")
        assert (PICTURES / f"{key}.png").stat().st_size < 40_000


def test_a_made_up_signature_is_ink_on_nothing():
    picture = Image.open(io.BytesIO(demo_signature(1)))
    transparent, *_, opaque = picture.getchannel("A").histogram()
    assert picture.mode == "RGBA" and picture.width >= 600
    assert transparent > 0.8 * picture.width * picture.height and opaque > 500
    assert demo_signature(1) == demo_signature(1) != demo_signature(2)


def test_a_made_up_signature_is_one_that_a_phone_could_have_sent():
    assert all(is_path(demo_path(seed)) for seed in range(60))
