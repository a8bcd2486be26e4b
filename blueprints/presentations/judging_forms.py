"""Forms of judging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange

from blueprints.presentations.forms import TYPING
from blueprints.presentations.judging import CriterionCommand
from core.forms import Form, IntegerField, ParagraphField, TextField, optional, required
from core.locale import both
from models import Criterion


class CriterionForm(Form):
    """By what judges score."""

    name_th = TextField(_l("Criterion in Thai"), [required()], limit=400)
    name_en = TextField(_l("Criterion in English"), limit=400)
    most = IntegerField(_l("Most points"), [required(), NumberRange(1, 100, _l("Type a number from 1 to 100."))])
    weight = IntegerField(_l("Weight"), [required(), NumberRange(1, 100, _l("Type a number from 1 to 100."))],
                          description=_l("Twice the weight counts twice in the total."))

    def to_command(self) -> CriterionCommand:
        """What was typed."""
        return CriterionCommand(self.name_th.data, self.name_en.data or "", self.most.data, self.weight.data)


class JudgeForm(Form):
    """Who scores."""

    name = TextField(_l("Name of the judge"), [required()])
    organisation = TextField(_l("Organisation"), description=_l("A judge does not score talks of the own organisation."), render_kw=TYPING)


def sheet_form(criteria: Sequence[Criterion]) -> type[Form]:
    """The form of a talk: `c7` are the points for criterion 7."""
    fields: dict[str, Any] = {}
    for one in criteria:
        within = NumberRange(0, one.most, _l("Type a number from 0 to %(most)s.", most=one.most))
        fields[f"c{one.id}"] = IntegerField(both(one.name_th, one.name_en), [optional(), within], render_kw={"min": 0, "max": one.most},
                                            description=_l("0 to %(most)s points", most=one.most))
    fields["words"] = ParagraphField(_l("Remark for the organisers"), limit=2000, render_kw={"rows": 3})
    return type("SheetForm", (Form,), fields)
