"""Surveys: asked after the event, answered without a name, counted as reports want them."""

from flask import Blueprint

bp = Blueprint("surveys", __name__)
