"""What other programs use: the API, its tokens and its description, and webhooks that tell them what happened."""

from flask import Blueprint

bp = Blueprint("api", __name__, cli_group=None)
