"""Bringing people in from workbooks: reading, matching, previewing, applying, undoing."""

from flask import Blueprint

bp = Blueprint("imports", __name__)
