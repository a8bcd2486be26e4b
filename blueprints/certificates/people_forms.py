"""Forms about whom certificates are for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from blueprints.certificates.named import HolderCommand
from core.forms import Form, TextField, at_most, optional, required


class ExceptionForm(Form):
    """Why somebody gets a certificate, or none, whatever the rule says."""

    reason = TextField(_l("Reason"), [required(_l("Please say why: the reason stays with the decision."))], limit=500)


class PastedField(TextAreaField):
    """Lines as they were pasted: the tabs between the cells of a workbook stay."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = "\n".join(valuelist[0].splitlines()) if valuelist else ""


class LinesForm(Form):
    """Names, typed or pasted."""

    lines = PastedField(_l("One person on each line"), [required(), at_most(200_000)], render_kw={"rows": 8, "spellcheck": "false"}, description=_l(
        "Name as it is printed; English name; organisation – divided by semicolons, or pasted from a workbook. The name alone is enough."))


class HolderForm(Form):
    """One who is only named."""

    name_th = TextField(_l("Name as it is printed"), [required()])
    name_en = TextField(_l("Name in English"), [optional()])
    organisation = TextField(_l("Organisation"), [optional()])

    def to_command(self) -> HolderCommand:
        """The line as it was filled in."""
        return HolderCommand(self.name_th.data, self.name_en.data or "", self.organisation.data or "")
