"""Certificates as PDF/A-3b: data in, bytes out. Slow by a request's measure: for the worker, not for a view.

The layer that an issue shares is rendered once. The few elements of each person are rendered as sheets that lie on one
another on a single page, are taken from it as Form XObjects and stamped over the shared layer. That looks the same
to the pixel as a direct render and is many times faster.
"""

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from xml.sax.saxutils import escape

from pikepdf import Array, AttachedFileSpec, Dictionary, Matrix, Name, Object, ObjectStreamMode, Page, Pdf, String
from PIL import ImageChops

from blueprints.certificates.design import Design, Load
from blueprints.certificates.facts import Facts, printable
from blueprints.certificates.markup import certificate_html, style_sheet
from core.pdf import Enclosure, html_to_pdf

VARIANT, TAGGED = "pdf/a-3b", "pdf/a-3a"
CHUNK = 100  # people: more need more memory and are no faster
ENCLOSURE = "certificate.json"
TITLE = "@@TITLE@@"  # stands in the static layer for each file's own title
DRAWN = re.compile(rb"(/\S+) Do\b")
MATRIX = re.compile(rb"((?:\S+ ){6})cm\b")


def render_one(design: Design, facts: Facts, load: Load, *, background: bool = True) -> bytes:
    """One certificate, made directly from its whole HTML: what `Press` is compared with, and how a tagged design is made."""
    design, facts = printable(design)[0], printable(facts)[0]
    return _render(design, facts, load, background, static=True, people=[facts], title=_title(design, facts), enclose=facts)


def looks_the_same(design: Design, facts: Facts, load: Load) -> bool:
    """Whether a certificate pressed in layers equals one rendered directly, to the pixel at 150 dpi: if not, an expert's own HTML let
    the holder's words move what an issue shares."""
    from pypdfium2 import PdfDocument

    pictures = [PdfDocument(file)[0].render(scale=150 / 72).to_pil().convert("RGB")
                for file in (render_one(design, facts, load), next(Press(design, load).individual([facts])))]
    return ImageChops.difference(*pictures).getbbox() is None


def _render(
    design: Design, facts: Facts, load: Load, background: bool, *, static: bool, people: Sequence[Facts], title: str, enclose: Facts | None = None
) -> bytes:
    return html_to_pdf(
        certificate_html(design, facts, load, static=static, people=people, title=title, background=background),
        css=style_sheet(design, load, background),
        roots=(),
        variant=(TAGGED if design.tagged else VARIANT) if static else None,
        attachments=[Enclosure(ENCLOSURE, _json(enclose), ENCLOSURE, enclose.issued_at)] if enclose else [],
    )


def _title(design: Design, facts: Facts) -> str:
    return f"{design.heading_th} {facts.number} {facts.holder_th}"


def _json(facts: Facts) -> bytes:
    return json.dumps(facts.to_json(), ensure_ascii=False, indent=1).encode()


class Press:
    """Prints certificates of one design. `load` gives a stored picture by its sha256.

    A design that is tagged, or that is not `layered`, is rendered for each holder by itself. Without `background` the paper is
    pre-printed stock. Facts that share event, dates, place, hosts and day of issue share a static layer, which is rendered once.
    Equal lists of facts give equal bytes; the subset of letters in a file's fonts depends on its chunk of the list.
    """

    def __init__(self, design: Design, load: Load, *, background: bool = True, layered: bool = True) -> None:
        self.design = printable(design)[0]
        self.load = load
        self.background = background
        self.layered = layered and not design.tagged
        self._layers: dict[Facts, bytes] = {}

    def individual(self, people: Iterable[Facts]) -> Iterator[bytes]:
        """A file for each of `people`, in their order, with its title and the facts attached as JSON."""
        if not self.layered:
            yield from (render_one(self.design, facts, self.load, background=self.background) for facts in people)
            return
        for shared, chunk in _chunks(people):
            with self._overlay(chunk) as overlay, Pdf.open(io.BytesIO(self._static(shared))) as pdf:
                stamp = _Stamp(pdf)
                for facts, sheet in zip(chunk, _forms(overlay), strict=True):
                    yield stamp.file(facts, _title(self.design, facts), sheet)

    def merge(self, people: Iterable[Facts], out_path: Path) -> None:
        """One file for the printer at `out_path`, a page for each of `people`, each static layer in it once.

        Raises ValueError when there is nobody.
        """
        if not self.layered:
            self._merge_whole(people, out_path)
            return
        out: Pdf | None = None
        forms: dict[Facts, Object] = {}
        sources: list[Pdf] = []  # what is copied stays open until it is saved
        first = last = ""
        for shared, chunk in _chunks(people):
            if out is None:
                out, first = Pdf.open(io.BytesIO(self._static(shared))), chunk[0].number
            if shared not in forms:
                sources.append(Pdf.open(io.BytesIO(self._static(shared))))
                page = sources[-1].pages[0]
                forms[shared] = out.copy_foreign(sources[-1].make_indirect(page.as_form_xobject()))
            sources.append(self._overlay(chunk))
            for sheet in _forms(sources[-1]):
                _append(out, forms[shared], out.copy_foreign(sheet))
            last = chunk[-1].number
        if out is None:
            raise ValueError("There is nobody to print a certificate for")
        del out.pages[0]
        _set_title(out, _metadata(out), f"{self.design.heading_th} {first} – {last}")
        out.save(out_path, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)

    def _merge_whole(self, people: Iterable[Facts], out_path: Path) -> None:
        out, numbers = Pdf.new(), []
        for facts in people:
            numbers.append(facts.number)
            with Pdf.open(io.BytesIO(render_one(self.design, facts, self.load, background=self.background))) as pdf:
                out.pages.extend(pdf.pages)
        if not numbers:
            raise ValueError("There is nobody to print a certificate for")
        out.docinfo.Title = String(f"{self.design.heading_th} {numbers[0]} – {numbers[-1]}")
        out.save(out_path, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)

    def _static(self, shared: Facts) -> bytes:
        if shared not in self._layers:
            self._layers[shared] = _render(self.design, shared, self.load, self.background, static=True, people=[], title=TITLE)
        return self._layers[shared]

    def _overlay(self, chunk: Sequence[Facts]) -> Pdf:
        pdf = _render(self.design, chunk[0], self.load, self.background, static=False, people=chunk, title=TITLE)
        return Pdf.open(io.BytesIO(pdf))


