"""The vendored front-end files: listed, pinned, found, and refused when they differ."""

import hashlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core import assets
from scripts import assets as copying

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def node_modules(tmp_path: Path) -> Path:
    """A made-up npm package `thing` 2.0.0 with one file, `dist/thing.js`."""
    thing = tmp_path / "node_modules" / "thing"
    (thing / "dist").mkdir(parents=True)
    (thing / "package.json").write_text(json.dumps({"version": "2.0.0"}))
    (thing / "dist" / "thing.js").write_text("one();")
    return tmp_path / "node_modules"


def thing(**changes) -> copying.Package:
    return copying.Package(**{"npm": "thing", "folder": "thing", "files": {"dist/thing.js": "thing.js"}} | changes)


@pytest.mark.parametrize("package", copying.PACKAGES, ids=lambda package: package.folder)
def test_every_listed_file_is_served_under_its_locked_version(package: copying.Package) -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    version = lock["packages"][f"node_modules/{package.npm}"]["version"]
    for file in package.files.values():
        assert assets.vendor_url(package.folder, file) == f"/static/vendor/{package.folder}/{version}/{file}"
        assert assets.vendor_path(package.folder, file).stat().st_size > 0


def test_the_decoder_script_expects_the_very_wasm_we_serve() -> None:
    wasm = assets.vendor_path("zxing-wasm", "zxing_reader.wasm").read_bytes()
    script = assets.vendor_path("zxing-wasm", "zxing_reader.iife.js").read_text(encoding="utf-8")
    assert hashlib.sha256(wasm).hexdigest() in re.findall(r"\b[0-9a-f]{64}\b", script)


def test_a_missing_file_says_what_to_run() -> None:
    with pytest.raises(assets.AssetMissing, match="make assets"):
        assets.vendor_path("bootstrap", "no-such-file.css")


def test_an_icon_is_decorative_and_as_large_as_its_text() -> None:
    icon = ElementTree.fromstring(assets.icon_svg("qr-code"))
    assert icon.attrib["aria-hidden"] == "true"
    assert (icon.attrib["width"], icon.attrib["height"]) == ("1em", "1em")


def test_copying_leaves_one_version(tmp_path: Path, node_modules: Path) -> None:
    vendor = tmp_path / "vendor"
    (vendor / "thing" / "1.0.0").mkdir(parents=True)
    folder = copying.copy_package(thing(), node_modules, vendor)
    assert [path.name for path in (vendor / "thing").iterdir()] == ["2.0.0"]
    assert (folder / "thing.js").read_text() == "one();"


def test_a_pinned_file_that_changed_is_refused(tmp_path: Path, node_modules: Path) -> None:
    pinned = thing(sha256={"thing.js": "0" * 64})
    with pytest.raises(ValueError, match="SHA-256 differs"):
        copying.copy_package(pinned, node_modules, tmp_path / "vendor")
    assert not (tmp_path / "vendor" / "thing" / "2.0.0").exists()


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_versions_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
