"""Programmes, their hosts and clusters, and the directory of organisations."""

from flask import Blueprint

bp = Blueprint("programmes", __name__)
