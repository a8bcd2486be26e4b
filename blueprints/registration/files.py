"""The files to hand out on a participant's private page."""

from __future__ import annotations

from flask import abort, render_template
from werkzeug.wrappers import Response

from blueprints.events import handouts
from blueprints.events.queries import files_of
from blueprints.registration import bp, queries, sections
from core import access, downloads
from core.codes import is_code
from models import Registration, RegistrationStatus


def show(registration: Registration) -> str:
    """All files of the event, for those who have a seat."""
    if not (files := files_of(registration.event, for_registered=True)) or registration.status != RegistrationStatus.CONFIRMED:
        return ""
    return render_template("registration/_files.html", registration=registration, files=files)


sections.PRIVATE_PAGE.append(show)


@bp.get("/r/<token>/files/<int:file_id>")
@access.public
def file(token: str, file_id: int) -> Response:
    registration = (queries.by_token(token) if is_code(token) else None) or abort(404)
    found = handouts.of_event(registration.event, file_id)
    if found is None or registration.status != RegistrationStatus.CONFIRMED:
        abort(404)
    response = downloads.attachment(found.sha256, found.file.media_type, found.file_name, handouts.plain_name(found))
    response.headers["X-Robots-Tag"], response.headers["Cache-Control"] = "noindex", "no-store"
    return response
