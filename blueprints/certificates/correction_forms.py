"""Forms about what happens to a certificate after its issue."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from blueprints.certificates.correction_requests import AskCommand
from blueprints.certificates.corrections import Printed
from blueprints.certificates.facts import printable
from core.forms import Form, ParagraphField, TextField, optional, required
from models import Certificate, CorrectionRequest


class _PrintedForm(Form):
    """What a certificate says of its holder."""

    holder_th = TextField(_l("Name as printed"), [required()])
    holder_en = TextField(_l("Name in English"), [optional()])
    organisation = TextField(_l("Organisation"), [optional()])

    def validate_holder_th(self, field: TextField) -> None:
        """Something of the name can be printed."""
        if not printable(self.to_printed())[0].holder_th:
            raise ValidationError(str(_l("These letters cannot be printed. Please type the name in Thai or Latin letters.")))

    def to_printed(self) -> Printed:
        return Printed(self.holder_th.data, self.holder_en.data or "", self.organisation.data or "")


class ReplaceForm(_PrintedForm):
    """What the replacement says, and why there is one."""

    reason = ParagraphField(_l("Reason"), [required(_l("Please say why: everyone who verifies the certificate will read it."))], limit=500,
                            description=_l("Everyone who verifies the former certificate reads this."))


class AskForm(_PrintedForm):
    """What a holder would like to be corrected."""

    message = ParagraphField(_l("Message to the organiser"), [optional()], limit=500)

    def to_command(self) -> AskCommand:
        return AskCommand(self.holder_th.data, self.holder_en.data or "", self.organisation.data or "", self.message.data or "")


class RefuseForm(Form):
    """Why a certificate stays as it is."""

    class Meta:
        csrf = False  # it shares the page and its token with the other form

    answer = ParagraphField(_l("Answer to the holder"), [required(_l("Please write the reason: the person will read it."))], limit=500)


class RevokeAllForm(Form):
    """Why all certificates of a cancelled event are taken back."""

    reason = ParagraphField(_l("Reason"), [required(_l("Please say why: everyone who verifies the certificate will read it."))], limit=500)


def starting(certificate: Certificate, request: CorrectionRequest | None = None) -> dict[str, str]:
    """What the forms begin with: what the holder wishes, or else what is printed."""
    if request:
        return {"holder_th": request.holder_th, "holder_en": request.holder_en, "organisation": request.organisation}
    return {name: certificate.facts.get(name, "") for name in ("holder_th", "holder_en", "organisation")}
