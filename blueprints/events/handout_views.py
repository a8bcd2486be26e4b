"""Pages of the poster and the files to hand out."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from blueprints.events import bp, handouts
from blueprints.events.handout_forms import FilesForm, PosterForm
from blueprints.events.views import shown
from core import access, downloads, storage
from core.errors import Refused
from core.transaction import transaction
from models import Event, Role


@bp.get("/e/<slug>/files/<int:file_id>")
@access.public
def download(slug: str, file_id: int) -> Response:
    """A file for everyone; what is for registered people leaves by their private pages alone."""
    event = shown(slug)
    file = handouts.of_event(event, file_id)
    if file is None or file.for_registered:
        abort(404)
    response = downloads.attachment(file.sha256, file.file.media_type, file.file_name, handouts.plain_name(file))
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/poster/<sha256>")
@access.public
def poster(sha256: str) -> Response:
    """An event's poster; its address never shows anything else."""
    media_type = handouts.poster_type(sha256) or abort(404)
    for_ever = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(storage.read(sha256), mimetype=media_type, headers=for_ever)


@bp.route("/organiser/events/<int:event_id>/files", methods=("GET", "POST"))
@access.on_event(Role.ORGANISER)
def files(event: Event) -> Any:
    form = FilesForm.of(event)
    if form.validate_on_submit():
        try:
            with transaction():
                handouts.save_files(event, form.details(), form.new_files(), form.for_registered.data)
            flash(_("Saved."), "success")
            return redirect(url_for("events.files", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(fact)
    return _page(event, form, PosterForm(formdata=None), 422 if form.is_submitted() else 200)


@bp.post("/organiser/events/<int:event_id>/poster")
@access.on_event(Role.ORGANISER)
def put_poster(event: Event) -> Any:
    form = PosterForm()
    dropped = "drop" in request.form
    if dropped or form.validate():
        try:
            with transaction():
                handouts.put_poster(event, None if dropped else form.poster.data.read())
            flash(_("The poster is gone.") if dropped else _("The poster is on the event’s page."), "success")
            return redirect(url_for("events.files", event_id=event.id), 303)
        except Refused as fact:
            form.refuse(Refused(fact.message, "poster"))
    return _page(event, FilesForm.of(event, formdata=None), form, 422)


def _page(event: Event, form: FilesForm, poster_form: PosterForm, status: int) -> Any:
    html = render_template("events/files.html", event=event, form=form, poster_form=poster_form, active="settings",
                           stored={file.id: file for file in event.files},
                           megabytes=current_app.config["MAX_CONTENT_LENGTH"] >> 20)
    return html, status
