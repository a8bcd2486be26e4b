"""Certificates: issued to those who came, numbered without a gap, kept for ever, verified by anyone."""

from flask import Blueprint

bp = Blueprint("certificates", __name__)
