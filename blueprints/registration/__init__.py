"""Registration: people take a seat, keep a ticket, change or cancel; organisers see and mend the list."""

from flask import Blueprint

bp = Blueprint("registration", __name__)
