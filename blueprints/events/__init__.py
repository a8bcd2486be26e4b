"""Events: what is held, where and when, for the public and for its organisers."""

from flask import Blueprint

bp = Blueprint("events", __name__)
