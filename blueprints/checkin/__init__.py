"""The door: enrolled phones scan tickets, every attempt is kept, attendance is derived."""

from flask import Blueprint

bp = Blueprint("checkin", __name__)
