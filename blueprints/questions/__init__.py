"""The questions of an event: their editor, their versions, the fields they become and the answers."""

from flask import Blueprint

bp = Blueprint("questions", __name__)