def _chunks(people: Iterable[Facts]) -> Iterator[tuple[Facts, list[Facts]]]:
    """Runs of at most CHUNK neighbours with equal shared facts, made printable."""
    for shared, run in groupby((printable(facts)[0] for facts in people), key=Facts.shared):
        while chunk := list(islice(run, CHUNK)):
            yield shared, chunk


class _Stamp:
    """Lays overlays over the page of one open PDF, a file at a time: what the last one added is dropped on saving."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.metadata = _metadata(pdf)
        page = pdf.pages[0]
        page.contents_add(b"q", prepend=True)
        page.contents_add(b"Q q /Overlay Do Q")
        if Name.XObject not in page.Resources:
            page.Resources.XObject = Dictionary()
        self.pictures = page.Resources.XObject

    def file(self, facts: Facts, title: str, overlay: Object) -> bytes:
        self.pictures.Overlay = self.pdf.copy_foreign(overlay)
        _set_title(self.pdf, self.metadata, title)
        self._enclose(facts)
        file = io.BytesIO()
        self.pdf.save(file, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
        return file.getvalue()

    def _enclose(self, facts: Facts) -> None:
        date = facts.issued_at.strftime("D:%Y%m%d%H%M%SZ")
        file = AttachedFileSpec(
            self.pdf,
            _json(facts),
            filename=ENCLOSURE,
            description=ENCLOSURE,
            mime_type="application/json",
            relationship=Name.Data,
            creation_date=date,
            mod_date=date,
        )
        spec = self.pdf.make_indirect(file.obj)
        self.pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(ENCLOSURE), spec])))
        self.pdf.Root.AF = Array([spec])


def _metadata(pdf: Pdf) -> bytes:
    """The static layer's XMP packet, with TITLE where the title goes."""
    return pdf.Root.Metadata.read_bytes()


def _set_title(pdf: Pdf, metadata: bytes, title: str) -> None:
    pdf.Root.Metadata.write(metadata.replace(TITLE.encode(), escape(title).encode()))
    pdf.docinfo.Title = String(title)


def _forms(pdf: Pdf) -> list[Object]:
    """The sheets of the only page, in order, as forms in the page's own space.

    WeasyPrint draws an element with an opacity below 1 as a Form XObject with resources of its own, and sets the
    opacity outside of it: what is taken here is opaque.
    """
    page = pdf.pages[0]
    content = page.Contents.read_bytes()
    matrix = Matrix()
    for numbers in MATRIX.findall(content):
        matrix = Matrix(*map(float, numbers.split())) @ matrix
    forms = [page.Resources.XObject[name.decode()] for name in DRAWN.findall(content)]
    for form in forms:
        form.Matrix = matrix.as_array()
        del form.Group
    return forms


def _append(out: Pdf, *forms: Object) -> None:
    """Add a page to `out` that draws the forms over one another."""
    page = out.pages[0]
    names = [f"/Layer{number}" for number in range(len(forms))]
    out.pages.append(
        Page(
            Dictionary(
                Type=Name.Page,
                MediaBox=page.MediaBox,
                Resources=Dictionary(XObject=Dictionary(dict(zip(names, forms, strict=True)))),
                Contents=out.make_stream(" ".join(f"{name} Do" for name in names).encode()),
            )
        )
    )
