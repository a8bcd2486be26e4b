"""Reports: what a programme and its events have come to, on the page, as a workbook, as a PDF and as a text to edit."""

from flask import Blueprint

bp = Blueprint("reports", __name__)
