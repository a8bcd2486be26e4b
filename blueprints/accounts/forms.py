"""The forms of accounts: one class per page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from core.forms import EmailField, Form, TextField, at_most, required
from models import Role

ROLES = {
    Role.VIEWER: _l("Viewer"),
    Role.DOOR_SUPERVISOR: _l("Door supervisor"),
    Role.ORGANISER: _l("Organiser"),
    Role.OWNER: _l("Owner"),
}
PASSWORD_HINT = _l("At least 10 characters. Three or four words of your own are easy to remember.")


def password_field(label: Any, autocomplete: str, description: Any = "") -> PasswordField:
    """A password: never shown again, and filled in by the browser's keeper of passwords."""
    return PasswordField(label, [required(), at_most(200)], description=description, render_kw={"autocomplete": autocomplete})


class SignInForm(Form):
    """`kept` is what a session that ran out had sent (`accounts.resume`)."""

    email = EmailField(_l("E-mail"), [required()], render_kw={"autocomplete": "username", "type": "email"})
    password = password_field(_l("Password"), "current-password")
    kept = HiddenField()


class ForgotForm(Form):
    email = EmailField(_l("E-mail"), [required()], render_kw={"autocomplete": "username", "type": "email"})


class ResetForm(Form):
    password = password_field(_l("New password"), "new-password", PASSWORD_HINT)


class WelcomeForm(Form):
    """Someone without an account accepts an invitation."""

    name = TextField(_l("Your name"), [required()], description=_l("As colleagues shall see it."),
                     render_kw={"autocomplete": "name"})
    password = password_field(_l("Password"), "new-password", PASSWORD_HINT)


class AcceptForm(Form):
    """Someone with an account accepts an invitation: nothing to fill in."""


class ProfileForm(Form):
    name = TextField(_l("Name"), [required()], render_kw={"autocomplete": "name"})
    language = RadioField(_l("Language of pages and e-mails"), [required()], choices=[SelectChoice("th", "ไทย"), SelectChoice("en", "English")])


class PasswordForm(Form):
    current_password = password_field(_l("Present password"), "current-password")
    password = password_field(_l("New password"), "new-password", PASSWORD_HINT)


class InviteForm(Form):
    """Invite someone to a role here."""

    email = EmailField(_l("E-mail"), [required()], render_kw={"autocomplete": "off", "type": "email"})
    role = SelectField(_l("Role"), [required()], choices=[SelectChoice(role.value, label) for role, label in ROLES.items()],
                       default=Role.ORGANISER.value)


class InviteAdminForm(Form):
    email = EmailField(_l("E-mail"), [required()], render_kw={"autocomplete": "off", "type": "email"})


class RoleForm(Form):
    role = SelectField(_l("Role"), [required()], choices=[SelectChoice(role.value, label) for role, label in ROLES.items()])
