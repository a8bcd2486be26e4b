"""The description of the API, for programs and for people."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, jsonify, render_template

from blueprints.api import bp, reference
from blueprints.api.pages import LIMIT
from blueprints.api.resources import MOST, USUAL
from blueprints.api.tokens import FEATURES
from core import access

Operation = tuple[str, str, dict[str, Any]]


@bp.get("/api/v1/openapi.json")
@access.public
def openapi() -> Response:
    """For programs."""
    return jsonify(_document())


@bp.get("/api")
@access.public
def guide() -> str:
    """How to call."""
    return render_template("api/guide.html", features=FEATURES, base_url=current_app.config["BASE_URL"], limit=LIMIT, usual=USUAL, most=MOST)


@bp.get("/api/reference/<feature>")
@access.public
def feature_reference(feature: str) -> str:
    """Every address of a feature."""
    if feature not in FEATURES:
        abort(404)
    found: list[Operation] = [(path, method, operation) for path, methods in _document()["paths"].items() for method, operation in methods.items()
                              if operation["tags"] == [feature]]
    return render_template("api/reference.html", features=FEATURES, feature=feature, operations=found, takes=_takes)


def _document() -> dict[str, Any]:
    return reference.document(current_app.config["BASE_URL"])


def _takes(operation: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """The fields that an operation takes: name, what it is, whether it must be there."""
    if "requestBody" not in operation:
        return []
    found = operation["requestBody"]["content"]["application/json"]["schema"]
    return [(name, _words(field), name in form.get("required", ()))
            for form in found.get("anyOf", [found]) for name, field in form.get("properties", {}).items()]


def _words(field: dict[str, Any]) -> str:
    kind = field.get("type", "")
    kind = next((one for one in kind if one != "null"), "") if isinstance(kind, list) else kind
    inner = ", ".join(field.get("items", {}).get("properties", {}))
    return " · ".join(word for word in (field.get("title", ""), kind, field.get("format", ""), f"{{{inner}}}" if inner else "") if word)
