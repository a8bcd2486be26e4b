"""Messages to an audience: templates, reminders, the outbox and the way out of it."""

from flask import Blueprint

bp = Blueprint("messages", __name__)
