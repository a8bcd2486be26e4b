"""Facts that stop an action, and the pages that tell people about them.

A service raises a `Refused`; a view shows its sentence beside the field it names. A broken database constraint is explained by
the sentence that its feature registered with `explain`.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError, TimeoutError
from werkzeug.exceptions import HTTPException

from core import calls
from core.shelves import Away
from models import db

log = logging.getLogger(__name__)


class Refused(Exception):
    """Something that cannot be done, as a sentence for the person: `message` says what to do, `field` is the form field."""

    message: Any = _l("This cannot be done.")
    field: str | None = None

    def __init__(self, message: Any = None, field: str | None = None) -> None:
        self.message = message if message is not None else type(self).message
        self.field = field or type(self).field
        super().__init__(type(self).__name__)


class ChangedMeanwhile(Refused):
    """Someone else saved the same thing first."""

    message = _l("Someone else changed this while you had it open. "
                 "Your text is still here: compare it with the saved version in another tab, then save again.")


class ConstraintBroken(Refused):
    """The database refused a row; `name` is the constraint's."""

    def __init__(self, name: str) -> None:
        self.name = name
        field, message = _EXPLAINED.get(name, (None, _l("The database refused this, and nothing was saved. Please check what you typed.")))
        super().__init__(message, field)


_EXPLAINED: dict[str, tuple[str | None, Any]] = {}


def explain(constraint: str, field: str | None, message: Any) -> None:
    """Say what a broken constraint means to a person, and which form field it belongs to."""
    _EXPLAINED[constraint] = (field, message)


# Status → (title, what to do). Said in the reader's language.
_PAGES: dict[int, tuple[Any, Any]] = {
    400: (_l("The form could not be read"), _l("Go back, reload the page and send it again. Nothing was saved.")),
    403: (_l("You have no right to do this"), _l("Ask the owner of the programme or event for the role you need, or sign in with another account.")),
    404: (_l("Nothing is here"), _l("The address may be mistyped, or the page has been removed. Check the link, or start from the first page.")),
    405: (_l("This address is used in another way"), _l("Start from the first page.")),
    409: (_l("Someone else was faster"), _l("Reload the page to see the newest state, then try again.")),
    410: (_l("This link is no longer good"), _l("It has expired or has been used already. Ask the person who sent it for a new one.")),
    413: (_l("The file is too big"), _l("All files together may have up to %(megabytes)d MB. Make them smaller, or send fewer at once.")),
    415: (_l("This kind of data is not understood"), _l("Send JSON.")),
    429: (_l("Too many tries"), _l("Please wait a minute and try again. Nothing is lost.")),
    500: (_l("Something went wrong on our side"), _l("Nothing you sent was half-saved. "
                                                      "Please try again in a minute; if it happens again, tell the organiser what you did.")),
    503: (_l("The service is busy"), _l("Please try again in a minute. Nothing is lost.")),
}


def page(status: int, title: Any = None, message: Any = None, **context: Any) -> Response:
    """An error page (or problem+json for the door and other APIs) with a title and a sentence that says what to do."""
    known_title, known_message = _PAGES.get(status, _PAGES[500 if status >= 500 else 400])
    if status == 413:
        known_message = str(known_message) % {"megabytes": current_app.config["MAX_CONTENT_LENGTH"] >> 20}
    title, message = title or known_title, message or known_message
    if calls.in_json():
        response = jsonify(type="about:blank", status=status, title=str(title), detail=str(message))
        response.content_type = "application/problem+json"
        response.status_code = status
        return response
    html = render_template("errors/error.html", status=status, title=title, message=message, **context)
    return make_response(html, status)


def init_app(app: Flask) -> None:
    """Answer every error with a page of our own."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            return error.get_response()  # redirects
        response = page(error.code, message=error.description if getattr(error, "ours", False) else None)
        for name, value in error.get_headers():
            if name.lower() in ("retry-after", "allow"):
                response.headers[name] = value
        return response

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return page(409, title=_("This cannot be done"), message=error.message)

    @app.errorhandler(Exception)
    def crashed(error: Exception) -> Response:
        if disk_is_full(error):
            log.error("%s: the disk is full", request.endpoint)
            return _away(page_of_full_disk)
        if isinstance(error, _AWAY) or (isinstance(error, DBAPIError) and error.connection_invalidated):
            log.error("%s: the database is away: %s", request.endpoint, type(getattr(error, "orig", None) or error).__name__)
            return _away(lambda: page(503))
        if isinstance(error, Away):
            log.error("%s: the store of files is away: %s", request.endpoint, error)
            return _away(lambda: page(503))
        log.exception("%s %s", request.method, request.endpoint)  # the path may hold a private code
        return page(500)


_AWAY = (OperationalError, InterfaceError, TimeoutError)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def disk_is_full(error: BaseException | None) -> bool:
    """Whether this is the server's disk, or the database's, that takes no more."""
    if isinstance(error, DBAPIError):
        said = getattr(error.orig, "sqlite_errorcode", None)
        return said is not None and said & 0xFF == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == "53100"
    return isinstance(error, OSError) and error.errno in _FULL


def page_of_full_disk() -> Response:
    """Who can help, and that nothing is half-saved."""
    return page(503, _("The server has no room left"), _("Nothing was saved. Please tell the organiser, who tells the administrator; "
                                                         "keep this page open and send it again in a few minutes."))


def _away(answer: Callable[[], Response]) -> Response:
    """A page that needs no database: what was begun is given up, and nobody is signed in on it."""
    with suppress(SQLAlchemyError):
        db.session.rollback()
    g.user = None
    response = answer()
    response.headers["Retry-After"] = "30"
    return response
