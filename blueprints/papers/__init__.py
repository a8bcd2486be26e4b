"""Papers for the table at the door: badges, table tents, sign-in sheets, name lists."""

from flask import Blueprint

bp = Blueprint("papers", __name__)
