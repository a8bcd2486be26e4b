"""Forms of designs that travel, and of an expert's own HTML."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import Regexp

from blueprints.certificates.design_rules import ASSET_NAME
from blueprints.certificates.forms import PictureField
from blueprints.certificates.sandbox import LONGEST
from core.forms import Form, TextField, at_most, required


class CodeField(TextAreaField):
    """Text kept as it was typed: line breaks and spaces mean something."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = valuelist[0].replace("\r\n", "\n").replace("\0", "") if valuelist else ""


class ImportForm(Form):
    """The file of a design."""

    file = FileField(_l("File of a design (.ruam-design)"))

    def data_of(self, most: int) -> bytes:
        """The bytes of the chosen file, one more than `most` at the most; none when nothing was chosen."""
        return self.file.data.read(most + 1) if self.file.data else b""


class ExpertForm(Form):
    """An expert's own HTML and CSS."""

    html = CodeField(_l("HTML of the sheet"), [at_most(LONGEST)], render_kw={"rows": 16, "spellcheck": "false"}, description=_l(
        "In place of the boxes; empty: the boxes themselves. boxes() and box(\"name\") draw them, asset(\"name\") is the address of a picture."))
    css = CodeField(_l("CSS"), [at_most(LONGEST)], render_kw={"rows": 10, "spellcheck": "false"}, description=_l(
        "Added to the product's own style sheet. Lengths in mm or pt."))


class AssetForm(Form):
    """A picture for an expert's HTML."""

    name = TextField(_l("Name of the picture"), [required(), Regexp(rf"^{ASSET_NAME.pattern}$", message=_l(
        "Letters, digits, dots and dashes, up to 60."))], limit=60)
    picture = PictureField(_l("Picture"), [required()], description=_l("PNG, JPEG or WebP, up to 2 MB."))
