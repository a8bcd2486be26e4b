"""Files that people hand in with an answer: known by their content, and not lost when the form is refused for something else."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import Field, ValidationError
from wtforms.widgets import FileInput

from core import storage
from core.transaction import transaction

MOST_BYTES = 5 * 1024 * 1024
KEPT_FOR = 24 * 3600  # seconds
#: What a file begins with → its type. Office files are zip archives.
TYPES = {b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"PK\x03\x04": "application/zip"}
OFFICE = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation"}


def media_type(data: bytes, name: str) -> str | None:
    """The type by content; an archive that is called .docx, .xlsx or .pptx counts as such. None: nothing that we take."""
    found = next((kind for start, kind in TYPES.items() if data.startswith(start)), None)
    if found == "application/zip":
        return OFFICE.get(name.rpartition(".")[2].lower())
    return found


class UploadField(Field):
    """One file; `data` is (name, SHA-256) or None. The hidden `kept` carries a stored upload through a form that is refused."""

    widget = FileInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        sent = request.files.get(self.name)
        if sent and sent.filename:
            self.data = self._store(sent.filename, sent.read(MOST_BYTES + 1))
        elif kept := request.form.get(f"{self.name}-kept"):
            try:
                self.data = tuple(_signer().loads(kept, max_age=KEPT_FOR))
            except BadData:
                self.data = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        # A file is not among the form's texts, so WTForms would not ask for it.
        if formdata is not None and self.name not in formdata:
            try:
                self.process_formdata([])
            except ValueError as error:
                self.process_errors.append(str(error))

    @property
    def kept(self) -> str:
        """What the hidden field says."""
        return _signer().dumps(list(self.data)) if self.data else ""

    @property
    def file_name(self) -> str:
        """The name of the file that is kept, for people to see."""
        return self.data[0] if self.data else ""

    def _value(self) -> str:
        return ""

    def _store(self, name: str, data: bytes) -> tuple[str, str]:
        name = re.sub(r"[\x00-\x1f/\\]", "", name)[-200:]
        kind = media_type(data, name)
        if len(data) > MOST_BYTES:
            raise ValidationError(str(_l("A file may have up to 5 MB. Please make it smaller and choose it again.")))
        if kind is None:
            raise ValidationError(str(_l("Please choose a PDF, a picture (PNG or JPEG), or a Word, Excel or PowerPoint file.")))
        with transaction():
            return name, storage.put(data, kind)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept upload")
