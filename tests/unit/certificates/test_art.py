"""The kept drawings are the ones that the script draws; made-up signatures are what their seed says."""

import importlib.util
import io
from pathlib import Path

from PIL import Image

from blueprints.certificates.specimen import demo_path, demo_signature
from blueprints.checkin.signatures import is_path

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "guilloche.py"


def test_the_drawings_are_those_of_the_script():
    spec = importlib.util.spec_from_file_location("guilloche", SCRIPT)
    guilloche = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(guilloche)
    assert (guilloche.FOLDER / "background.svg").read_text(encoding="utf-8") == guilloche.background()
    assert (guilloche.FOLDER / "emblem.svg").read_text(encoding="utf-8") == guilloche.emblem()


def test_a_made_up_signature_is_ink_on_nothing():
    picture = Image.open(io.BytesIO(demo_signature(1)))
    transparent, *_, opaque = picture.getchannel("A").histogram()
    assert picture.mode == "RGBA" and picture.width >= 600
    assert transparent > 0.8 * picture.width * picture.height and opaque > 500
    assert demo_signature(1) == demo_signature(1) != demo_signature(2)


def test_a_made_up_signature_is_one_that_a_phone_could_have_sent():
    assert all(is_path(demo_path(seed)) for seed in range(60))
