"""Logs: one line of JSON for each request and each event, without personal data.

A request's line has its number, endpoint, method, status and milliseconds: no path, no query, no address of a person. Whatever else is
logged, trace-backs included, loses e-mail addresses and the secret codes of private links.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request

requests = logging.getLogger("ruam.requests")
EMAIL = re.compile(r"[^\s@<>]+@[\w-]+(?:\.[\w-]+)+")
SECRET = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Z]{20,60}|(?=[A-Za-z]*\d)[0-9A-Za-z]{20,60})(?![0-9A-Za-z])")  # 64 figures are the name of a file


def masked(text: str) -> str:
    """The text without e-mail addresses and secrets."""
    return SECRET.sub("…", EMAIL.sub("…@…", text))


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, Any] = {"at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
                                 "level": record.levelname.lower(), "logger": record.name}
        if more := getattr(record, "facts", None):
            facts |= more
        else:
            facts["message"] = masked(record.getMessage())
            if has_request_context() and "request_id" in g:
                facts["request"] = g.request_id
        if record.exc_info:
            facts["trace"] = masked(self.formatException(record.exc_info))
        return json.dumps(facts, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """A record for somebody who looks on."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def init_app(app: Flask) -> None:
    """Log every request. Lines go to standard error: JSON, or warnings alone in plain text where a person looks on."""
    if not app.testing:
        _configure(sys.stderr.isatty() if app.config["LOG_FORMAT"] == "auto" else app.config["LOG_FORMAT"] == "plain")

    @app.before_request
    def begin() -> None:
        g.request_id, g.log_begun = uuid4().hex[:16], time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" in g:
            response.headers["X-Request-ID"] = g.request_id
            requests.info("request", extra={"facts": {
                "request": g.request_id, "endpoint": request.endpoint, "method": request.method, "status": response.status_code,
                "ms": round((time.perf_counter() - g.log_begun) * 1000, 1)}})
        return response


def _configure(plain: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(PlainLines("%(levelname)s %(name)s: %(message)s") if plain else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    requests.setLevel(logging.WARNING if plain else logging.INFO)
