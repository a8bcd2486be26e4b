"""What organisers do with a certificate after its issue."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.certificates import bp, corrections
from blueprints.certificates.forms import RevokeForm
from blueprints.certificates.issue_views import BASE, certificate_of
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import Event, Role


@bp.route(f"{BASE}/<int:certificate_id>/revoke", methods=["GET", "POST"])
@access.on_event(Role.ORGANISER)
def revoke(event: Event, certificate_id: int) -> str | Response | tuple[str, int]:
    certificate, form = certificate_of(event, certificate_id), RevokeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                corrections.revoke(certificate, form.reason.data, access.current_user())
            flash(_("Certificate %(number)s is revoked.", number=certificate.number), "success")
            return redirect(url_for("certificates.manage", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    status = 422 if form.is_submitted() else 200
    return render_template("certificates/revoke.html", event=event, active="certificates", form=form, certificate=certificate), status
