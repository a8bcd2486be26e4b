"""The organisers' first page, and programmes."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from blueprints.programmes import bp, queries, services
from blueprints.programmes.entering import me
from blueprints.programmes.forms import ProgrammeForm
from blueprints.programmes.texts import KINDS
from core import access, storage
from core.errors import ChangedMeanwhile, Refused
from core.transaction import transaction
from models import Programme, Role, db
from thai.dates import fiscal_year

Answer = str | AnyResponse | tuple[str, int]


@bp.get("/organiser/programmes")
@access.signed_in
def index() -> Answer:
    """The programmes and events that the account has a part in."""
    user = me()
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
                programme = services.create_programme(form.to_command(), me())
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
                services.edit_programme(programme, form.to_command(), form.version.data)
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
                           fiscal_year=fiscal_year(programme.starts_on), kinds=KINDS)


@bp.get("/logo/<sha256>")
@access.public
def logo(sha256: str) -> Answer:
    """A host's logo; its address never shows anything else."""
    file = queries.logo(sha256) or abort(404)
    for_ever = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(storage.read(file.sha256), mimetype=file.media_type, headers=for_ever)
