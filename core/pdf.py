"""HTML and CSS to PDF: WeasyPrint with our fonts, a narrow fetcher, a right Thai text layer, and no silent failure.

WeasyPrint is imported when the first PDF is made, so that web processes do not carry it. The fonts, the
font configuration and every parsed style sheet are shared for the life of the process: making them anew costs more
than the document.
"""

import atexit
import logging
import os
import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from PIL import Image

from core.assets import vendor_path
from thai.pdftext import finisher

FONTS = {
    ("Sarabun", 400): ("sarabun", "Sarabun_400Regular.ttf"),
    ("Sarabun", 600): ("sarabun", "Sarabun_600SemiBold.ttf"),
    ("Sarabun", 700): ("sarabun", "Sarabun_700Bold.ttf"),
    ("Srisakdi", 700): ("srisakdi", "Srisakdi_700Bold.ttf"),
    ("Trirong", 600): ("trirong", "Trirong_600SemiBold.ttf"),
}
NO_SYSTEM_FONTS = Path(__file__).resolve().parent.parent / "templates" / "print" / "fonts.conf"
MAX_FILE = 20_000_000  # bytes
MAX_PIXELS = 40_000_000  # an A4 page at 600 dpi has 35 million
NOTDEF = re.compile(r"\.notdef .*\(U\+([0-9A-F]+)\)", re.DOTALL)


class PdfProblem(Exception):
    """A document that cannot be printed as it was meant."""


class MissingGlyph(PdfProblem):
    """The fonts cannot draw some characters; `characters` holds each once."""

    def __init__(self, characters: str) -> None:
        super().__init__(f"No font can draw {' '.join(f'{char} (U+{ord(char):04X})' for char in characters)}")
        self.characters = characters


class Unprintable(PdfProblem):
    """A picture, style sheet or font that the document names was refused or is not there; one message each."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = tuple(messages)


@dataclass(frozen=True)
class Enclosure:
    """A file carried inside the PDF as its data (PDF/A-3, AFRelationship /Data). `created` has a time zone."""

    name: str
    data: bytes
    description: str
    created: datetime


@cache
def font_file(family: str, weight: int) -> Path:
    """The font file of a family and weight in FONTS. Raises core.assets.AssetMissing."""
    return vendor_path(*FONTS[family, weight])


def html_to_pdf(
    html: str,
    *,
    css: str,
    roots: Sequence[Path],
    variant: str | None = None,
    attachments: Sequence[Enclosure] = (),
) -> bytes:
    """The PDF of a page of HTML; equal input gives equal bytes.

    `css` is the style sheet; the fonts of FONTS are there and no other. The document may fetch files under `roots`
    (relative addresses start at the first) and data: addresses. `variant` is WeasyPrint's, e.g. "pdf/a-3b".
    Raises MissingGlyph, Unprintable, and AssetMissing when a font has not been installed.
    """
    from weasyprint import HTML, Attachment

    roots = tuple(Path(root) for root in roots)
    enclosed = [
        Attachment(
            string=file.data,
            name=file.name,
            description=file.description,
            created=file.created.astimezone(UTC),
            modified=file.created.astimezone(UTC),
            relationship="Data",
        )
        for file in attachments
    ]
    with _loud(), _pillow_limits():
        font_config, faces = _fonts()
        document = HTML(string=html, base_url=_base_url(roots), url_fetcher=_fetcher(roots))
        return document.write_pdf(
            font_config=font_config,
            stylesheets=[faces, _style_sheet(css, roots)],
            pdf_variant=variant,
            attachments=enclosed,
            finisher=finisher,
        )


def _base_url(roots: tuple[Path, ...]) -> str | None:
    return f"{roots[0].resolve().as_uri()}/" if roots else None


@cache
def _fonts() -> tuple[Any, Any]:
    """The shared font configuration, which knows no system font, and the style sheet of our font faces."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(NO_SYSTEM_FONTS)
    try:
        font_config = FontConfiguration()
    finally:  # programs started later, such as a browser, still want the system's fonts
        os.environ.pop("FONTCONFIG_FILE")
        if before is not None:
            os.environ["FONTCONFIG_FILE"] = before
    files = {key: font_file(*key) for key in FONTS}
    faces = "".join(
        f"@font-face{{font-family:{family};font-weight:{weight};src:url('{file.as_uri()}')}}"
        for (family, weight), file in files.items()
    )
    folders = tuple({file.parent for file in files.values()})
    return font_config, CSS(string=faces, font_config=font_config, url_fetcher=_fetcher(folders))


@atexit.register
def _forget_fonts() -> None:
    """Let go of the font configuration while the interpreter still can remove its temporary folder."""
    _style_sheet.cache_clear()
    _fonts.cache_clear()


@lru_cache(maxsize=64)
def _style_sheet(css: str, roots: tuple[Path, ...]) -> Any:
    from weasyprint import CSS

    return CSS(string=css, font_config=_fonts()[0], base_url=_base_url(roots), url_fetcher=_fetcher(roots))


@lru_cache(maxsize=64)
def _fetcher(roots: tuple[Path, ...]) -> Any:
    """A fetcher for files under `roots`, after links are resolved, and for data: addresses; for nothing else.

    WeasyPrint's own would attach any file of the server to the PDF and call any address from inside its network.
    """
    from weasyprint.urls import URLFetcher

    allowed = [root.resolve() for root in roots]

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url[:5].lower() == "file:":
                parts = urlsplit(url)
                path = Path(unquote(parts.path)).resolve()
                if parts.netloc or not any(path.is_relative_to(root) for root in allowed):
                    raise ValueError(f"not one of the document's own files: {url}")
                if not path.is_file() or path.stat().st_size > MAX_FILE:
                    raise ValueError(f"not a file, or larger than {MAX_FILE} bytes: {url}")
                url = path.as_uri()
            elif len(url) > MAX_FILE * 4 // 3:
                raise ValueError("data: address too long")
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols={"file", "data"}, allow_redirects=False)


@contextmanager
def _pillow_limits() -> Iterator[None]:
    """A picture of more than MAX_PIXELS pixels is an error before it is unpacked."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


class _Ear(logging.Handler):
    """Keeps what WeasyPrint says in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.thread = threading.get_ident()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.records.append(record)


@contextmanager
def _loud() -> Iterator[None]:
    """Turn what WeasyPrint only logs into MissingGlyph and Unprintable."""
    ear, logger = _Ear(), logging.getLogger("weasyprint")
    logger.addHandler(ear)
    try:
        yield
    finally:
        logger.removeHandler(ear)
    messages = [record.getMessage() for record in ear.records]
    missing = dict.fromkeys(chr(int(found[1], 16)) for message in messages if (found := NOTDEF.search(message)))
    if missing:
        raise MissingGlyph("".join(missing))
    failed = [
        message
        for record, message in zip(ear.records, messages, strict=True)
        if record.levelno >= logging.ERROR or message.startswith("Font-face")
    ]
    if failed:
        raise Unprintable(failed)
