"""Copy the front-end files that pages load from node_modules into static/vendor.

Run by `make assets` with nothing but the standard library. Every package is served under
its version (static/vendor/<folder>/<version>/<file>), so that browsers may keep it for ever.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ICONS = """
arrow-clockwise arrow-counterclockwise arrow-left arrow-left-right arrow-repeat arrow-right award bell
box-arrow-in-right box-arrow-right building calendar-event calendar-plus calendar-range camera
camera-video cash-coin check check-circle check-circle-fill check-lg chevron-down chevron-left
chevron-right circle-half clipboard clipboard-check clock clock-history cloud-arrow-up cloud-check
cloud-slash cloud-upload collection copy dash-circle diagram-3 door-closed door-open download envelope
envelope-check envelope-exclamation eraser exclamation-circle exclamation-octagon exclamation-triangle
exclamation-triangle-fill eye eye-slash file-earmark file-earmark-pdf file-earmark-code file-earmark-spreadsheet
file-earmark-text flag funnel gear geo-alt globe graph-up grid hourglass-split house image inbox
info-circle journal-text key keyboard laptop lightning link-45deg list list-check lock map megaphone mic
moon moon-stars patch-check patch-check-fill pen pencil people person person-badge person-check
person-plus person-wheelchair person-x phone pin-map plus plus-circle plus-lg printer qr-code
qr-code-scan question-circle search send share shield-check shield-exclamation shield-lock shuffle
signpost-split slash-circle sliders star star-fill stopwatch sun table tags telephone three-dots
three-dots-vertical ticket-detailed ticket-perforated translate trash trophy unlock upload vector-pen
wifi wifi-off x x-circle x-circle-fill x-lg
""".split()


# What the two files of a weight hold; the same ranges as in the package's own style sheet.
FONT_RANGES = {
    "thai": "U+02D7,U+0303,U+0331,U+0E01-0E5B,U+200C-200D,U+25CC",
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,"
    "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
}


def write_layered_bootstrap(folder: Path) -> None:
    """Put Bootstrap into the cascade layer `bootstrap`, so that every rule of ours wins without a fight."""
    css = (folder / "bootstrap.min.css").read_text(encoding="utf-8").removeprefix('@charset "UTF-8";')
    write_with_gzip(folder / "bootstrap.layer.css", "@layer bootstrap{" + css.partition("/*# sourceMappingURL")[0] + "}")


def write_font_faces(folder: Path) -> None:
    """Name the woff2 files as the family Sarabun. Semi-bold stands for bold too: two weights are all that pages load."""
    faces = (
        f"@font-face{{font-family:Sarabun;font-weight:{weights};font-display:swap;"
        f"src:url(sarabun-{script}-{weights[:3]}.woff2) format('woff2');unicode-range:{characters}}}\n"
        for script, characters in FONT_RANGES.items()
        for weights in ("400", "600 900")
    )
    write_with_gzip(folder / "sarabun.css", "".join(faces))


def write_with_gzip(path: Path, content: str) -> None:
    """Write a text file and, beside it, the compressed one that the web server prefers."""
    path.write_text(content, encoding="utf-8")
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(content.encode(), mtime=0))


@dataclass(frozen=True)
class Package:
    """One npm package: its name, the folder it is served from, and {path inside it: served name}.

    `sha256` pins the content of files whose silent change would be costly; `finish` writes what is made from them.
    """

    npm: str
    folder: str
    files: dict[str, str]
    sha256: dict[str, str] = field(default_factory=dict)
    finish: Callable[[Path], None] | None = None


PACKAGES = (
    Package(
        "bootstrap",
        "bootstrap",
        {
            "dist/css/bootstrap.min.css": "bootstrap.min.css",
            "dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
            "LICENSE": "LICENSE",
        },
        finish=write_layered_bootstrap,
    ),
    Package(
        "bootstrap-icons",
        "bootstrap-icons",
        {f"icons/{name}.svg": f"{name}.svg" for name in ICONS} | {"LICENSE": "LICENSE"},
    ),
    Package("htmx.org", "htmx.org", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    Package(
        "zxing-wasm",
        "zxing-wasm",
        {
            "dist/iife/reader/index.js": "zxing_reader.iife.js",
            "dist/reader/zxing_reader.wasm": "zxing_reader.wasm",
            "LICENSE": "LICENSE",
        },
        {
            "zxing_reader.iife.js": "d33d09ce132a692faffbed0dce656c36cb2573b4b843885a6e036390d1071d95",
            "zxing_reader.wasm": "e8af31edb56d0522f4de74495839385ef019ba8bc90d38e5ecb2f18795d86fb2",
        },
    ),
    # For pages: small woff2 files split by script.
    Package(
        "@fontsource/sarabun",
        "sarabun-web",
        {
            f"files/sarabun-{script}-{weight}-normal.woff2": f"sarabun-{script}-{weight}.woff2"
            for script in ("thai", "latin")
            for weight in (400, 600)
        }
        | {"LICENSE": "LICENSE"},
        finish=write_font_faces,
    ),
    # For paper: whole TTFs, because WeasyPrint prints wrong glyphs from fonts split by script.
    Package(
        "@expo-google-fonts/sarabun",
        "sarabun",
        {
            f"{style}/Sarabun_{style}.ttf": f"Sarabun_{style}.ttf"
            for style in ("300Light", "400Regular", "500Medium", "600SemiBold", "700Bold")
        }
        | {"LICENSE_FONT": "LICENSE_FONT"},
    ),
    Package(
        "@expo-google-fonts/srisakdi",
        "srisakdi",
        {name: name for name in ("Srisakdi_400Regular.ttf", "Srisakdi_700Bold.ttf", "README.md")},
    ),
    Package("@expo-google-fonts/trirong", "trirong", {name: name for name in ("Trirong_600SemiBold.ttf", "README.md")}),
)


def copy_package(package: Package, node_modules: Path, vendor: Path) -> Path:
    """Copy one package to its versioned folder, drop its other versions, return the folder.

    Raises FileNotFoundError when a listed file is missing, ValueError when a pinned one differs.
    """
    source = node_modules / package.npm
    version = json.loads((source / "package.json").read_text(encoding="utf-8"))["version"]
    target = vendor / package.folder / version
    fresh = target.with_name(f".{version}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for inside, served in package.files.items():
        content = (source / inside).read_bytes()
        expected = package.sha256.get(served)
        if expected and hashlib.sha256(content).hexdigest() != expected:
            raise ValueError(f"{package.npm}/{inside}: SHA-256 differs from {expected}")
        (fresh / served).write_bytes(content)
    if package.finish:
        package.finish(fresh)
    for old in target.parent.iterdir():
        if old != fresh:
            shutil.rmtree(old)
    return fresh.rename(target)


def copy_all(root: Path = ROOT) -> list[Path]:
    """Copy every package of PACKAGES from root/node_modules to root/static/vendor."""
    return [copy_package(package, root / "node_modules", root / "static/vendor") for package in PACKAGES]


if __name__ == "__main__":
    try:
        copied = copy_all()
    except (FileNotFoundError, ValueError) as error:
        sys.exit(
            f"ไฟล์หน้าเว็บไม่ครบหรือไม่ตรง ให้รัน npm ci แล้ว make assets อีกครั้ง\n"
            f"Front-end files are missing or differ: run `npm ci`, then `make assets`.\n{error}"
        )
    print(f"static/vendor: {', '.join('/'.join(path.parts[-2:]) for path in copied)}")
