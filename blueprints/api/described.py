"""Forms in JSON: what they hold, and what they take."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from wtforms import BooleanField, Field, FieldList, FileField, Form, FormField, IntegerField, MultipleFileField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length, NumberRange

from core.forms import DateField, EmailField, TimeField, TypedField

HIDDEN = {"csrf_token"}


def fields_of(form: Form) -> Iterator[Field]:
    """The fields that a program fills in."""
    return (field for field in form if field.short_name not in HIDDEN)


def values(form: Form) -> dict[str, Any]:
    """What the form holds, so that it can be changed and sent back as it is. Files are left out."""
    return {field.short_name: value(field) for field in fields_of(form) if not isinstance(field, FileField | MultipleFileField)}


def value(field: Field) -> Any:
    """What a field holds. Empty lines at the end of a list, which a page offers to type in, are left out."""
    if isinstance(field, FormField):
        return values(field.form)
    if isinstance(field, FieldList):
        rows = [value(entry) for entry in field.entries]
        return [row for row in rows if row not in ("", None) and not (isinstance(row, dict) and not any(row.values()))]
    held = field.data
    if isinstance(field, TypedField) and not isinstance(held, date | time):
        return field._value()
    if isinstance(held, datetime | date):
        return held.isoformat()
    if isinstance(held, time):
        return f"{held:%H:%M}"
    if isinstance(held, enum.Enum):
        return held.value
    if isinstance(held, list | tuple | set | frozenset):
        return [str(one) for one in held]
    return held if isinstance(held, str | int | float | bool | None) else str(held)


def errors(form: Form, prefix: str = "") -> dict[str, list[str]]:
    """The sentences beside the fields, by the field's name in the sent form: "sessions-0-day"."""
    found: dict[str, list[str]] = {}
    for field in form:
        found |= _errors(field, prefix)
    if form.form_errors:
        found[""] = [str(one) for one in form.form_errors]
    return found


def _errors(field: Field, prefix: str) -> dict[str, list[str]]:
    if isinstance(field, FormField):
        return errors(field.form)
    if isinstance(field, FieldList):
        return {name: said for entry in field.entries for name, said in _errors(entry, prefix).items()}
    return {field.name: [str(one) for one in field.errors]} if field.errors else {}


def schema(form: Form, whole: bool = False) -> dict[str, Any]:
    """The JSON Schema of what a form takes. With `whole` choices are listed too: those of one event, not of every one."""
    properties = {field.short_name: _property(field, whole) for field in fields_of(form)}
    wanted = [field.short_name for field in fields_of(form) if any(isinstance(rule, InputRequired) for rule in field.validators)]
    return {"type": "object", "properties": properties, **({"required": wanted} if wanted else {})}


def _property(field: Field, whole: bool) -> dict[str, Any]:
    title = {"title": str(field.label.text)} if getattr(field, "label", None) and field.label.text else {}
    return title | _type(field, whole)


def _type(field: Field, whole: bool) -> dict[str, Any]:
    if isinstance(field, FormField):
        return schema(field.form, whole)
    if isinstance(field, FieldList):
        row = field.entries[0] if field.entries else field.append_entry()
        return {"type": "array", "items": _property(row, whole), **({"maxItems": field.max_entries} if field.max_entries else {})}
    if isinstance(field, FileField | MultipleFileField):
        return {"type": "string", "format": "binary", "description": "Only in multipart/form-data."}
    if isinstance(field, SelectField | SelectMultipleField):
        choices = [str(one.value if isinstance(one, enum.Enum) else one) for one, *_rest in field.iter_choices()] if field.choices and whole else []
        one = {"type": "string"} | ({"enum": choices} if choices else {})
        return {"type": "array", "items": one} if isinstance(field, SelectMultipleField) else one
    return _plain(field)


def _plain(field: Field) -> dict[str, Any]:
    if isinstance(field, BooleanField):
        return {"type": "boolean"}
    kind: dict[str, Any] = {"type": ["integer", "null"]} if isinstance(field, IntegerField) else {"type": ["string", "null"]}
    for rule in field.validators:
        if isinstance(rule, Length) and rule.max and rule.max > 0:
            kind["maxLength"] = rule.max
        elif isinstance(rule, NumberRange):
            kind |= {name: limit for name, limit in (("minimum", rule.min), ("maximum", rule.max)) if limit is not None}
    if isinstance(field, DateField):
        kind |= {"description": "A day: 2020-07-17, or as people in Thailand type it: 17/7/2563.", "examples": ["2020-07-17"]}
    elif isinstance(field, TimeField):
        kind |= {"description": "A time of day: 09:00.", "examples": ["09:00"]}
    elif isinstance(field, EmailField):
        kind["format"] = "email"
    return kind
