"""The designer's form: a row of numbers for every box, and its words. It works without a script; the stage only moves the numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FloatField, FormField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from blueprints.certificates.design import Box, Design, Paragraph
from blueprints.certificates.design_rules import MOST_BOXES, MOST_PARAGRAPHS
from blueprints.certificates.designing import kept_picture
from blueprints.certificates.forms import PictureField
from core.forms import Form, TextField, VersionField, optional, required
from core.pdf import FONTS

ALIGN = {"left": _l("left"), "center": _l("centre"), "right": _l("right")}
VALIGN = {"top": _l("top"), "middle": _l("middle"), "bottom": _l("bottom")}
LINES = {"0": _l("wraps"), "1": _l("one line"), "2": _l("up to two lines"), "3": _l("up to three lines")}
WEIGHTS = {"400": _l("regular"), "600": _l("semi-bold"), "700": _l("bold")}
#: What the boxes of the built-in designs are called.
BOXES = {"emblem": _l("Emblem"), "hosts": _l("Hosts"), "heading": _l("Heading in Thai"), "subheading": _l("Heading in English"),
         "preamble": _l("Words before the name"), "holder": _l("Holder"), "rule": _l("A line"), "organisation": _l("Organisation"),
         "body": _l("What was attended"), "issued": _l("Day of issue"), "signatures": _l("Signatories"), "number": _l("Number"),
         "qr": _l("QR code"), "scan": _l("Words under the QR code"), "site": _l("Address of verification")}
FRESH = {"text": (60.0, 8.0), "line": (60.0, 0.3), "picture": (30.0, 20.0)}


def _choices(words: dict[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(key, label) for key, label in words.items()]


class Millimetres(FloatField):
    """A length; a comma is a point."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([value.replace(",", ".") for value in valuelist])


class ParagraphRow(Form):
    """Words of a box and how they are set. Emptied words go."""

    class Meta:
        csrf = False

    text = TextField(_l("Words"), limit=400)
    size = Millimetres(_l("Size (pt)"), [optional()], default=12.0)
    weight = SelectField(_l("Weight"), choices=_choices(WEIGHTS), default="400")
    family = SelectField(_l("Font"), choices=[SelectChoice(family, family) for family in dict.fromkeys(family for family, _weight in FONTS)])
    colour = TextField(_l("Colour"), default="ink", limit=10)
    lines = SelectField(_l("Lines"), choices=_choices(LINES), default="0")


class BoxRow(Form):
    """One box: where it lies, and what is in it."""

    class Meta:
        csrf = False

    name = HiddenField()
    kind = HiddenField()
    x = Millimetres(_l("From the left (mm)"), [required()])
    y = Millimetres(_l("From the top (mm)"), [required()])
    width = Millimetres(_l("Width (mm)"), [required()])
    height = Millimetres(_l("Height (mm)"), [required()])
    align = SelectField(_l("Across"), choices=_choices(ALIGN), default="center")
    valign = SelectField(_l("Down"), choices=_choices(VALIGN), default="middle")
    colour = TextField(_l("Colour"), default="ink", limit=10)
    hidden = BooleanField(_l("Do not print"))
    gone = BooleanField(_l("Take the box away"))
    picture = PictureField(_l("Picture"))
    paragraphs = FieldList(FormField(ParagraphRow), max_entries=MOST_PARAGRAPHS)


class DesignerForm(Form):
    """All boxes of a design; `version` is the one that was opened."""

    version = VersionField()
    boxes = FieldList(FormField(BoxRow), max_entries=MOST_BOXES)

    def add(self, kind: str) -> None:
        """One more box in the middle of the page's upper part."""
        width, height = FRESH[kind]
        taken = {row.form.name.data for row in self.boxes}
        name = next(name for n in range(1, 100) if (name := f"{kind}-{n}") not in taken)
        words = [{"text": "{event}", "size": 12.0}] if kind == "text" else []
        self.boxes.append_entry({"name": name, "kind": kind, "x": 20.0, "y": 20.0, "width": width, "height": height, "align": "center",
                                 "valign": "middle", "colour": "ink", "paragraphs": words})

    def reset(self, name: str, template: tuple[Box, ...]) -> None:
        """The box of that name as the built-in design has it; one that it has not stays as it is."""
        found = next((box for box in template if box.name == name), None)
        for row in self.boxes:
            if found and row.form.name.data == name:
                row.process(None, _values_of(found))

    def spare(self) -> None:
        """An empty line of words under every text."""
        for row in self.boxes:
            words = row.form.paragraphs
            if row.form.kind.data == "text" and len(words) < MOST_PARAGRAPHS and all(one.form.text.data for one in words):
                words.append_entry({"size": 12.0})

    def to_design(self, before: Design, *, keep: bool = True) -> Design:
        """The design with the boxes as they are here. Uploaded pictures are kept only with `keep`."""
        known = {box.name: box for box in before.boxes}
        return replace(before, boxes=tuple(_box(row.form, known.get(row.form.name.data or ""), keep) for row in self.boxes if not row.form.gone.data))


def values_of(design: Design, version: int) -> dict[str, Any]:
    """What the form shows of a design."""
    return {"version": str(version), "boxes": [_values_of(box) for box in design.boxes]}


def _values_of(box: Box) -> dict[str, Any]:
    return {name: getattr(box, name) for name in ("name", "kind", "x", "y", "width", "height", "align", "valign", "colour", "hidden")} | {
        "paragraphs": [{"text": one.text, "size": one.size, "weight": str(one.weight), "family": one.family, "colour": one.colour,
                        "lines": str(one.lines)} for one in box.paragraphs]}


def _box(row: Any, before: Box | None, keep: bool) -> Box:
    """The box of a row; what the row does not show stays as it was."""
    words = [one.form for one in row.paragraphs if one.form.text.data]
    former = before.paragraphs if before else ()
    paragraphs = tuple(
        replace(former[n] if n < len(former) else Paragraph("", 12.0), text=one.text.data, size=_number(one.size),
                weight=int(one.weight.data) if one.weight.data in WEIGHTS else 0, lines=int(one.lines.data) if one.lines.data in LINES else -1,
                family=one.family.data or "", colour=one.colour.data or "") for n, one in enumerate(words))
    picture = kept_picture(row.picture.data, before.picture_sha256 if before else None) if keep else before.picture_sha256 if before else None
    former_box = before or Box(row.name.data or "", 0, 0, 1, 1, kind=row.kind.data or "")
    if former_box.kind == "text":
        former_box = replace(former_box, align=row.align.data or "", valign=row.valign.data or "")
    return replace(
        former_box, x=_number(row.x), y=_number(row.y), width=_number(row.width),
        height=_number(row.height), colour=row.colour.data or former_box.colour, hidden=row.hidden.data,
        picture_sha256=picture, paragraphs=paragraphs)


def _number(field: Any) -> float:
    return float(field.data if field.data is not None else 0)
