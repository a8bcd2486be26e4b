"""The organisers' first page, programmes, and the directory of organisations."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from blueprints.programmes import bp, queries, services
from blueprints.programmes.forms import KINDS, OrganisationForm, ProgrammeForm
from core import access, storage
from core.errors import ChangedMeanwhile, Refused
from core.extensions import limiter
from core.transaction import transaction
from models import Organisation, Programme, Role, User, db
from thai.dates import fiscal_year

Answer = str | AnyResponse | tuple[str, int]


@bp.get("/organiser")
@access.signed_in
def index() -> Answer:
    """The programmes and events that the account has a part in."""
    user = _me()
    page = db.paginate(queries.visible_programmes(user), per_page=10, max_per_page=10, error_out=False)
    return render_template("programmes/index.html", page=page, events=queries.events_by_programme(user, page.items),
                           whole=queries.whole_programmes(user, page.items), fiscal_year=fiscal_year)


@bp.route("/organiser/programmes/new", methods=["GET", "POST"])
@access.admin
def create() -> Answer:
    """A new programme; its creator owns it."""
    form = ProgrammeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                programme = services.create_programme(form.to_command(), _me())
            flash(_("The programme is saved. Now invite its people, and create the first event."), "success")
            return redirect(url_for("programmes.show", programme_id=programme.id), 303)
        except Refused as fact:
            form.refuse(fact)
    return _form_page(form, _("New programme"), url_for("programmes.index"))


@bp.route("/organiser/programmes/<int:programme_id>/edit", methods=["GET", "POST"])
@access.on_programme(Role.OWNER)
def edit(programme: Programme) -> Answer:
    """Change a programme."""
    form = ProgrammeForm.of(programme)
    back = url_for("programmes.show", programme_id=programme.id)
    if form.validate_on_submit():
        try:
            with transaction():
                services.edit_programme(programme, form.to_command(), form.seen())
            flash(_("Saved."), "success")
            return redirect(back, 303)
        except Refused as fact:
            form.refuse(fact)
            if isinstance(fact, ChangedMeanwhile):
                form.version.data = programme.version
    return _form_page(form, _("Edit the programme"), back, programme)


def _form_page(form: ProgrammeForm, title: str, back: str, programme: Programme | None = None) -> Answer:
    logos = {host.organisation.name_th: host.logo_sha256 for host in programme.hosts} if programme else {}
    html = render_template("programmes/edit.html", form=form, title=title, back=back, clusters=queries.clusters(), logos=logos)
    return html, 422 if form.is_submitted() else 200


@bp.get("/organiser/programmes/<int:programme_id>")
@access.on_programme(Role.VIEWER)
def show(programme: Programme) -> Answer:
    """One programme: facts, hosts, targets, events, members of its cluster."""
    archived = "archived" in request.args
    page = db.paginate(queries.events_of(programme, archived), per_page=50, max_per_page=50, error_out=False)
    return render_template("programmes/show.html", programme=programme, page=page, archived=archived, put_away=queries.count_archived(programme),
                           hosts=queries.hosts_of(programme), members=queries.cluster_members(programme), reached=queries.reached(programme),
                           fiscal_year=fiscal_year(programme.starts_on))


@bp.get("/logo/<sha256>")
@access.public
def logo(sha256: str) -> Answer:
    """A host's logo; its address never shows anything else."""
    file = queries.logo(sha256) or abort(404)
    for_ever = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(storage.read(file.sha256), mimetype=file.media_type, headers=for_ever)


@bp.get("/organiser/organisations")
@access.signed_in
def organisations() -> Answer:
    """The directory of organisations."""
    q, unconfirmed = request.args.get("q", "").strip(), "unconfirmed" in request.args
    page = db.paginate(queries.directory(q, unconfirmed), per_page=50, max_per_page=50, error_out=False)
    args = {name: value for name, value in (("q", q), ("unconfirmed", "1" if unconfirmed else "")) if value}
    return render_template("programmes/organisations.html", page=page, q=q, unconfirmed=unconfirmed, args=args, kinds=KINDS,
                           waiting=queries.count_unconfirmed(), may_edit=queries.organisers_anywhere(_me()))


@bp.route("/organiser/organisations/<int:organisation_id>", methods=["GET", "POST"])
@access.signed_in
def edit_organisation(organisation_id: int) -> Answer:
    """Change an entry of the directory."""
    organisation = _organisation(organisation_id)
    form = OrganisationForm.of(organisation)
    if form.validate_on_submit():
        try:
            with transaction():
                services.edit_organisation(organisation, form.to_command())
            flash(_("Saved."), "success")
            return redirect(url_for("programmes.organisations"), 303)
        except Refused as fact:
            form.refuse(fact)
    html = render_template("programmes/organisation.html", form=form, organisation=organisation)
    return html, 422 if form.is_submitted() else 200


@bp.post("/organiser/organisations/<int:organisation_id>/confirm")
@access.signed_in
def confirm_organisation(organisation_id: int) -> Answer:
    """Offer an entry that a participant typed to others."""
    organisation = _organisation(organisation_id)
    with transaction():
        services.confirm_organisation(organisation)
    flash(_("%(name)s is confirmed.", name=organisation.name_th), "success")
    return redirect(url_for("programmes.organisations", unconfirmed=1), 303)


def _organisation(organisation_id: int) -> Organisation:
    """The entry, for an organiser of anything."""
    organisation = db.get_or_404(Organisation, organisation_id)
    if not queries.organisers_anywhere(_me()):
        abort(403)
    return organisation


@bp.get("/organisations/suggest")
@access.public
@limiter.limit("120 per minute")
def suggest() -> Answer:
    """Organisations whose name holds what is being typed, as options of a data list."""
    return render_template("programmes/_options.html", organisations=queries.suggest_organisations(request.args.get("q", "")))


def _me() -> User:
    user = access.current_user()
    assert user is not None
    return user
