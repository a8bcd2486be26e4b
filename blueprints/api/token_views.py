"""The page of an account's tokens."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from blueprints.api import bp, tokens
from blueprints.api.forms import TokenForm
from blueprints.programmes.queries import visible_programmes
from core import access
from core.errors import Refused
from core.extensions import limiter
from core.locale import both
from core.transaction import transaction
from models import db


@bp.route("/account/tokens", methods=("GET", "POST"))
@access.signed_in
@limiter.limit("20 per hour", methods=["POST"])
def account_tokens() -> Any:
    """The tokens there are, and making one; its secret is on the answer alone."""
    user = access.current_user() or abort(401)
    programmes = list(db.session.scalars(visible_programmes(user)))
    form = TokenForm()
    form.offer([(one.id, both(one.title_th, one.title_en)) for one in programmes])
    secret = ""
    if form.validate_on_submit():
        try:
            with transaction():
                secret = tokens.make(user, form.name.data, form.scopes.data, form.days.data, form.chosen(programmes))[1]
            form = TokenForm(formdata=None)
            form.offer([(one.id, both(one.title_th, one.title_en)) for one in programmes])
        except Refused as fact:
            form.refuse(fact)
    html = render_template("api/tokens.html", form=form, secret=secret, tokens=tokens.good(user), features=tokens.FEATURES)
    return html, 422 if form.errors else 200


@bp.post("/account/tokens/<int:token_id>/revoke")
@access.signed_in
def revoke_token(token_id: int) -> Response:
    """Make a token worthless at once."""
    user = access.current_user() or abort(401)
    token = tokens.of(user, token_id) or abort(404)
    with transaction():
        tokens.revoke(token)
    flash(_("The token is revoked. What used it gets nothing more."), "success")
    return redirect(url_for("api.account_tokens"), 303)
