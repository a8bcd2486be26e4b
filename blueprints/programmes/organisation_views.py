"""The directory of organisations: the list, one entry, changing it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.wrappers import Response as AnyResponse

from blueprints.programmes import bp, directory, organisation_queries, queries
from blueprints.programmes.entering import may_edit
from blueprints.programmes.organisation_forms import OrganisationForm
from blueprints.programmes.texts import KINDS
from core import access
from core.errors import ChangedMeanwhile, Refused
from core.extensions import limiter
from core.transaction import transaction
from models import Organisation, OrganisationKind, db

Answer = str | AnyResponse | tuple[str, int]


@bp.get("/organiser/organisations")
@access.signed_in
def organisations() -> Answer:
    """The directory of organisations."""
    asked = {name: request.args.get(name, "").strip() for name in ("q", "kind", "province", "sector")}
    if asked["kind"] not in set(OrganisationKind):
        asked["kind"] = ""
    unconfirmed = "unconfirmed" in request.args
    page = db.paginate(queries.directory(unconfirmed=unconfirmed, **asked), per_page=50, max_per_page=50, error_out=False)
    args = {name: value for name, value in asked.items() if value} | ({"unconfirmed": "1"} if unconfirmed else {})
    return render_template("programmes/organisations.html", page=page, asked=asked, unconfirmed=unconfirmed, args=args, kinds=KINDS,
                           provinces=_pairs(Organisation.province), sectors=_pairs(Organisation.sector),
                           waiting=queries.count_unconfirmed(), may_edit=may_edit())


def _pairs(column: InstrumentedAttribute[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in queries.values_in_use(column)]


@bp.get("/organiser/organisations/<int:organisation_id>")
@access.organiser
def organisation(organisation_id: int) -> Answer:
    """One entry: what it is, where it took part, what was done to it. One merged into another leads there."""
    found = db.get_or_404(Organisation, organisation_id)
    if found.merged_into_id:
        return redirect(url_for("programmes.organisation", organisation_id=found.merged_into_id))
    page = db.paginate(organisation_queries.history_of(found), per_page=20, max_per_page=20, error_out=False)
    return render_template("programmes/organisation.html", organisation=found, page=page, kinds=KINDS,
                           found=organisation_queries)


@bp.route("/organiser/organisations/<int:organisation_id>/edit", methods=["GET", "POST"])
@access.organiser
def edit_organisation(organisation_id: int) -> Answer:
    """Change an entry of the directory."""
    found = db.get_or_404(Organisation, organisation_id)
    form, other = OrganisationForm.of(found), None
    if form.validate_on_submit():
        try:
            with transaction():
                directory.edit_organisation(found, form.to_command(), form.seen.data)
            flash(_("Saved."), "success")
            return redirect(url_for("programmes.organisation", organisation_id=found.id), 303)
        except Refused as fact:
            form.refuse(fact)
            other = getattr(fact, "other", None)
            if isinstance(fact, ChangedMeanwhile):
                form.seen.data = directory.state_of(found)
    return _edit_page(form, found, other)


def _edit_page(form: OrganisationForm, found: Organisation, other: Organisation | None) -> Answer:
    html = render_template("programmes/organisation_edit.html", form=form, organisation=found, other=other,
                           provinces=queries.values_in_use(Organisation.province), sectors=queries.values_in_use(Organisation.sector))
    return html, 422 if form.is_submitted() else 200


@bp.post("/organiser/organisations/<int:organisation_id>/confirm")
@access.organiser
def confirm_organisation(organisation_id: int) -> Answer:
    """Offer an entry that a participant typed to others."""
    found = db.get_or_404(Organisation, organisation_id)
    with transaction():
        directory.confirm_organisation(found)
    flash(_("%(name)s is confirmed.", name=found.name_th), "success")
    return redirect(url_for("programmes.organisations", unconfirmed=1), 303)


@bp.get("/organisations/suggest")
@access.public
@limiter.limit("120 per minute")
def suggest() -> Answer:
    """Organisations whose name holds what is being typed, as options of a data list."""
    return render_template("programmes/_options.html", organisations=queries.suggest_organisations(request.args.get("q", "")))
