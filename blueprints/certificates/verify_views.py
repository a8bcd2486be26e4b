"""Verification: what anyone with a paper certificate sees."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.certificates import bp, queries
from blueprints.certificates.facts import Facts
from blueprints.certificates.forms import VerifyForm
from core import access, errors
from core.codes import is_code
from core.extensions import limiter
from models import Certificate

VERIFY_LIMIT = "60 per minute"


@bp.get("/V/<code>")
@access.public
@limiter.limit(VERIFY_LIMIT)
def verify(code: str) -> str | Response:
    if code != code.upper():
        return redirect(url_for("certificates.verify", code=code.upper()), 301)
    certificate = queries.by_code(code) if is_code(code) else None
    if certificate is None:
        return errors.page(404, **_not_found())
    return render_template("certificates/verify.html", certificate=certificate, **_facts(certificate))


@bp.get("/v/<code>")
@access.public
def verify_lower(code: str) -> Response:
    return redirect(url_for("certificates.verify", code=code.upper()), 301)


@bp.get("/verify")
@access.public
@limiter.limit(VERIFY_LIMIT)
def verify_form() -> str:
    form = VerifyForm(request.args)
    asked = bool(request.args.get("number") or request.args.get("name"))
    found = queries.by_number_and_name(form.number.data, form.name.data) if asked and form.validate() else []
    return render_template("certificates/verify_form.html", form=form, asked=asked, found=found)


def _facts(certificate: Certificate) -> dict[str, object]:
    facts = Facts.from_json(certificate.facts)
    return {"facts": facts, "issued_on": facts.issued_on, "signatories": certificate.design.content["signatories"],
            "specimen": certificate.register.specimen}


def _not_found() -> dict[str, str]:
    return {"title": _("No certificate has this code"),
            "message": _("Check that the whole address was scanned or typed. If the paper shows exactly this code, it was not issued here."),
            "action_url": url_for("certificates.verify_form"), "action_label": _("Verify by number and name")}
