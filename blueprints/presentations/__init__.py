"""Presentations: slots in their order, the clock on the stage, the order of the photographs."""

from flask import Blueprint

bp = Blueprint("presentations", __name__)
