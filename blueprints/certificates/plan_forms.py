"""The form of a plan: who gets a certificate of one kind, when it is issued, and the register that numbers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from blueprints.certificates.plans import PlanCommand
from blueprints.certificates.registers import RegisterCommand
from blueprints.certificates.rules import BY_NAME, CONDITIONS, COUNTED, Basis, Rule
from blueprints.certificates.timetable import Part
from blueprints.certificates.verdict_words import Names
from core.forms import Boxes, DateField, Form, IntegerField, TextField, between, optional, required
from models import CertificateKind, CheckpointKind, Event, RegisterReset

MOST_PARTS = 120
BASES = {
    Basis.SEAT: _l("Everybody who holds a seat in the chosen categories, scanned or not"),
    Basis.ENTRY: _l("Whoever was let in at least once"),
    Basis.COUNT: _l("Whoever attended enough half-days, days or sessions"),
    Basis.TIME: _l("Whoever was there for a share of the time"),
}
PARTS = {
    CheckpointKind.HALF_DAY: _l("Half-days (%(num)s now)"), CheckpointKind.DAY: _l("Days (%(num)s now)"),
    CheckpointKind.SESSION: _l("Sessions (%(num)s now)"),
}
#: What is asked with one basis alone.
BELONGS = {"parts": Basis.COUNT, "needed": Basis.COUNT, "share": Basis.TIME}


class PlanForm(Form):
    """Who gets a certificate of one kind, when it is issued, and the register that numbers it."""

    basis = RadioField(_l("Who gets one"), [required()])
    parts = SelectField(_l("What is counted"))
    needed = IntegerField(_l("How many at least"), [optional(), between(1, MOST_PARTS, _l("From 1 to %(most)d.", most=MOST_PARTS))], description=_l(
        "Empty: all of them. Those count that the event has when certificates are issued; meals never do."))
    share = IntegerField(_l("Percent of the event’s time, at least"), [required(), between(1, 100, _l("From 1 to 100 percent."))], description=_l(
        "Measured at the half-days, or else the days, or else the entrance. Whoever was not scanned out stayed to the end; "
        "the lunch hour is no part of it."))
    people = IntegerField(_l("How many people of an enterprise, at least"), [required(), between(1, 1000, _l("From 1 to 1,000 people."))],
                          description=_l("The enterprise gets one when so many of its people fulfil what is asked here."))
    compulsory = Boxes(_l("Must have been attended"), coerce=int)
    categories = Boxes(_l("Categories that get one"), coerce=int)
    conditions = Boxes(_l("What else is asked"))
    issued_on = DateField(_l("Day of issue"), [required()])
    register_name = TextField(_l("Register of numbers"), [required()], description=_l(
        "Events of one programme that name the same register share its numbers."))
    pattern = TextField(_l("Pattern of the number"), [required()], description=_l("{number} is the running number, {year} the Buddhist year."))
    padding = IntegerField(_l("Digits at least"), [required(), between(1, 9, _l("From 1 to 9 digits."))])
    reset = SelectField(_l("Begins again"), choices=[
        SelectChoice(RegisterReset.BUDDHIST_YEAR.value, _l("each Buddhist year")),
        SelectChoice(RegisterReset.FISCAL_YEAR.value, _l("each fiscal year")), SelectChoice(RegisterReset.PROGRAMME.value, _l("each programme")),
        SelectChoice(RegisterReset.NEVER.value, _l("never"))])
    thai_digits = BooleanField(_l("Write the number in Thai digits"))
    specimen = BooleanField(_l("Mark as specimen (not evidence)"))

    def offer(self, event: Event, kind: CertificateKind, parts: Sequence[Part], names: Names) -> None:
        """Let what the event has be chosen; what there is none of is not asked."""
        self.kind = kind
        self.basis.choices = [SelectChoice(one.value, words) for one, words in BASES.items() if one is not Basis.SEAT or kind in BY_NAME]
        self.parts.choices = [SelectChoice(one.value, _l(str(PARTS[one]), num=sum(part.kind is one for part in parts))) for one in COUNTED]
        self.compulsory.choices = [SelectChoice(part.checkpoint_id, names.checkpoints[part.checkpoint_id]) for part in parts]
        self.categories.choices = [SelectChoice(*one) for one in names.categories.items()]
        self.categories.description = _l("None ticked: only those who are named.") if kind in BY_NAME else _l("None ticked: all of them.")
        self.conditions.choices = [SelectChoice(key, one.label) for key, one in CONDITIONS.items() if one.applies(event)]
        for name in ("compulsory", "conditions"):
            if not self[name].choices:
                del self[name]
        if kind is not CertificateKind.ENTERPRISE:
            del self.people

    def validate(self, extra_validators: Any = None) -> bool:
        """What does not belong to the chosen basis is not looked at."""
        for name, basis in BELONGS.items():
            if self.basis.data != basis:
                self[name].process_errors, self[name].validators, self[name].data = [], [optional()], None
                self[name].raw_data, self[name].validate_choice = [], False
        return super().validate(extra_validators)

    def to_command(self) -> PlanCommand:
        """The plan as it was filled in."""
        return PlanCommand(self.issued_on.data, RegisterCommand(
            self.register_name.data, self.pattern.data, self.padding.data, self.thai_digits.data, RegisterReset(self.reset.data),
            self.specimen.data), self._rule())

    def _rule(self) -> Rule:
        basis = Basis(self.basis.data)
        return Rule(
            basis, CheckpointKind(self.parts.data or CheckpointKind.HALF_DAY), (self.share.data if basis is Basis.TIME else self.needed.data) or 0,
            compulsory=self._ticked("compulsory"), categories=self._ticked("categories") or (() if self.kind in BY_NAME else None),
            conditions=self._ticked("conditions"), people=self.people.data if "people" in self else 1)

    def _ticked(self, name: str) -> tuple[Any, ...]:
        return tuple(self[name].data or ()) if name in self else ()


def of_rule(rule: Rule) -> dict[str, object]:
    """What the form of an existing rule starts with."""
    return {"basis": rule.basis.value, "parts": rule.parts.value, "needed": rule.needed or None if rule.basis is Basis.COUNT else None,
            "share": rule.needed if rule.basis is Basis.TIME else 80, "people": rule.people, "compulsory": list(rule.compulsory),
            "categories": list(rule.categories or ()), "conditions": list(rule.conditions)}
