"""Forms of the door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.checkin.texts import GRANTS
from core.forms import Form, TextField, required


class EnrolmentForm(Form):
    """Which gate a phone stands at and what it may do."""

    gate = TextField(_l("Gate"), [required()], limit=80, description=_l("As staff call it, for example: front door, left table."))
    grants = SelectMultipleField(_l("What this phone may do besides scanning"), choices=[SelectChoice(*grant) for grant in GRANTS.items()],
                                 option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))


class EnrolForm(Form):
    """The one button on the phone."""
