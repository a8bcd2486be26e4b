"""Forms of certificates."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import ValidationError

from blueprints.certificates.designing import DesignCommand, SignatoryCommand
from core.forms import Form, ParagraphField, TextField, optional, required
from core.images import BadImage, clean_image

PICTURE_BYTES = 2 * 1024 * 1024
PICTURE_PIXELS = 4_000_000
SIGNATORIES = 4


class PictureField(FileField):
    """A picture, known by its content; `data` becomes clean PNG or JPEG bytes, or None when nothing was chosen."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        upload = next((v for v in valuelist if v and v.filename), None)
        self.data = None
        if upload is None:
            return
        content = upload.read(PICTURE_BYTES + 1)
        if len(content) > PICTURE_BYTES:
            raise ValidationError(str(_l("The picture is too big: up to 2 MB.")))
        try:
            self.data = clean_image(content, max_pixels=PICTURE_PIXELS, keep_alpha=True)[0]
        except BadImage as fact:
            raise ValidationError(str(fact.message)) from fact


class DesignForm(Form):
    """The words of a certificate, and who signs it."""

    deed = TextField(_l("What the holder did"), [required()],
                     description=_l("Stands before the event's title on the certificate, for example: ได้เข้าร่วม"))
    emblem = PictureField(_l("Emblem"), description=_l(
        "PNG with a transparent background, up to 2 MB. Without one, the product's own emblem is printed."))

    def signatories(self) -> list[tuple[Any, Any, Any, Any]]:
        """The fields of each signatory: name, position, acting for, picture of the signature."""
        return [tuple(self[f"{part}_{n}"] for part in ("name", "position", "acting", "image")) for n in range(1, SIGNATORIES + 1)]

    def to_command(self) -> DesignCommand:
        # The paper puts the name in brackets itself.
        people = tuple(SignatoryCommand(name.data.strip("() "), position.data, acting.data, image.data)
                       for name, position, acting, image in self.signatories() if name.data.strip("() "))
        return DesignCommand(self.deed.data, people, self.emblem.data)


for _n in range(1, SIGNATORIES + 1):
    setattr(DesignForm, f"name_{_n}", TextField(_l("Name"), [required()] if _n == 1 else [optional()]))
    setattr(DesignForm, f"position_{_n}", TextField(_l("Position"), [required()] if _n == 1 else [optional()]))
    setattr(DesignForm, f"acting_{_n}", TextField(_l("Acting for"), [optional()]))
    setattr(DesignForm, f"image_{_n}", PictureField(_l("Signature"), description=_l("PNG with a transparent background, up to 2 MB.")))


class RevokeForm(Form):
    """Why a certificate is taken back."""

    reason = ParagraphField(_l("Reason"), [required(_l("Please say why: everyone who verifies the certificate will read it."))], limit=500)


class VerifyForm(Form):
    """Number and name, as they stand on the paper."""

    class Meta:
        csrf = False  # a look-up changes nothing

    number = TextField(_l("Number"), [required()], description=_l("As printed, with Thai or Arabic digits."))
    name = TextField(_l("Family name of the holder"), [required()])
