"""Data protection: the notice, what people may ask for, and the clock that erases."""

from flask import Blueprint

bp = Blueprint("privacy", __name__, cli_group=None)
