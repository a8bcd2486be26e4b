"""The forms of programmes and organisations: one class per page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from blueprints.programmes.host_rows import MOST_HOSTS, HostRow
from blueprints.programmes.services import OrganisationCommand, ProgrammeCommand
from core.forms import DateField, Form, IntegerField, ParagraphField, TextField, between, optional, required
from models import Organisation, OrganisationKind, Programme

KINDS = {
    OrganisationKind.ENTERPRISE: _l("Enterprise"),
    OrganisationKind.AGENCY: _l("Agency"),
    OrganisationKind.UNIVERSITY: _l("University"),
    OrganisationKind.ASSOCIATION: _l("Association"),
    OrganisationKind.OTHER: _l("Other"),
}


def percent(label: Any) -> IntegerField:
    """A share in percent, or nothing."""
    return IntegerField(label, [optional(), between(0, 100, _l("Please type a percentage from 0 to 100."))],
                        render_kw={"inputmode": "numeric"})


def number(label: Any) -> IntegerField:
    """A number to reach, or nothing."""
    return IntegerField(label, [optional(), between(0, 1_000_000, _l("Please type a number from 0 to 1,000,000."))],
                        render_kw={"inputmode": "numeric"})


class ProgrammeForm(Form):
    """A programme. `version` is the state that the person saw."""

    version = HiddenField(default="0")
    title_th = TextField(_l("Title of the programme in Thai"), [required()], limit=400)
    title_en = TextField(_l("Title of the programme in English"), limit=400)
    summary_th = ParagraphField(_l("Summary in Thai"), render_kw={"rows": 5})
    summary_en = ParagraphField(_l("Summary in English"), render_kw={"rows": 5})
    cluster_th = TextField(_l("Cluster"), render_kw={"list": "clusters", "autocomplete": "off"})
    cluster_en = TextField(_l("Cluster in English"))
    starts_on = DateField(_l("First day"), [required()])
    ends_on = DateField(_l("Last day"), [required()])
    target_organisations = number(_l("Organisations to reach"))
    target_persons = number(_l("Persons to reach"))
    target_attendance = percent(_l("Attendance to reach"))
    target_satisfaction = percent(_l("Satisfaction to reach"))
    hosts = FieldList(FormField(HostRow), min_entries=2, max_entries=MOST_HOSTS)

    @classmethod
    def of(cls, programme: Programme) -> ProgrammeForm:
        """The form as it is first shown: what is saved, and room for two more hosts."""
        cluster = programme.cluster
        names = ProgrammeCommand.__dataclass_fields__.keys() - {"hosts", "cluster_th", "cluster_en"} | {"version"}
        form = cls(data={name: getattr(programme, name) for name in names} | {
            "cluster_th": cluster.name_th if cluster else "", "cluster_en": cluster.name_en if cluster else "",
            "hosts": [{"name": host.organisation.name_th} for host in programme.hosts]})
        if not form.is_submitted():
            for _ in range(min(2, MOST_HOSTS - len(form.hosts.entries))):
                form.hosts.append_entry()
        return form

    def seen(self) -> int:
        """The version that the person saw."""
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0

    def to_command(self) -> ProgrammeCommand:
        """What was typed, for the service."""
        values = {name: self[name].data for name in ProgrammeCommand.__dataclass_fields__ if name != "hosts"}
        values |= {name: value or "" for name, value in values.items() if isinstance(self[name], TextField | ParagraphField)}
        return ProgrammeCommand(**values, hosts=tuple(entry.form.to_command() for entry in self.hosts))


class OrganisationForm(Form):
    """An entry of the directory."""

    name_th = TextField(_l("Name in Thai"), [required()],
                        description=_l("As the organisation writes itself, with its legal form."))
    name_en = TextField(_l("Name in English"))
    kind = SelectField(_l("Kind of organisation"), [required()],
                       choices=[SelectChoice(kind.value, label) for kind, label in KINDS.items()])
    sector = TextField(_l("Line of business"))
    province = TextField(_l("Province"), limit=100)
    juristic_number = TextField(_l("Juristic registration number"), description=_l("13 digits, starting with 0."), limit=30,
                                render_kw={"inputmode": "numeric"})

    @classmethod
    def of(cls, organisation: Organisation) -> OrganisationForm:
        """The form as it is first shown."""
        return cls(obj=organisation)

    def to_command(self) -> OrganisationCommand:
        """What was typed, for the service."""
        return OrganisationCommand(self.name_th.data, self.name_en.data or "", OrganisationKind(self.kind.data),
                                   self.sector.data or "", self.province.data or "", self.juristic_number.data or "")
