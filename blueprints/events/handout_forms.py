"""The organiser's forms for the poster and the files to hand out."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, FieldList, FormField
from wtforms.widgets import HiddenInput

from blueprints.events.handouts import MOST_FILES, FileDetails, Upload
from core.forms import Form, IntegerField, TextField, between, required
from models import Event

TAKEN = ".pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.zip,image/png,image/jpeg,image/webp,image/gif"


class FileRow(Form):
    """One file that is there."""

    class Meta:
        csrf = False

    id = IntegerField(widget=HiddenInput())
    name_th = TextField(_l("Thai name"), [required()])
    name_en = TextField(_l("English name"))
    position = IntegerField(_l("Order"), [between(1, 999, _l("Please type a number between 1 and 999."))])
    for_registered = BooleanField(_l("Only for registered people"))
    remove = BooleanField(_l("Remove"))


class FilesForm(Form):
    """The files that are there, and new ones."""

    files = FieldList(FormField(FileRow), max_entries=MOST_FILES)
    uploads = MultipleFileField(_l("Add files"), render_kw={"accept": TAKEN})
    for_registered = BooleanField(_l("The new files are only for registered people"))

    @classmethod
    def of(cls, event: Event, **given: Any) -> FilesForm:
        """The form as it is first shown."""
        return cls(**given, data={"files": [{"id": file.id, "name_th": file.name_th, "name_en": file.name_en, "position": place,
                                    "for_registered": file.for_registered} for place, file in enumerate(event.files, 1)]})

    def details(self) -> list[FileDetails]:
        """What is said of the files that are there."""
        rows = [entry.form for entry in self.files]
        return [FileDetails(number, row.id.data or 0, row.name_th.data, row.name_en.data or "", row.position.data or number + 1,
                            row.for_registered.data, row.remove.data) for number, row in enumerate(rows)]

    def new_files(self) -> list[Upload]:
        """The files that were chosen."""
        chosen: list[Any] = self.uploads.data or []
        return [Upload(one.filename or "", one.read()) for one in chosen if one and one.filename]


class PosterForm(Form):
    """A picture to show on the event's page and in chats."""

    poster = FileField(_l("Picture"), [required(_l("Please choose a picture."))], render_kw={"accept": "image/png,image/jpeg,image/webp"})
