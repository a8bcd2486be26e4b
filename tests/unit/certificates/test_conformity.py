"""What leaves the house is PDF/A-3: own files, the file for the printer, previews, and signed files too. veraPDF says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from blueprints.certificates import signing
from blueprints.certificates.design import Design
from blueprints.certificates.facts import Facts
from blueprints.certificates.pdf import Press, render_one
from core.p12 import Seal
from tests import verapdf
from tests.keys import PASSWORD, time_stamp_server, write_p12
from tests.unit.certificates.conftest import make_facts


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, press: Press, hard: list[tuple[Facts, bytes]], design: Design) -> dict[str, Path]:
    """A file of each kind."""
    folder = tmp_path_factory.mktemp("conformity")
    write_p12(folder / "ec.p12", "ec")
    write_p12(folder / "rsa.p12", "rsa")
    own = {f"own{n}": file for n, (_, file) in enumerate(hard[:3])}
    with time_stamp_server() as url:
        for kind, stamp in (("ec", ""), ("rsa", ""), ("ec", url), ("rsa", url)):
            signed, kept = signing.sign(hard[0][1], Seal(str(folder / f"{kind}.p12"), PASSWORD, stamp), "๑/๒๕๖๓")
            assert kept["timestamped"] == bool(stamp)
            own[f"signed-{kind}-{'bt' if stamp else 'bb'}"] = signed
    own["preview"] = next(press.individual([make_facts(1)]))
    own["without-background"] = next(Press(design, press.load, background=False).individual([make_facts(1)]))
    own["direct"] = next(Press(design, press.load, layered=False).individual([make_facts(1)]))
    for name, file in own.items():
        (folder / f"{name}.pdf").write_bytes(file)
    press.merge([make_facts(n) for n in range(3)], folder / "merged.pdf")
    return {path.stem: path for path in folder.glob("*.pdf")}


def test_everything_is_pdf_a_3b(files: dict[str, Path], tmp_path: Path) -> None:
    with pikepdf.open(files["own0"]) as pdf:
        del pdf.Root.Metadata
        pdf.save(tmp_path / "broken.pdf")
    assert set(verapdf.failures([*files.values(), tmp_path / "broken.pdf"])) == {"broken.pdf"}


def test_a_tagged_design_is_pdf_a_3a(design: Design, press: Press, tmp_path: Path) -> None:
    tagged = render_one(replace(design, tagged=True), make_facts(1), press.load)
    write_p12(tmp_path / "a.p12")
    (tmp_path / "tagged.pdf").write_bytes(tagged)
    (tmp_path / "signed.pdf").write_bytes(signing.sign(tagged, Seal(str(tmp_path / "a.p12"), PASSWORD), "๑")[0])
    assert verapdf.failures([tmp_path / "tagged.pdf", tmp_path / "signed.pdf"], "3a") == {}
