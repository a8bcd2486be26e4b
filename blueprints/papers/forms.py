"""What can be chosen for each paper."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.checkin import queries as checkin
from blueprints.papers import queries
from blueprints.papers.facts import Order
from core.forms import Form, IntegerField, between, required
from core.locale import both, local, long_date
from models import Event, now

MOST_BLANK = 200
SIZE_CHOICES = (
    ("card", _l("90 × 55 mm, eight on an A4 page")), ("a6", _l("A6 (105 × 148 mm), four on an A4 page")),
    ("a6_pair", _l("A6 (105 × 148 mm), two on an A5 page")), ("label", _l("86 × 54 mm, one a page, for label printers")))
SORT_CHOICES = (("name", _l("Name, in Thai order")), ("organisation", _l("Enterprise")), ("registered", _l("Time of registration")))


class PaperForm(Form):
    """Who is on the paper, in which order."""

    class Meta:
        csrf = False  # several forms share the page and its token, which every POST is checked for

    paper = ""
    categories = SelectMultipleField(_l("Categories"), [required(_l("Choose at least one category."))], coerce=int,
                                     option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))
    sort = SelectField(_l("Sorted by"), choices=[SelectChoice(*choice) for choice in SORT_CHOICES])
    confirmed_only = BooleanField(_l("Only people with a confirmed seat"))

    def offer(self, event: Event) -> None:
        """Fill in what can be chosen for this event, and leave out what is no choice."""
        if len(event.categories) < 2:
            del self.categories
        else:
            self.categories.choices = [SelectChoice(one.id, both(one.name_th, one.name_en)) for one in event.categories]

    def usual(self, event: Event) -> dict[str, Any]:
        """What is chosen when the page is opened."""
        return {"categories": [one.id for one in event.categories], "confirmed_only": True, "sort": "name"}

    def to_order(self) -> Order:
        """The paper as it was chosen; everyone is not a choice of all categories, for another may be added meanwhile."""
        ticked, offered = (self.categories.data, self.categories.choices) if "categories" in self else ([], [])
        return Order(self.paper, category_ids=tuple(ticked) if len(ticked) < len(offered) else None, confirmed_only=self.confirmed_only.data,
                     sort=self.sort.data, **self.more())

    def more(self) -> dict[str, Any]:
        """What this paper alone is asked for."""
        return {}


class BadgesForm(PaperForm):
    """Badges."""

    paper = "badges"
    size = SelectField(_l("Size"), choices=[SelectChoice(*choice) for choice in SIZE_CHOICES])

    def more(self) -> dict[str, Any]:
        return {"size": self.size.data}


class TentsForm(PaperForm):
    """Table tents."""

    paper = "tents"


class NamesForm(PaperForm):
    """The list of names."""

    paper = "names"
    thai_digits = BooleanField(_l("Thai digits"))

    def more(self) -> dict[str, Any]:
        return {"thai_digits": self.thai_digits.data}


class SheetForm(PaperForm):
    """The sign-in sheet of one day."""

    paper = "sheet"
    day = SelectField(_l("Day"))
    checkpoint = SelectField(_l("Checkpoint of the row codes"), coerce=int, description=_l(
        "Scanning the small code beside a signature afterwards marks the person as come at this checkpoint."))
    columns = SelectField(_l("Columns for signatures"), coerce=int, choices=[
        SelectChoice(0, _l("By the length of the day")), SelectChoice(1, _l("One")), SelectChoice(2, _l("Morning and afternoon"))])
    blank = IntegerField(_l("Blank rows for walk-ins"), [
        required(), between(0, MOST_BLANK, _l("From 0 to %(most)d rows.", most=MOST_BLANK))])
    thai_digits = BooleanField(_l("Thai digits"))

    def offer(self, event: Event) -> None:
        super().offer(event)
        self.days = queries.days(event)
        rows = checkin.checkpoints(event)
        self.day.choices = [SelectChoice(day.isoformat(), long_date(day)) for day in self.days]
        self.checkpoint.choices = [SelectChoice(0, _("The one that fits the day"))] + [
            SelectChoice(row.id, both(row.name_th, row.name_en)) for row in rows]
        if len(self.days) < 2:
            del self.day
        if len(rows) < 2:
            del self.checkpoint

    def usual(self, event: Event) -> dict[str, Any]:
        today, days = local(now(), event.timezone).date(), queries.days(event)
        return super().usual(event) | {"day": (today if today in days else days[0]).isoformat(), "checkpoint": 0, "columns": 0, "blank": 10}

    def more(self) -> dict[str, Any]:
        chosen = self.day.data if "day" in self else ""
        return {"day": next((day for day in self.days if day.isoformat() == chosen), self.days[0]), "columns": self.columns.data,
                "checkpoint_id": self.checkpoint.data or None if "checkpoint" in self else None, "blank": self.blank.data,
                "thai_digits": self.thai_digits.data}


FORMS: dict[str, type[PaperForm]] = {form.paper: form for form in (BadgesForm, SheetForm, NamesForm, TentsForm)}


def unsent(event: Event, paper: str) -> PaperForm:
    """The form as the page first shows it."""
    form = FORMS[paper](formdata=None, prefix=f"{paper}-")
    form.process(formdata=None, data=form.usual(event))
    form.offer(event)
    return form


def sent(event: Event, paper: str) -> PaperForm:
    """The form as it was filled in."""
    form = FORMS[paper](prefix=f"{paper}-")
    form.offer(event)
    return form
