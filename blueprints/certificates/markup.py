"""The HTML and CSS of certificates, from what the layout placed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup
from PIL import Image

from blueprints.certificates import gallery, layout, sandbox
from blueprints.certificates.design import Box, Design, Load
from blueprints.certificates.facts import Facts
from blueprints.certificates.words import is_personal, values
from core.paper import MM, data_uri, environment, squeezed
from core.qr import qr_data_uri

BASE_CSS = gallery.FOLDER / "base.css"
ART = ("emblem", "picture", "line")  # what stock that was printed before shows already


def certificate_html(design: Design, facts: Facts, load: Load, *, static: bool, people: Iterable[Facts], title: str,
                     background: bool = True) -> str:
    """The document: the static layer of `facts`, or a page with the personal layer for each of `people`, or both.

    Without `background` it leaves out what pre-printed stock shows already: the background, the emblem, pictures and lines.
    """
    design = gallery.resolved(design)
    sheets = [_sheet(design, facts, person, load, static, background) for person in list(people) or [None]]
    html = environment(gallery.FOLDER).get_template("certificate.html").render(
        title=title, issued=facts.issued_at.isoformat(), author=", ".join(facts.hosts), static=static, sheets=sheets,
        specimen=design.specimen, page=gallery.template_of(design).page)
    return squeezed(html)


def _sheet(design: Design, facts: Facts, person: Facts | None, load: Load, static: bool, background: bool) -> Markup:
    """What stands on one sheet: its boxes, or an expert's own HTML with them."""
    drawn = _boxes(design, facts, person, load, static, background)
    if not design.html:
        return _html_of(drawn)
    return sandbox.filled(design.html, {
        "static": static, "person": person.to_json() if person else None, "facts": facts.shared().to_json(), "words": values(design, person or facts),
        "page": gallery.template_of(design).size, "boxes": lambda: _html_of(drawn), "asset": _assets(design, load),
        "box": lambda name: _html_of([box for box in drawn if box["name"] == name])})


def _html_of(drawn: list[dict[str, Any]]) -> Markup:
    return Markup(environment(gallery.FOLDER).get_template("boxes.html").render(boxes=drawn))


def _assets(design: Design, load: Load) -> Callable[[str], Markup]:
    return sandbox.asset_of({one.name: picture_uri(load(one.sha256)) for one in design.assets})


def picture_uri(picture: bytes) -> Markup:
    """A stored picture as an address: PNG or JPEG by its first bytes."""
    return data_uri(picture, "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg")


def style_sheet(design: Design, load: Load, background: bool = True) -> str:
    """The style sheet of a design: what all share, its page, and its background, which only the static layer shows."""
    width, height = gallery.template_of(design).size
    page = f"@page{{size:{width}mm {height}mm;margin:0}}.sheet{{width:{width}mm;height:{height}mm}}"
    art = f".sheet--whole{{background:url({_background(design, load)}) 50% 50%/{fit(design, load)} no-repeat}}" if background else ""
    template, ink = gallery.template_of(design), gallery.resolved(design).palette["ink"]
    left, top = template.note
    own = str(sandbox.filled(design.css, {"asset": _assets(design, load)}, css=True)) if design.css else ""
    return BASE_CSS.read_text(encoding="utf-8") + page + art + own + f".signature{{color:{ink}}}.no-evidence{{left:{left}mm;top:{top}mm}}"


def fit(design: Design, load: Load) -> str:
    """How the background lies on the page, as CSS says it: it covers the page, cut where it is too long; a picture that is the other way up is
    seen whole instead. It is never stretched."""
    if not design.background_sha256:
        return "cover"
    width, height = gallery.template_of(design).size
    with Image.open(io.BytesIO(load(design.background_sha256)), formats=["JPEG"]) as picture:
        return "cover" if (picture.width >= picture.height) == (width >= height) else "contain"


def _background(design: Design, load: Load) -> str:
    if design.background_sha256:
        return data_uri(load(design.background_sha256), "image/jpeg")
    template = gallery.template_of(design)
    return data_uri(gallery.coloured(template.art, gallery.resolved(design).palette).encode(), "image/svg+xml")


def _boxes(design: Design, facts: Facts, person: Facts | None, load: Load, static: bool, background: bool) -> list[dict[str, Any]]:
    known = values(design, person or facts)
    shown = [box for box in design.boxes if not box.hidden and (background or box.kind not in ART)]
    wanted = [box for box in shown if (person is not None if is_personal(box) else static)]
    return [_frame(box) | {"alt": ALT.get(box.name, ""), **DRAWN[box.kind](design, box, known, person, load)} for box in wanted]


def _frame(box: Box) -> dict[str, Any]:
    return {"kind": box.kind, "align": box.align, "name": box.name, "left": box.x * MM, "top": box.y * MM, "width": box.width * MM,
            "height": box.height * MM}


def _text(design: Design, box: Box, known: dict[str, str], _person: Facts | None, _load: Load) -> dict[str, Any]:
    placed = layout.place(box, known)
    return {"lead": placed.top, "leading": box.leading, "lines": [
        {"text": line.text, "size": line.size, "left": line.left, "width": line.width, "before": line.before,
         "weight": layout.font_of(line.paragraph)[1], "family": line.paragraph.family, "spacing": line.paragraph.spacing,
         "colour": colour_of(design, line.paragraph.colour),
         "wraps": line.wraps} for line in placed.lines]}


def _emblem(design: Design, _box: Box, _known: dict[str, str], _person: Facts | None, load: Load) -> dict[str, Any]:
    if design.emblem_sha256:
        return {"picture": picture_uri(load(design.emblem_sha256))}
    art = gallery.coloured(gallery.template_of(design).emblem, design.palette)
    return {"picture": data_uri(art.encode(), "image/svg+xml")}


def _picture(_design: Design, box: Box, _known: dict[str, str], _person: Facts | None, load: Load) -> dict[str, Any]:
    return {"picture": picture_uri(load(box.picture_sha256)) if box.picture_sha256 else None}


def _qr(_design: Design, _box: Box, _known: dict[str, str], person: Facts | None, _load: Load) -> dict[str, Any]:
    return {"picture": Markup(qr_data_uri(person.verify_url, scale=3)) if person else None}


def _signatures(design: Design, box: Box, _known: dict[str, str], _person: Facts | None, load: Load) -> dict[str, Any]:
    return {"people": layout.signatures(design, box, load)}


def _line(design: Design, box: Box, _known: dict[str, str], _person: Facts | None, _load: Load) -> dict[str, Any]:
    return {"colour": colour_of(design, box.colour)}


DRAWN: dict[str, Callable[..., dict[str, Any]]] = {
    "text": _text, "emblem": _emblem, "picture": _picture, "qr": _qr, "signatures": _signatures, "line": _line}
ALT = {"emblem": "ตราสัญลักษณ์", "qr": "คิวอาร์โค้ดสำหรับตรวจสอบ"}


def colour_of(design: Design, colour: str) -> str:
    """#rrggbb of a name in the palette, or of a colour given as such."""
    return design.palette.get(colour, colour)
