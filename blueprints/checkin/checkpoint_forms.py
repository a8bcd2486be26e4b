"""Forms of checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from blueprints.checkin import checkpoints
from blueprints.checkin.agenda import Proposal
from blueprints.checkin.checkpoints import CheckpointDetails
from blueprints.checkin.forms import TickField
from blueprints.checkin.texts import KINDS, POLICIES
from core.forms import DateField, Form, TextField, TimeField, moment, required
from core.locale import both, local
from models import Checkpoint, CheckpointKind, EntryPolicy, Event

MOMENTS = ("opens", "closes", "all_out")


class CheckpointForm(Form):
    """What is entered at a checkpoint, by whom, when and how often."""

    seen = HiddenField()
    kind = RadioField(_l("What is entered here"), [required()], choices=[SelectChoice(*kind) for kind in KINDS.items()],
                      description=_l("Meals and half-days are counted by themselves, for finance."))
    name_th = TextField(_l("Thai name"), [required()])
    name_en = TextField(_l("English name"))
    session_id = SelectField(_l("Session"), coerce=int, description=_l("For a checkpoint of a session. Only those who take part in it are let in."))
    category_ids = TickField(_l("Categories that are let in"), coerce=int, description=_l("None ticked: all of them."))
    policy = RadioField(_l("How often the same person is let in"), [required()], choices=[SelectChoice(*policy) for policy in POLICIES.items()])
    lenient = BooleanField(_l("Let in people who have not confirmed their seat too"))
    signature = BooleanField(_l("People sign on the phone’s screen"))
    opens_day = DateField(_l("Opens on"))
    opens_time = TimeField(_l("Time"), description=_l("Empty: from the beginning of the day."))
    closes_day = DateField(_l("Closes on"))
    closes_time = TimeField(_l("Time"), description=_l("Empty: until the end of the day."))
    all_out_day = DateField(_l("All are out on"), description=_l(
        "For checkpoints with going out: whoever is still in then counts as gone out, so that nobody stays in overnight."))
    all_out_time = TimeField(_l("Time"))

    def offer(self, event: Event) -> None:
        """Let the event's own sessions and categories be chosen."""
        sessions = [SelectChoice(one.id, both(one.title_th, one.title_en)) for one in event.sessions]
        self.session_id.choices = [SelectChoice(0, _l("No session")), *sessions]
        self.category_ids.choices = [SelectChoice(one.id, both(one.name_th, one.name_en)) for one in event.categories]

    def _validate_moment(self, field: Field) -> None:
        name = field.short_name.removesuffix("_day")
        if self[f"{name}_time"].typed and not field.typed:
            raise ValidationError(str(_l("Please type the day too.")))

    validate_opens_day = validate_closes_day = validate_all_out_day = _validate_moment

    def to_details(self, zone: str) -> CheckpointDetails:
        """What was typed, with its moments on the clock of `zone`."""
        return CheckpointDetails(
            CheckpointKind(self.kind.data), self.name_th.data, self.name_en.data or "", self.session_id.data or None,
            frozenset(self.category_ids.data or ()) or None, EntryPolicy(self.policy.data), not self.lenient.data,
            _moment(self.opens_day.data, self.opens_time.data, zone, False), _moment(self.closes_day.data, self.closes_time.data, zone, True),
            _moment(self.all_out_day.data, self.all_out_time.data, zone, True), self.signature.data)


class AgendaForm(Form):
    """Which proposals are made."""

    chosen = TickField(_l("Checkpoints to make"), validate_choice=False)

    def offer(self, proposals: Sequence[tuple[Proposal, bool]]) -> None:
        """Show each proposal; those that are there already are ticked for good."""
        self.chosen.choices = [SelectChoice(one.key, both(one.name_th, one.name_en), render_kw={"disabled": True, "checked": True} if there else {})
                               for one, there in proposals]


def of_checkpoint(row: Checkpoint, zone: str) -> dict[str, Any]:
    """What the form of an existing checkpoint starts with."""
    values: dict[str, Any] = {
        "seen": checkpoints.fingerprint(row), "kind": row.kind.value, "policy": row.policy.value, "session_id": row.session_id or 0,
        "category_ids": row.category_ids or [], "lenient": not row.strict, "signature": row.signature, "name_th": row.name_th,
        "name_en": row.name_en}
    for name in MOMENTS:
        values[f"{name}_day"], values[f"{name}_time"] = day_and_time(getattr(row, f"{name}_at"), zone, name != "opens")
    return values


def day_and_time(value: datetime | None, zone: str, end: bool) -> tuple[date | None, time | None]:
    """The day and the time; no time where it is the beginning or (`end`) the end of the day."""
    if value is None:
        return None, None
    there = local(value, zone)
    if there.time() == time():
        return there.date() - timedelta(days=end), None
    return there.date(), there.time()


def _moment(day: date | None, clock: time | None, zone: str, end: bool) -> datetime | None:
    if day is None:
        return None
    return moment(day, clock, zone) if clock else moment(day + timedelta(days=end), time(), zone)
