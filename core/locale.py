"""The reader's language, and dates, times and texts as that reader expects them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.support import Translations
from flask import Blueprint, Flask, g, has_request_context, redirect, request, session, url_for
from flask_babel import Domain, force_locale
from werkzeug.wrappers import Response

from core import access, calls
from core.config import ROOT
from core.extensions import babel
from thai import dates

LANGUAGES = ("th", "en")
_forced: ContextVar[str | None] = ContextVar("forced_language", default=None)
BANGKOK = ZoneInfo("Asia/Bangkok")

bp = Blueprint("locale", __name__)


def choose() -> str:
    """Thai, unless the reader asked for English: in the address (`?lang=en`), by the switch, or in the account."""
    if not has_request_context():
        return "th"  # a job or a command, unless it says otherwise (`in_language`)
    asked = request.args.get("lang") or (request.accept_languages.best_match(LANGUAGES) if calls.called() else session.get("language"))
    if asked is None and (user := access.current_user()):
        asked = user.language
    return asked if asked in LANGUAGES else "th"


def language() -> str:
    """The language of the answer being written: "th" or "en". Asked a hundred times a page, so it is found out once."""
    if forced := _forced.get():
        return forced
    if not has_request_context():
        return "th"
    if "language" not in g:
        g.language = choose()
    return g.language


def both(th: str, en: str) -> str:
    """The text in the reader's language, or the one there is."""
    return (en or th) if language() == "en" else (th or en)


def local(moment: datetime, zone: str | ZoneInfo = BANGKOK) -> datetime:
    """The moment on the clock of `zone`."""
    return moment.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def long_date(value: date | datetime) -> str:
    """วันศุกร์ที่ 17 กรกฎาคม พ.ศ. 2563 / Friday 17 July 2020."""
    day = _day(value)
    return f"{day:%A} {dates.english_date(day)}" if language() == "en" else dates.long_date(day)


def medium_date(value: date | datetime) -> str:
    """17 กรกฎาคม 2563 / 17 July 2020."""
    day = _day(value)
    return dates.english_date(day) if language() == "en" else dates.medium_date(day)


def short_date(value: date | datetime) -> str:
    """17 ก.ค. 63 / 17 Jul 2020."""
    day = _day(value)
    return f"{day.day} {day:%b %Y}" if language() == "en" else dates.short_date(day)


def clock(value: datetime) -> str:
    """09.00 น. / 09:00."""
    time = local(value).time()
    return f"{time:%H:%M}" if language() == "en" else dates.clock(time)


def when(value: datetime) -> str:
    """Date and time of a moment."""
    return f"{short_date(value)} {clock(value)}"


def date_range(start: date | datetime, end: date | datetime) -> str:
    """Two days as one phrase; one day when they are the same."""
    first, last = _day(start), _day(end)
    return dates.english_date_range(first, last) if language() == "en" else dates.date_range(first, last)


def time_range(start: datetime, end: datetime) -> str:
    """09.00 – 16.30 น. / 09:00 – 16:30."""
    first, last = local(start).time(), local(end).time()
    return f"{first:%H:%M} – {last:%H:%M}" if language() == "en" else dates.time_range(first, last)


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Texts are in `code` inside, for e-mails and papers."""
    code = code if code in LANGUAGES else "th"
    token = _forced.set(code)
    try:
        with force_locale(code):
            yield
    finally:
        _forced.reset(token)


def in_both_languages(text: Any) -> str:
    """A lazy text in Thai and in English, for what is kept or logged and read by anybody."""
    said = []
    for code in LANGUAGES:
        with in_language(code):
            said.append(str(text))
    return " · ".join(dict.fromkeys(said))


@cache
def _catalogue(code: str) -> Translations:
    return Translations.load(ROOT / "translations", [code])


class _Catalogues(Domain):
    """Where texts come from. Flask-Babel's own way to the catalogue of the moment was a third of a page's time."""

    def get_translations(self) -> Translations:
        return _catalogue(language())


def safe_path(target: str | None, fallback: str) -> str:
    """`target` if it is a path on this site, else `fallback`: no redirect leaves the house."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and not urlsplit(target).netloc:
        return target
    return fallback


@bp.post("/language")
@access.public
def switch() -> Response:
    """Remember the reader's language in this browser and return to the page."""
    chosen = request.form.get("lang", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        session.permanent = True
    return redirect(safe_path(request.form.get("next"), url_for("events.public_list")), code=303)


def init_app(app: Flask) -> None:
    """Bind the language choice and give templates their filters."""
    babel.init_app(app, locale_selector=language)
    app.extensions["babel"].instance.domain_instance = catalogues = _Catalogues()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        catalogues.gettext, catalogues.ngettext, newstyle=True)
    app.register_blueprint(bp)
    for rule in (long_date, medium_date, short_date, clock, when, date_range, time_range):
        app.add_template_filter(rule)
    app.add_template_global(both)

    @app.context_processor
    def _language() -> dict[str, Any]:
        return {"lang": language()}
