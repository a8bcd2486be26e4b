"""The organiser's forms about personal data."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints.registration import notices, retention
from blueprints.registration.notices import Item
from blueprints.registration.retention import KEEPING, FieldGroup
from core.forms import Form, IntegerField, ParagraphField, VersionField, optional, required
from core.locale import both
from models import ConsentPurpose, Event, RequestKind

ITEMS = {
    Item.CONTROLLER: _l("Who is responsible"), Item.PURPOSES: _l("What the data are used for"), Item.BASIS: _l("Legal basis"),
    Item.COMPULSORY: _l("What is compulsory, and what happens without it"), Item.RETENTION: _l("How long the data are kept"),
    Item.RECIPIENTS: _l("Who gets to see the data"), Item.TRANSFER: _l("Transfer abroad"), Item.RIGHTS: _l("Rights"),
    Item.CONTACT: _l("Contact, and data protection officer if there is one"),
}
PURPOSES = {
    ConsentPurpose.PHOTOS: _l("Pictures and video"), ConsentPurpose.CONTACT_SHARING: _l("Sharing of contact details"),
    ConsentPurpose.NEWS: _l("News of other events"), ConsentPurpose.SENSITIVE: _l("Sensitive answers"),
}
REQUESTS = {
    RequestKind.ACCESS: _l("See the data"), RequestKind.COPY: _l("Copy of the data"), RequestKind.CORRECT: _l("Correct the data"),
    RequestKind.WITHDRAW: _l("Withdraw consent"), RequestKind.ERASE: _l("Erase the data"), RequestKind.OBJECT: _l("Object to the use"),
}
#: The periods come from the retention form, so that the notice never promises what the clock does not do.
WRITTEN = tuple(item for item in Item if item != Item.RETENTION)


class _Notice(Form):
    version = VersionField()
    consents = SelectMultipleField(_l("Consents that the form asks for"), [optional()], widget=ListWidget(prefix_label=False),
                                   option_widget=CheckboxInput(), choices=[SelectChoice(one.value, PURPOSES[one]) for one in notices.ON_THE_FORM])

    def to_words(self) -> dict[Item, tuple[str, str]]:
        """The organiser's own words for each item."""
        return {item: (self[f"{item.value}_th"].data or "", self[f"{item.value}_en"].data or "") for item in WRITTEN}


NoticeForm = type("NoticeForm", (_Notice,), {
    f"{item.value}_{language}": ParagraphField(label, limit=2000, render_kw={"rows": 3})
    for item in WRITTEN for language, label in (("th", _l("Your own words in Thai")), ("en", _l("Your own words in English")))})


class _Retention(Form):
    version = VersionField()

    def to_days(self) -> dict[FieldGroup, int]:
        """The days of each group."""
        return {group: self[group.value].data for group in FieldGroup}


RetentionForm = type("RetentionForm", (_Retention,), {
    group.value: IntegerField(_l("Days"), [required()], description=_l("Up to %(most)s", most=keeping.most)) for group, keeping in KEEPING.items()})


class RequestForm(Form):
    """What a person writes to the organiser."""

    text = ParagraphField(_l("What is it about?"), [required()], limit=500, render_kw={"rows": 4})


def of_notice(event: Event) -> dict[str, Any]:
    """The organiser's words as they stand."""
    own = event.notice_items or {}
    return {"version": event.version, "consents": [purpose.value for purpose in notices.asked(event)]} | {
        f"{item.value}_{language}": (own.get(item.value) or {}).get(language, "") for item in WRITTEN for language in ("th", "en")}


def of_retention(event: Event) -> dict[str, Any]:
    """The days as they stand."""
    return {"version": event.version} | {group.value: days for group, days in retention.days_of(event).items()}


def group_words(group: FieldGroup) -> str:
    """The group in the reader's language."""
    return both(KEEPING[group].th, KEEPING[group].en)
