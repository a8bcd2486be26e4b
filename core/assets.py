"""Where the vendored front-end files are: on disk, on the web, and icons as inline SVG.

scripts/assets.py puts them into static/vendor/<package>/<version>/ and lists what there is.
"""

from functools import cache
from pathlib import Path

from markupsafe import Markup

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"


class AssetMissing(FileNotFoundError):
    """A vendored file is not there; the message says how to get it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not in static/vendor: run `make assets`")


def vendor_path(package: str, file: str) -> Path:
    """The file's path on disk, e.g. vendor_path("sarabun", "Sarabun_400Regular.ttf").

    `make assets` leaves one version of a package; should there be more, the newest folder counts.
    Raises AssetMissing.
    """
    found = list(VENDOR.glob(f"{package}/[0-9]*/{file}"))
    if not found:
        raise AssetMissing(f"{package}/{file}")
    return max(found, key=lambda path: path.parent.stat().st_mtime_ns)


@cache
def vendor_url(package: str, file: str) -> str:
    """The file's address, "/static/vendor/<package>/<version>/<file>". Raises AssetMissing."""
    return "/static/vendor/" + vendor_path(package, file).relative_to(VENDOR).as_posix()


@cache
def icon_svg(name: str) -> Markup:
    """A Bootstrap icon as SVG text for inlining, decorative and sized by its font. Raises AssetMissing."""
    svg = vendor_path("bootstrap-icons", f"{name}.svg").read_text(encoding="utf-8")
    svg = svg.replace('width="16" height="16"', 'width="1em" height="1em" aria-hidden="true" focusable="false"', 1)
    return Markup(svg.replace("\n", ""))
