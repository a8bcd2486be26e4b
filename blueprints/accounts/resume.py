"""A session that ran out, or a page that was open too long: what was typed is kept and can be sent again.

What was sent travels through the sign-in form, signed, and is never stored. A form of another site is not ours to keep.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as AnyResponse

from blueprints.accounts import bp
from blueprints.accounts.forms import SignInForm
from core import access, calls, errors

MOST = 200_000  # bytes of what was typed
LIFE = 12 * 3600  # seconds
HIDDEN = {"form_key", "version", "next"}  # sent again, but nothing that a person typed

Fields = list[tuple[str, str]]


def typed() -> Fields:
    """The fields of this request, without passwords, tokens and files."""
    return [(name, value) for name, value in request.form.items(multi=True)
            if name not in ("csrf_token", "kept") and not is_secret(name)]


def too_long() -> bool:
    """Whether there is more in the fields than we carry along."""
    return sum(len((name + value).encode()) for name, value in typed()) > MOST


def with_files() -> bool:
    """Whether files were sent, which cannot be kept."""
    return any(file.filename for file in request.files.values())


def address() -> str:
    """Path and query of this request."""
    return request.full_path.rstrip("?")


def is_secret(name: str) -> bool:
    """Whether a field holds a password."""
    return "password" in name


def keep() -> str:
    """This request's address and fields as one signed text; nothing when the fields are too long."""
    return "" if too_long() else _signer().dumps([address(), typed(), with_files()])


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="ruam-resume")


def send_again(kept: str) -> AnyResponse:
    """After sign-in: what was kept, listed, and a button that sends it."""
    try:
        path, fields, files = _signer().loads(kept, max_age=LIFE)
    except BadData:
        return redirect(url_for("reports.dashboard"), 303)
    return make_response(_again(path, fields, files))


def _again(path: str, fields: Fields, files: bool) -> str:
    shown = [value for name, value in fields if name not in HIDDEN and value.strip()]
    return render_template("accounts/send_again.html", path=path, fields=fields, shown=shown, with_files=files)


def ask() -> Response:
    """A form came in from someone who is no longer signed in: ask to sign in, and keep what was typed."""
    if calls.in_json() or not _from_here():
        return errors.page(401, title=_l("Please sign in"), message=_l("Your session has ended. Sign in and send it again."))
    form = SignInForm(formdata=None, kept=keep())
    html = render_template("accounts/resume.html", form=form, target=address(), too_long=too_long(), with_files=with_files())
    return make_response(html, 401)


def _from_here() -> bool:
    """Whether one of our own pages sent this form; the browser says so (Fetch Metadata, or Origin in older ones)."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site:
        return site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc == request.host


@bp.app_errorhandler(CSRFError)
def form_out_of_date(error: CSRFError) -> AnyResponse:
    """The form's token does not fit the session: usually the session cookie is gone or is another one by now."""
    mark = getattr(current_app.view_functions.get(request.endpoint or ""), "access", None)
    if mark is None or calls.in_json() or not _from_here():
        return errors.page(400)
    if request.endpoint == "accounts.sign_out":
        return redirect(url_for("accounts.sign_in"), 303)
    if request.endpoint == "accounts.sign_in":
        form = SignInForm()
        if form.kept.data and access.current_user():  # signed in meanwhile in another tab, with a provider
            return send_again(form.kept.data)
        form.refuse(errors.Refused(_l("This page was open for a long time. Please type your password again.")))
        template = "accounts/resume.html" if form.kept.data else "accounts/sign_in.html"
        return make_response(render_template(template, form=form), 422)
    if mark.kind == "public":
        return make_response(_again(address(), typed(), with_files()), 400)
    return errors.page(400) if mark.kind == "device" or access.current_user() else ask()


@bp.record_once
def set_up(state: BlueprintSetupState) -> None:
    """Tell `core.access` whom to ask."""
    state.app.extensions["ruam_resume"] = ask
