"""Forms of the verification page and of what it shows."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from core.forms import Form, TextField, required


class FamilyNameForm(Form):
    """What shows the whole record to somebody who has the paper."""

    name = TextField(_l("Family name of the holder"), [required()], description=_l("As printed, in Thai or in English."),
                     render_kw={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"})


class VerificationForm(Form):
    """What strangers see who verify a certificate."""

    mask_holders = BooleanField(_l("Keep names back until the family name is typed"), description=_l(
        "Whoever scans the code then reads “กัญญา ศ.” and every other fact but the organisation. "
        "Typing the family name, as it is on the paper, shows the whole record."))
