"""The description of the API (OpenAPI 3.1), read off the addresses, their marks, and the forms that their views take."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from flask import current_app
from werkzeug.routing import Rule

from blueprints.api.described import schema
from blueprints.api.pages import scope
from blueprints.api.resources import MOST, USUAL, Said
from blueprints.api.tokens import FEATURES
from core.calls import BASE, PAGES
from core.forms import Form
from core.locale import in_language

DEPTH = 3  # how far a view's own helpers are followed to the form that they make
FILES = re.compile(r"\.(xlsx|csv|pdf|png|zip|docx)$|<any\(.*(?:xlsx|csv|pdf|zip)")
_LOOSE = re.compile(r"request\.form(?:\.get|\.getlist)?[(\[]\"(\w+)\"|\"(\w+)\" (?:not )?in request\.form")
_PART = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<choices>[^)]*)\))?:)?(?P<name>\w+)>")

PROBLEM = {"type": "object", "required": ["status", "title", "detail"], "properties": {
    "type": {"type": "string"}, "status": {"type": "integer"}, "title": {"type": "string"},
    "detail": {"type": "string", "description": "What to do, in the language asked for by Accept-Language (th or en)."},
    "errors": {"type": "object", "description": "Field → sentences; rows are counted from 0: sessions-0-day.",
               "additionalProperties": {"type": "array", "items": {"type": "string"}}}}}
DONE = {"type": "object", "required": ["message", "location"], "properties": {
    "message": {"type": "string"}, "location": {"type": ["string", "null"], "description": "Where to read what came of it."},
    "secret": {"type": "string", "description": "A key or private link, told this one time."}}}
FORM = {"type": "object", "required": ["values", "schema"], "properties": {
    "values": {"type": "object", "description": "What stands there now: change it and post it to the same address."},
    "schema": {"type": "object", "description": "The JSON Schema of what may be posted here, with the choices there are."}}}


@cache
def document(base_url: str) -> dict[str, Any]:
    """The whole description. It is the same for everybody, and in English."""
    paths: dict[str, Any] = {}
    with in_language("en"):
        for path, method, operation in operations():
            paths.setdefault(path, {})[method] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ruam", "version": "1", "description": "Everything an organiser can do. See the guide at " + base_url + "/api ."},
        "servers": [{"url": base_url}], "security": [{"token": []}], "paths": dict(sorted(paths.items())),
        "tags": [{"name": name, "description": str(label)} for name, label in FEATURES.items()],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
                       "schemas": {"Problem": PROBLEM, "Done": DONE, "Form": FORM, **_rows()}}}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every path, method and what it does."""
    own = {address(rule) for rule in current_app.url_map.iter_rules() if rule.endpoint.startswith("api.") and "GET" in (rule.methods or ())}
    for rule in current_app.url_map.iter_rules():
        methods = rule.methods or set()
        if rule.rule.startswith(BASE) and (said := _said(rule)):
            yield address(rule), "get", _resource(rule, said)
        elif rule.rule.startswith(PAGES):
            if "POST" in methods:
                yield address(rule), "post", _deed(rule)
            if "GET" in methods and "POST" in methods and address(rule) not in own:
                yield address(rule), "get", _common(rule, "get", "The form of this page, as it stands", {"$ref": "#/components/schemas/Form"})
            elif "GET" in methods and FILES.search(rule.rule):
                yield address(rule), "get", _common(rule, "get", _summary(rule), None)


def address(rule: Rule) -> str:
    """The path of a rule below /api/v1, as OpenAPI writes it."""
    path = rule.rule if rule.rule.startswith(BASE) else BASE + rule.rule.removeprefix(PAGES)
    return _PART.sub(r"{\g<name>}", path)


def _said(rule: Rule) -> Said | None:
    return getattr(current_app.view_functions[rule.endpoint], "said", None)


def _rows() -> dict[str, Any]:
    return {said.name: said.schema for rule in current_app.url_map.iter_rules() if (said := _said(rule)) and said.name}


