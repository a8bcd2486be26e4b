"""Forms of certificates."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Regexp
from wtforms.widgets import ColorInput

from blueprints.certificates import gallery
from blueprints.certificates.design_rules import HEX
from blueprints.certificates.designing import DesignCommand, SignatoryCommand
from blueprints.certificates.transfer import LONGEST_SIDE, MOST_PIXELS
from core.forms import Form, ParagraphField, TextField, optional, required
from core.images import BadImage, clean_image, flat_jpeg
from core.locale import both

PICTURE_BYTES = 2 * 1024 * 1024
PICTURE_PIXELS = 4_000_000
BACKGROUND_BYTES = 15 * 1024 * 1024
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


class BackgroundField(FileField):
    """A background for the whole page; `data` becomes JPEG bytes, or None when nothing was chosen."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        upload = next((v for v in valuelist if v and v.filename), None)
        self.data = None
        if upload is None:
            return
        content = upload.read(BACKGROUND_BYTES + 1)
        if len(content) > BACKGROUND_BYTES:
            raise ValidationError(str(_l("The picture is too big: up to 15 MB.")))
        try:
            self.data = flat_jpeg(content, max_pixels=MOST_PIXELS, longest=LONGEST_SIDE)
        except BadImage as fact:
            raise ValidationError(str(fact.message)) from fact


class ColourField(TextField):
    """A colour as #rrggbb."""

    widget = ColorInput()


class DesignForm(Form):
    """Which design, the words of the certificate, its colours and pictures, and who signs it."""

    template = RadioField(_l("Design"), [required()])
    heading_th = TextField(_l("Heading in Thai"), [required()])
    heading_en = TextField(_l("Heading in English"))
    preamble = TextField(_l("Words before the name"), [required()])
    deed = TextField(_l("What the holder did"), [required()],
                     description=_l("Stands before the event's title on the certificate, for example: ได้เข้าร่วม"))
    thai_digits = BooleanField(_l("Dates and hours in Thai digits"))
    tagged = BooleanField(_l("Tagged for reading aloud (PDF/A-3a)"), description=_l("Each file is rendered by itself, which takes longer."))
    emblem = PictureField(_l("Emblem"), description=_l(
        "PNG with a transparent background, up to 2 MB. Without one, the product's own emblem is printed."))
    no_emblem = BooleanField(_l("Print the product's own emblem again"))
    background = BackgroundField(_l("Own background"), description=_l(
        "PNG, JPEG or WebP of the whole page, up to 15 MB; best 3508 × 2480 pixels. The design's own is then not drawn."))
    no_background = BooleanField(_l("Draw the design's own background again"))

    def prepare(self) -> None:
        """Offer the built-in designs."""
        self.template.choices = [SelectChoice(key, both(one.name_th, one.name_en)) for key, one in gallery.templates().items()]

    def colours(self) -> list[Any]:
        """The fields of the palette."""
        return [self[f"colour_{name}"] for name in COLOURS]

    def signatories(self) -> list[tuple[Any, ...]]:
        """The fields of each signatory: name, position, acting for, picture of the signature, without the picture, place in the row."""
        parts = ("name", "position", "acting", "image", "no_image", "place")
        return [tuple(self[f"{part}_{n}"] for part in parts) for n in range(1, SIGNATORIES + 1)]

    def _in_order(self) -> list[tuple[Any, ...]]:
        """The signatories from left to right; whoever was given another's place pushes that one aside."""
        placed = [(int(one[-1].data), n, one) for n, one in enumerate(self.signatories(), 1)]
        return [one for _place, _n, one in sorted(placed, key=lambda found: (found[0], (found[0] > found[1]) - (found[0] < found[1]), found[1]))]

    def to_command(self) -> DesignCommand:
        # The paper puts the name in brackets itself.
        people = tuple(SignatoryCommand(name.data.strip("() "), position.data, acting.data, image.data, none.data)
                       for name, position, acting, image, none, _place in self._in_order() if name.data.strip("() "))
        words = {name: self[name].data or "" for name in ("template", "heading_th", "heading_en", "preamble", "deed")}
        return DesignCommand(
            **words, signatories=people, thai_digits=self.thai_digits.data, tagged=self.tagged.data, emblem=self.emblem.data,
            no_emblem=self.no_emblem.data, background=self.background.data, no_background=self.no_background.data,
            palette={name: self[f"colour_{name}"].data for name in COLOURS if self[f"colour_{name}"].data})


COLOURS = {"ink": _l("Text"), "accent": _l("Main colour"), "second": _l("Second colour"), "paper": _l("Paper")}
for _name, _label in COLOURS.items():
    setattr(DesignForm, f"colour_{_name}", ColourField(_label, [optional(), Regexp(HEX, message=_l("A colour is written as #rrggbb."))]))
for _n in range(1, SIGNATORIES + 1):
    setattr(DesignForm, f"name_{_n}", TextField(_l("Name"), [required()] if _n == 1 else [optional()]))
    setattr(DesignForm, f"position_{_n}", TextField(_l("Position"), [required()] if _n == 1 else [optional()]))
    setattr(DesignForm, f"acting_{_n}", TextField(_l("Acting for"), [optional()]))
    setattr(DesignForm, f"image_{_n}", PictureField(_l("Signature"), description=_l("PNG with a transparent background, up to 2 MB.")))
    setattr(DesignForm, f"no_image_{_n}", BooleanField(_l("Without the picture of the signature")))
    setattr(DesignForm, f"place_{_n}", SelectField(_l("Place from the left"), default=str(_n), choices=[
        SelectChoice(str(place), str(place)) for place in range(1, SIGNATORIES + 1)]))


class RevokeForm(Form):
    """Why a certificate is taken back."""

    reason = ParagraphField(_l("Reason"), [required(_l("Please say why: everyone who verifies the certificate will read it."))], limit=500)


class VerifyForm(Form):
    """Number and name, as they stand on the paper."""

    class Meta:
        csrf = False  # a look-up changes nothing

    number = TextField(_l("Number"), [required()], description=_l("As printed, with Thai or Arabic digits."))
    name = TextField(_l("Family name of the holder"), [required()])
