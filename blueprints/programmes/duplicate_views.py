"""Entries of the directory that may be one organisation: finding, comparing, merging, telling apart."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from blueprints.programmes import bp, merging, organisation_queries
from blueprints.programmes.organisation_forms import MergeForm
from blueprints.programmes.services import find_organisation
from blueprints.programmes.texts import KINDS
from core import access
from core.errors import Refused
from core.pages import ListPages
from core.transaction import transaction
from models import Organisation, db

Answer = str | AnyResponse | tuple[str, int]


@bp.get("/organiser/organisations/duplicates")
@access.organiser
def duplicates() -> Answer:
    """The pairs that look alike, the likest first."""
    page = ListPages(rows=organisation_queries.lookalikes(), per_page=20, max_per_page=20, error_out=False)
    entries = organisation_queries.by_ids({n for pair in page.items for n in (pair.first, pair.second)})
    return render_template("programmes/duplicates.html", page=page, entries=entries, kinds=KINDS)


@bp.get("/organiser/organisations/<int:organisation_id>/merge")
@access.organiser
def merge_with(organisation_id: int) -> Answer:
    """Find the entry to merge with by its name; known, the comparison follows."""
    one = db.get_or_404(Organisation, organisation_id)
    typed = request.args.get("name", "").strip()
    other = find_organisation(typed) if typed else None
    if other is not None and other.id != one.id:
        return redirect(url_for("programmes.merge", organisation_id=one.id, other_id=other.id))
    return render_template("programmes/merge_with.html", organisation=one, typed=typed, itself=other is not None)


@bp.route("/organiser/organisations/<int:organisation_id>/merge/<int:other_id>", methods=["GET", "POST"])
@access.organiser
def merge(organisation_id: int, other_id: int) -> Answer:
    """Two entries side by side, and the merge."""
    two = db.get_or_404(Organisation, organisation_id), db.get_or_404(Organisation, other_id)
    form = MergeForm.of(two, _likely(*two))
    if form.validate_on_submit():
        stands, gone = two if form.stands.data == two[0].id else two[::-1]
        try:
            with transaction():
                merging.merge(gone, stands, form.number())
            flash(_("The two are one now. Every spelling of either leads here."), "success")
            return redirect(url_for("programmes.organisation", organisation_id=stands.id), 303)
        except Refused as fact:
            form.refuse(fact)
    html = render_template("programmes/merge.html", form=form, two=two, kinds=KINDS, found=organisation_queries)
    return html, 422 if form.is_submitted() else 200


def _likely(one: Organisation, other: Organisation) -> Organisation:
    """The entry that probably stands: with a juristic number, confirmed, with more of it known, then the older one."""
    def weight(entry: Organisation) -> tuple[int, ...]:
        return (bool(entry.juristic_number), entry.confirmed, sum(map(bool, (entry.name_en, entry.sector, entry.province))), -entry.id)
    return max(one, other, key=weight)


@bp.post("/organiser/organisations/<int:organisation_id>/different/<int:other_id>")
@access.organiser
def tell_apart(organisation_id: int, other_id: int) -> Answer:
    """Say that two are different: the pair is not shown again."""
    one, other = db.get_or_404(Organisation, organisation_id), db.get_or_404(Organisation, other_id)
    with transaction():
        merging.dismiss(one, other)
    flash(_("Noted: these are two organisations. The pair is not shown again."), "success")
    return redirect(url_for("programmes.duplicates"), 303)
