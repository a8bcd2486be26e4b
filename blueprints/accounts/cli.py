"""Commands of accounts."""

from __future__ import annotations

import sys

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import with_appcontext

from blueprints.accounts import bp, passwords, roles, services
from core.errors import Refused
from core.transaction import transaction
from core.web import address
from models import LinkPurpose


@bp.cli.command("create-admin")
@click.argument("email")
@click.option("--name", default="", help="The person's name; without it, the part of the address before the @.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; no link is printed.")
@with_appcontext
def create_admin(email: str, name: str, password_stdin: bool) -> None:
    """Make EMAIL an administrator, and print a link to set the password."""
    email = _checked(email)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    try:
        if password is not None:
            passwords.check(password, email)
        with transaction():
            user = roles.create_admin(email, name)
        with transaction():
            if password is not None:
                services.set_password(user, password)
                click.echo(f"{email} is an administrator and can sign in at {address('accounts.sign_in')}")
            else:
                token = services.new_link(LinkPurpose.RESET, email, services.RESET_LIFE)
                click.echo(f"{email} is an administrator. Set the password within two hours:")
                click.echo(address("accounts.reset", token=token))
    except Refused as fact:
        raise click.ClickException(str(fact.message)) from None


def _checked(email: str) -> str:
    try:
        return validate_email(email.strip().lower(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.ClickException(str(error)) from None
