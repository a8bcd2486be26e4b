"""Forms of the phones and gates at the door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.checkin.texts import GRANTS, MODES
from core.forms import DateField, Form, ParagraphField, TextField, TimeField, optional, required
from core.locale import both
from models import Checkpoint, Decision, DeviceMode, Direction, Gate


class TickField(SelectMultipleField):
    """Several of a list, each with a box to tick."""

    widget, option_widget = ListWidget(prefix_label=False), CheckboxInput()


class EnrolmentForm(Form):
    """Which gate a phone stands at, what is scanned there, and what the phone may do."""

    gate = TextField(_l("Gate"), [required()], limit=80, render_kw={"list": "gates-known"},
                     description=_l("As staff call it, for example: front door, left table."))
    gate_ids = TickField(_l("Other gates that staff may choose on the phone"), coerce=int)
    checkpoint_ids = TickField(_l("Checkpoints that the phone may choose"), coerce=int, description=_l("None ticked: all of them."))
    mode = RadioField(_l("Who holds the phone"), default=DeviceMode.STAFF.value, choices=[SelectChoice(*mode) for mode in MODES.items()])
    grants = TickField(_l("What this phone may do besides scanning"), choices=[SelectChoice(*grant) for grant in GRANTS.items()], description=_l(
        "For staff only. With names kept on the phone, whoever finds a lost phone could look up who takes part, until you revoke it: "
        "choose this only where the network fails and people come without a code."))

    def offer(self, gates: list[Gate], checkpoints: list[Checkpoint]) -> None:
        """Let the event's own gates and checkpoints be chosen."""
        self.gate_ids.choices = [SelectChoice(gate.id, gate.name) for gate in gates]
        self.checkpoint_ids.choices = [SelectChoice(row.id, both(row.name_th, row.name_en)) for row in checkpoints]

    def chosen_mode(self) -> DeviceMode:
        """Staff or kiosk."""
        return DeviceMode(self.mode.data)


class EnrolForm(Form):
    """The one button on the phone."""


class NameForm(Form):
    """What a gate is called."""

    name = TextField(_l("Name"), [required()], limit=80)


class LabelForm(Form):
    """What a phone is called."""

    label = TextField(_l("Name of the phone"), [required()], limit=100, description=_l("As you know it, for example: Somchai’s phone, front door."))


class ContactForm(Form):
    """By what somebody who checks in without staff is found."""

    contact = TextField(_l("Your e-mail or telephone number"), [required()], limit=254, description=_l("The one that you registered with."),
                        render_kw={"autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"})


class SettleForm(Form):
    """What becomes of an admission that should not have been, and why."""

    decision = RadioField(_l("What becomes of it"), [required()], choices=[
        SelectChoice(Decision.KEPT.value, _l("The admission stands")),
        SelectChoice(Decision.UNDONE.value, _l("Undo this scan: it no longer counts"))])
    reason = ParagraphField(_l("Reason"), [required()], limit=500, description=_l("Whoever checks the attendance later reads it."))


class SimulatorForm(Form):
    """Whose ticket, where, in or out, and when."""

    q = TextField(_l("Code or name"), limit=512, description=_l("What the QR code says, the code on the ticket, or part of a name."))
    checkpoint = SelectField(_l("Checkpoint"), coerce=int)
    direction = RadioField(_l("Direction"), default=Direction.IN.value, choices=[
        SelectChoice(Direction.IN.value, _l("Coming in")), SelectChoice(Direction.OUT.value, _l("Going out"))])
    day = DateField(_l("Day"), [optional()], description=_l("Empty: today"))
    time = TimeField(_l("Time"), [optional()], description=_l("Empty: now"))

    def offer(self, checkpoints: list[Checkpoint]) -> None:
        """Let the event's own checkpoints be chosen."""
        self.checkpoint.choices = [SelectChoice(row.id, both(row.name_th, row.name_en)) for row in checkpoints]

    def chosen(self, checkpoints: list[Checkpoint]) -> Checkpoint:
        """The checkpoint that was chosen."""
        return next(row for row in checkpoints if row.id == self.checkpoint.data)
