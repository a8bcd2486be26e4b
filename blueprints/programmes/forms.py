"""The forms of programmes and organisations: one class per page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField

from blueprints.programmes.host_rows import MOST_HOSTS, HostRow, lines_of
from blueprints.programmes.services import ProgrammeCommand
from core.forms import DateField, Form, IntegerField, ParagraphField, TextField, VersionField, between, optional, required
from models import Programme


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

    version = VersionField()
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
        return cls(data={name: getattr(programme, name) for name in names} | {
            "cluster_th": cluster.name_th if cluster else "", "cluster_en": cluster.name_en if cluster else "",
            "hosts": lines_of(programme.hosts)})

    def to_command(self) -> ProgrammeCommand:
        """What was typed, for the service."""
        values = {name: self[name].data for name in ProgrammeCommand.__dataclass_fields__ if name != "hosts"}
        values |= {name: value or "" for name, value in values.items() if isinstance(self[name], TextField | ParagraphField)}
        return ProgrammeCommand(**values, hosts=tuple(entry.form.to_command() for entry in self.hosts))
