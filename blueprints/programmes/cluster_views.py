"""Clusters and their members."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from blueprints.programmes import bp, cluster_queries, clusters
from blueprints.programmes.entering import may_edit
from blueprints.programmes.organisation_forms import ClusterForm, MemberForm, PasteForm, TimesForm
from blueprints.programmes.texts import KINDS
from core import access
from core.errors import Refused
from core.transaction import transaction
from models import Cluster, Membership, db

Answer = str | AnyResponse | tuple[str, int]


@bp.get("/organiser/clusters")
@access.signed_in
def cluster_list() -> Answer:
    """Every cluster."""
    page = db.paginate(cluster_queries.all_clusters(), per_page=50, max_per_page=50, error_out=False)
    return render_template("programmes/clusters.html", page=page, sizes=cluster_queries.sizes(page.items), may_edit=may_edit())


@bp.route("/organiser/clusters/new", methods=["GET", "POST"])
@access.organiser
def create_cluster() -> Answer:
    """A new cluster."""
    return _save(Cluster(), ClusterForm(), _("New cluster"), url_for("programmes.cluster_list"))


@bp.route("/organiser/clusters/<int:cluster_id>/edit", methods=["GET", "POST"])
@access.organiser
def edit_cluster(cluster_id: int) -> Answer:
    """Give a cluster other names."""
    found = db.get_or_404(Cluster, cluster_id)
    return _save(found, ClusterForm.of(found), _("Rename the cluster"), url_for("programmes.cluster", cluster_id=found.id))


def _save(cluster: Cluster, form: ClusterForm, title: str, back: str) -> Answer:
    if form.validate_on_submit():
        try:
            with transaction():
                clusters.save_cluster(cluster, form.name_th.data, form.name_en.data or "")
            flash(_("Saved."), "success")
            return redirect(url_for("programmes.cluster", cluster_id=cluster.id), 303)
        except Refused as fact:
            form.refuse(fact)
    return render_template("programmes/cluster_edit.html", form=form, title=title, back=back), 422 if form.is_submitted() else 200


@bp.get("/organiser/clusters/<int:cluster_id>")
@access.signed_in
def cluster(cluster_id: int) -> Answer:
    """One cluster with its members."""
    return _cluster_page(db.get_or_404(Cluster, cluster_id), MemberForm())


@bp.post("/organiser/clusters/<int:cluster_id>")
@access.organiser
def add_member(cluster_id: int) -> Answer:
    """An organisation joins."""
    found = db.get_or_404(Cluster, cluster_id)
    form = MemberForm()
    if form.validate_on_submit():
        try:
            with transaction():
                member = clusters.add_member(found, form.name.data, form.joined_on.data)
            flash(_("%(name)s is a member now.", name=member.organisation.name_th), "success")
            return redirect(url_for("programmes.cluster", cluster_id=cluster_id), 303)
        except Refused as fact:
            form.refuse(fact)
    return _cluster_page(found, form)


def _cluster_page(cluster: Cluster, form: MemberForm) -> Answer:
    former = "former" in request.args
    page = db.paginate(cluster_queries.members(cluster, former), per_page=50, max_per_page=50, error_out=False)
    html = render_template("programmes/cluster.html", cluster=cluster, form=form, page=page, former=former, kinds=KINDS,
                           counts=cluster_queries.count_members(cluster), programmes=cluster_queries.programmes_of(cluster),
                           may_edit=may_edit())
    return html, 422 if form.is_submitted() else 200


@bp.route("/organiser/memberships/<int:membership_id>", methods=["GET", "POST"])
@access.organiser
def membership(membership_id: int) -> Answer:
    """When a member joined and left."""
    member = db.get_or_404(Membership, membership_id)
    form = TimesForm.of(member)
    if form.validate_on_submit():
        try:
            with transaction():
                clusters.set_times(member, form.joined_on.data, form.left_on.data)
            flash(_("Saved."), "success")
            return redirect(url_for("programmes.cluster", cluster_id=member.cluster_id), 303)
        except Refused as fact:
            form.refuse(fact)
    return render_template("programmes/membership.html", form=form, member=member), 422 if form.is_submitted() else 200


@bp.post("/organiser/memberships/<int:membership_id>/remove")
@access.organiser
def remove_membership(membership_id: int) -> Answer:
    """Take out a row that was a mistake."""
    member = db.get_or_404(Membership, membership_id)
    cluster_id, name = member.cluster_id, member.organisation.name_th
    with transaction():
        clusters.remove_member(member)
    flash(_("%(name)s has been taken out.", name=name), "success")
    return redirect(url_for("programmes.cluster", cluster_id=cluster_id), 303)


@bp.route("/organiser/clusters/<int:cluster_id>/paste", methods=["GET", "POST"])
@access.organiser
def paste_members(cluster_id: int) -> Answer:
    """Many names at once: first what they mean, then they join."""
    found = db.get_or_404(Cluster, cluster_id)
    form, lines = PasteForm(), []
    if form.validate_on_submit():
        names = clusters.names_of(form.names.data)
        if form.agreed():
            with transaction():
                added = clusters.add_members(found, names, form.joined_on.data)
            flash(ngettext("%(num)d organisation joined.", "%(num)d organisations joined.", added), "success")
            return redirect(url_for("programmes.cluster", cluster_id=cluster_id), 303)
        lines, form.previewed.data = cluster_queries.read_names(found, names), form.mark()
    html = render_template("programmes/paste.html", form=form, cluster=found, lines=lines)
    return html, 422 if form.errors else 200
