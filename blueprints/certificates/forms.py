"""Forms of certificates."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from blueprints.certificates.designing import DesignCommand, SignatoryCommand
from blueprints.certificates.plans import PlanCommand
from blueprints.certificates.registers import RegisterCommand
from blueprints.certificates.rules import CONDITIONS, Basis, Rule
from blueprints.checkin.queries import checkpoints
from core.forms import Boxes, DateField, Form, IntegerField, ParagraphField, TextField, between, optional, required
from core.images import BadImage, clean_image
from core.locale import both
from models import CertificateKind, CheckpointKind, Event, RegisterReset

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


class PlanForm(Form):
    """Who gets the certificates of one kind, when they are issued, and the register that numbers them."""

    basis = RadioField(_l("Who gets one"), [required()], choices=[
        SelectChoice(Basis.ENTRY.value, _l("Whoever was let in at least once")), SelectChoice(Basis.COUNT.value, _l("Whoever attended enough parts")),
        SelectChoice(Basis.TIME.value, _l("Whoever was there long enough")), SelectChoice(Basis.NAMED.value, _l("Only those who are named"))])
    parts = SelectField(_l("Parts that count"), choices=[
        SelectChoice(CheckpointKind.HALF_DAY.value, _l("half-days")), SelectChoice(CheckpointKind.DAY.value, _l("days")),
        SelectChoice(CheckpointKind.SESSION.value, _l("sessions"))], description=_l("The checkpoints of this kind; a meal is none."))
    needed = IntegerField(_l("How many of them"), [optional(), between(1, 99, _l("From 1 to 99."))])
    percent = IntegerField(_l("Share of the time (%)"), [optional(), between(1, 100, _l("From 1 to 100."))], description=_l(
        "Without a scan at leaving, a person counts as there until the part’s end."))
    people = IntegerField(_l("How many of its people must fulfil this"), [optional(), between(1, 999, _l("From 1 to 999."))])
    compulsory = Boxes(_l("Compulsory parts"), coerce=int)
    categories = Boxes(_l("Only of these categories"), coerce=int, description=_l("None ticked: of everyone."))
    conditions = Boxes(_l("Also needed"))
    issued_on = DateField(_l("Day of issue"), [required()])
    register_name = TextField(_l("Register of numbers"), [required()], description=_l(
        "Events of one programme that name the same register share its numbers."))
    pattern = TextField(_l("Pattern of the number"), [required()], description=_l("{number} is the running number, {year} the Buddhist year."))
    padding = IntegerField(_l("Digits at least"), [required(), between(1, 9, _l("From 1 to 9 digits."))])
    reset = SelectField(_l("Begins again"), choices=[
        SelectChoice(RegisterReset.BUDDHIST_YEAR.value, _l("each Buddhist year")),
        SelectChoice(RegisterReset.FISCAL_YEAR.value, _l("each fiscal year")), SelectChoice(RegisterReset.PROGRAMME.value, _l("each programme")),
        SelectChoice(RegisterReset.NEVER.value, _l("never"))])
    thai_digits = BooleanField(_l("Write the number in Thai digits"))
    specimen = BooleanField(_l("Mark as specimen (not evidence)"))

    def prepare(self, event: Event, kind: CertificateKind) -> None:
        """Offer the event's checkpoints, categories and conditions; take away what has no choice."""
        self.compulsory.choices = [SelectChoice(one.id, both(one.name_th, one.name_en)) for one in checkpoints(event)]
        self.categories.choices = [SelectChoice(one.id, both(one.name_th, one.name_en)) for one in event.categories]
        self.conditions.choices = [SelectChoice(key, one.label) for key, one in CONDITIONS.items() if one.applies(event)]
        for name in ("compulsory", "categories", "conditions"):
            if not self[name].choices:
                del self[name]
        if kind is not CertificateKind.ENTERPRISE:
            del self.people

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for basis, name in ((Basis.COUNT, "needed"), (Basis.TIME, "percent")):
            if self.basis.data == basis.value and not self[name].data and not self[name].errors:
                self[name].errors = [str(_l("Please fill this in."))]
                valid = False
        return valid

    def to_rule(self) -> Rule:
        """The rule that was chosen; what belongs to another basis is left aside."""
        basis = Basis(self.basis.data)
        needed = {Basis.COUNT: self.needed.data, Basis.TIME: self.percent.data}.get(basis) or 1
        chosen = {name: tuple(self[name].data or ()) for name in ("compulsory", "categories", "conditions") if name in self}
        return Rule(basis, CheckpointKind(self.parts.data), needed, people=(self.people.data or 1) if "people" in self else 1, **chosen)

    def to_command(self) -> PlanCommand:
        return PlanCommand(self.issued_on.data, RegisterCommand(
            self.register_name.data, self.pattern.data, self.padding.data, self.thai_digits.data, RegisterReset(self.reset.data),
            self.specimen.data), self.to_rule())


class ExceptionForm(Form):
    """A decision beside the rule, for those who are ticked."""

    reason = TextField(_l("Reason"), limit=500)


class NamedForm(Form):
    """People named for a certificate, a line each."""

    lines = ParagraphField(_l("Names, one to a line"), [required()], limit=50_000, render_kw={"rows": 6}, description=_l(
        "Name; then, after a tab or |, the English name and the organisation. Rows copied from a spreadsheet fit."))


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
