"""Accounts: signing in, invitations, passwords, and the roles that people hold."""

from flask import Blueprint

bp = Blueprint("accounts", __name__, cli_group=None)