def _resource(rule: Rule, said: Said) -> dict[str, Any]:
    row = {"$ref": f"#/components/schemas/{said.name}"} if said.name else said.schema
    if not said.many:
        return _common(rule, "get", said.summary, row)
    whole = {"type": "object", "required": ["items", "next"], "properties": {
        "items": {"type": "array", "items": row}, "next": {"type": ["string", "null"], "description": "Where the list goes on."}}}
    found = _common(rule, "get", said.summary, whole)
    found["parameters"] += [
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}},
        {"name": "after", "in": "query", "description": "The id after which to go on.",
         "schema": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}}]
    return found


def _deed(rule: Rule) -> dict[str, Any]:
    found = _common(rule, "post", _summary(rule), {"$ref": "#/components/schemas/Done"})
    found["parameters"].append({"name": "Idempotency-Key", "in": "header", "description": "The same key does the same thing once.",
                                "schema": {"type": "string", "maxLength": 200}})
    forms, loose = [schema(form) for form in _forms(rule)], {name: {} for name in _loose_fields(rule)}
    takes = forms[0] if len(forms) == 1 else {"anyOf": forms} if forms else {"type": "object", "properties": loose}
    found["requestBody"] = {"content": {"application/json": {"schema": takes}, "multipart/form-data": {"schema": {"type": "object"}}}}
    return found


def _common(rule: Rule, method: str, summary: str, answer: dict[str, Any] | None) -> dict[str, Any]:
    access, wanted = current_app.view_functions[rule.endpoint].access, scope(rule.endpoint, method.upper())
    need = f"Needs the role {access.role.value} in the {access.kind}." if access.role else f"Needs: {access.kind.replace('_', ' ')}."
    content = {"application/json": {"schema": answer}} if answer else {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    wrong = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"operationId": f"{method}_{rule.endpoint.replace('.', '_').replace('-', '_')}_{_hash(rule)}", "tags": [wanted.partition(":")[0]],
            "summary": summary, "description": f"{need} Token: {wanted}.", "parameters": list(_parameters(rule)),
            "responses": {
                "200": {"description": "Done", "content": content},
                "default": {"description": "What is wrong, and what to do", "content": wrong}}}


def _hash(rule: Rule) -> str:
    return str(len(_PART.findall(rule.rule)))


def _parameters(rule: Rule) -> Iterator[dict[str, Any]]:
    for part in _PART.finditer(rule.rule):
        kind: dict[str, Any] = {"type": "integer", "minimum": 1} if part["kind"] == "int" else {"type": "string"}
        if part["kind"] == "any":
            kind["enum"] = [one.strip() for one in part["choices"].split(",")]
        yield {"name": part["name"], "in": "path", "required": True, "schema": kind}


def _summary(rule: Rule) -> str:
    view = inspect.unwrap(current_app.view_functions[rule.endpoint])
    said = (inspect.getdoc(view) or "").partition("\n")[0]
    return said or rule.endpoint.partition(".")[2].replace("_", " ").capitalize()


def _forms(rule: Rule) -> list[Form]:
    """The forms that a view, or a helper beside it, makes."""
    view = inspect.unwrap(current_app.view_functions[rule.endpoint])
    made = []
    for kind in dict.fromkeys(_form_classes(view)):
        try:
            made.append(kind(formdata=None, meta={"csrf": False}))
        except TypeError:  # one that is made for a certain event; its own address gives its schema
            continue
    return made


def _loose_fields(rule: Rule) -> list[str]:
    """The names that a view reads from what was sent without a form of its own."""
    view = inspect.unwrap(current_app.view_functions[rule.endpoint])
    functions = [view, *(found for found in _used(view, DEPTH) if isinstance(found, FunctionType))]
    return sorted({name or other for function in functions for name, other in _LOOSE.findall(inspect.getsource(function))})


def _form_classes(view: FunctionType) -> Iterator[type[Form]]:
    return (found for found in _used(view, DEPTH) if isinstance(found, type) and issubclass(found, Form))


def _used(function: FunctionType, depth: int) -> Iterator[Any]:
    """What a function names, and what the functions beside it name that it calls."""
    names = list(_names(function.__code__))
    for found in map(function.__globals__.get, names):
        if isinstance(found, ModuleType):
            yield from (one for name in names for one in _each(getattr(found, name, None)))
        elif isinstance(found, FunctionType) and depth and found.__module__ == function.__module__:
            yield from _used(found, depth - 1)
        yield from _each(found)


def _each(found: Any) -> Iterable[Any]:
    return found.values() if isinstance(found, dict) else (found,)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
