"""Running the product: whether it lives and is ready, figures for Prometheus, and the administrator's page of jobs."""

from flask import Blueprint

bp = Blueprint("operations", __name__)
