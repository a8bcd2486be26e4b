"""The forms of the directory of organisations and of clusters: one class per page."""

from __future__ import annotations

import hashlib

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from wtforms import Field, HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from blueprints.programmes.clusters import MOST_NAMES, names_of
from blueprints.programmes.directory import OrganisationCommand, state_of
from blueprints.programmes.texts import KINDS
from core.forms import DateField, Form, ParagraphField, TextField, required
from models import Cluster, Membership, Organisation, OrganisationKind

TYPING = {"list": "organisations", "data-module": "suggest", "autocomplete": "off"}


class OrganisationForm(Form):
    """An entry of the directory. `seen` is the state of it that the person saw."""

    seen = HiddenField()
    name_th = TextField(_l("Name in Thai"), [required()],
                        description=_l("As the organisation writes itself, with its legal form."))
    name_en = TextField(_l("Name in English"))
    kind = SelectField(_l("Kind of organisation"), [required()],
                       choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    sector = TextField(_l("Line of business"), render_kw={"list": "sectors"})
    province = TextField(_l("Province"), limit=100, render_kw={"list": "provinces"})
    juristic_number = TextField(_l("Juristic registration number"), description=_l("13 digits, starting with 0."), limit=30,
                                render_kw={"inputmode": "numeric"})

    @classmethod
    def of(cls, organisation: Organisation) -> OrganisationForm:
        """The form as it is first shown."""
        return cls(obj=organisation, seen=state_of(organisation))

    def to_command(self) -> OrganisationCommand:
        """What was typed, for the service."""
        return OrganisationCommand(self.name_th.data, self.name_en.data or "", OrganisationKind(self.kind.data),
                                   self.sector.data or "", self.province.data or "", self.juristic_number.data or "")


class MergeForm(Form):
    """Which of two entries stands, and which juristic number is right where both have one."""

    stands = RadioField(_l("Which entry stands?"), [required(_l("Please choose the entry that stands."))], coerce=int)
    juristic_number = RadioField(_l("Which juristic registration number is right?"), validate_choice=False)

    @classmethod
    def of(cls, two: tuple[Organisation, Organisation], stands: Organisation) -> MergeForm:
        """The form for these two, with `stands` chosen at first."""
        form = cls(stands=stands.id)
        form.stands.choices = [SelectChoice(one.id, one.name_th) for one in two]
        numbers = [one.juristic_number for one in two if one.juristic_number]
        form.juristic_number.choices = [SelectChoice(number, number) for number in numbers] if len(numbers) == 2 else []
        if not form.juristic_number.choices:
            del form.juristic_number
        return form

    def number(self) -> str:
        """The number chosen, if there was a choice."""
        return self.juristic_number.data or "" if "juristic_number" in self else ""


class ClusterForm(Form):
    """A cluster's names."""

    name_th = TextField(_l("Name in Thai"), [required()])
    name_en = TextField(_l("Name in English"))

    @classmethod
    def of(cls, cluster: Cluster) -> ClusterForm:
        """The form as it is first shown."""
        return cls(obj=cluster)


class MemberForm(Form):
    """An organisation that joins."""

    name = TextField(_l("Organisation"), [required()], render_kw=TYPING)
    joined_on = DateField(_l("Joined on"))


class TimesForm(Form):
    """When a member joined and left."""

    joined_on = DateField(_l("Joined on"))
    left_on = DateField(_l("Left on"))

    @classmethod
    def of(cls, member: Membership) -> TimesForm:
        """The form as it is first shown."""
        return cls(obj=member)


class NamesField(ParagraphField):
    """A list of names, one on each line; what a workbook puts between and before them is gone."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = "\n".join(names_of(valuelist[0])) if valuelist else ""


class PasteForm(Form):
    """A list of names. `previewed` tells for which text and day the preview that the person saw was made."""

    names = NamesField(_l("Names, one on each line"), [required()], limit=50_000, render_kw={"rows": 10})
    joined_on = DateField(_l("Joined on"))
    previewed = HiddenField()

    def validate_names(self, field: Field) -> None:
        """Not more than can be looked over."""
        if len(names_of(field.data or "")) > MOST_NAMES:
            raise ValidationError(str(lazy_ngettext("Please paste at most %(num)d name at once.", "Please paste at most %(num)d names at once.",
                                                    MOST_NAMES)))

    def mark(self) -> str:
        """What `previewed` is when what stands in the form was previewed."""
        return hashlib.sha256(f"{self.joined_on.data}\n{self.names.data}".encode()).hexdigest()

    def agreed(self) -> bool:
        """Whether the person saw the preview of exactly this."""
        return self.previewed.data == self.mark()
