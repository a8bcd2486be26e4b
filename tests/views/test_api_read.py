"""What programs read: lists in parts, single things, reports, and the description of it all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from blueprints.api import reference, shown
from blueprints.api.shapes import Shape
from models import Event, Role, User
from tests.factories import Factory
from tests.page import Browser
from tests.views.test_api import Program, program


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event()


@pytest.fixture
def owner(make: Factory, event: Event) -> User:
    user = make.user()
    make.grant(user, Role.OWNER, event.programme)
    return user


@pytest.fixture
def it(app: Flask, owner: User) -> Program:
    return program(app, owner)


def test_a_list_is_read_in_parts_that_hold_everybody_once(it: Program, event: Event, make: Factory) -> None:
    ids = [make.registration(event).id for _number in range(7)]
    make.registration(make.event())
    found, address = [], f"events/{event.id}/registrations?limit=3"
    while address:
        answer = it.call("GET", address)
        found += [row["id"] for row in answer.get_json()["items"]]
        following = answer.get_json()["next"]
        assert (f'<{following}>; rel="next"' == answer.headers.get("Link")) if following else "Link" not in answer.headers
        address = following and following.removeprefix("/api/v1/")
    assert found == ids


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "after=-1", "after=9999999999", "limit=๕", "after="])
def test_wrong_numbers_are_refused(it: Program, event: Event, query: str) -> None:
    it.get(f"events/{event.id}/registrations?{query}", 400)


def test_what_is_read_is_what_the_description_says(app: Flask, it: Program, owner: User, event: Event, make: Factory) -> None:
    registration = make.registration(event)
    make.certificate(registration)
    make.session(event)
    for path, operation in reads(app):
        filled = path.replace("{event_id}", str(event.id)).replace("{programme_id}", str(event.programme_id)).removeprefix("/api/v1/")
        if "{" not in filled and not filled.endswith("survey/items"):
            check(it.get(filled), operation["responses"]["200"]["content"]["application/json"]["schema"], app, path)


def test_no_list_shows_another_event(app: Flask, make: Factory, it: Program, event: Event) -> None:
    other = make.event()
    make.certificate(make.registration(other))
    for path, _operation in reads(app):
        if path.startswith("/api/v1/events/{event_id}") and path.count("{") == 1:
            it.get(path.replace("{event_id}", str(other.id)).removeprefix("/api/v1/"), 404)
    assert [row["id"] for row in it.get("events")["items"]] == [event.id]
    assert [row["id"] for row in it.get("programmes")["items"]] == [event.programme_id]


def test_a_thing_of_another_event_is_not_found_under_this_one(make: Factory, it: Program, event: Event) -> None:
    foreign = make.registration()
    it.get(f"events/{event.id}/registrations/{foreign.id}", 404)
    it.get(f"events/{event.id}/registrations/{foreign.id}/answers", 404)


def test_a_list_costs_the_same_however_long_it_is(it: Program, event: Event, make: Factory, statements: Any) -> None:
    costs = []
    it.get("me")  # the hour of the last use is noted
    for more in (2, 20):
        for _number in range(more):
            make.registration(event)
        with statements() as sent:
            it.get(f"events/{event.id}/registrations")
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_secrets_are_in_no_shape() -> None:
    shapes = [value for value in vars(shown).values() if isinstance(value, Shape)]
    columns = {f"{one.table.__tablename__}.{name}" for one in shapes for name in one.columns.split()}
    secret = ("token", "secret", "digest", "password", "venue_key", "form_key", "nonce", "raw_code", "search_text", "person_key")
    assert not {column for column in columns for word in secret if word in column and column != "certificate.file_sha256"}
    for one in shapes:
        assert set(one.columns.split()) <= {column.name for column in one.table.__table__.columns}


def test_a_program_reads_the_report_that_people_read(it: Program, event: Event, make: Factory) -> None:
    make.registration(event)
    blocks = it.get(f"events/{event.id}/report")
    facts = {fact["label"]: fact["value"] for block in blocks if block["block"] == "facts" for fact in block["facts"]}
    assert 1 in facts.values()


def test_the_description_names_every_deed_of_an_organiser(app: Flask, browser: Browser) -> None:
    told = json.loads(browser.open("GET", "/api/v1/openapi.json").data)
    deeds = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/organiser/") and "POST" in rule.methods}
    assert {path for path, methods in told["paths"].items() if "post" in methods} == {reference.address(rule) for rule in app.url_map.iter_rules()
                                                                                   if rule.rule in deeds}
    edit = told["paths"]["/api/v1/events/{event_id}/edit"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {"title_th", "start_day", "categories"} <= set(edit["properties"])
    assert edit["properties"]["capacity"]["minimum"] == 0


@pytest.mark.parametrize("path", ["/api", "/api/reference/events", "/api/reference/registration", "/api/reference/api"])
def test_people_read_the_description_too(browser: Browser, path: str) -> None:
    browser.get(path)
    browser.speak("en").get(path)


def reads(app: Flask) -> list[tuple[str, dict[str, Any]]]:
    """Every address that is read and is no form and no file."""
    with app.test_request_context():
        return [(path, operation) for path, method, operation in reference.operations()
                if method == "get" and "application/json" in (content := operation["responses"]["200"]["content"])
                and content["application/json"]["schema"] != {"$ref": "#/components/schemas/Form"}]


def check(value: Any, schema: dict[str, Any], app: Flask, where: str) -> None:
    """`value` is as its JSON Schema says: types, what must be there, nothing else."""
    if "$ref" in schema:
        with app.test_request_context():
            schema = reference.document(app.config["BASE_URL"])["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    kinds = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None), "number": float}
    wanted = schema.get("type")
    if wanted:
        assert isinstance(value, tuple(kinds[one] for one in ([wanted] if isinstance(wanted, str) else wanted))), f"{where}: {value!r}"
    assert value in schema.get("enum", [value]), where
    if isinstance(value, list):
        for row in value:
            check(row, schema.get("items", {}), app, where)
    elif isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value), where
        if schema.get("additionalProperties") is False:
            assert set(value) <= set(schema["properties"]), where
        for name, inner in value.items():
            check(inner, schema.get("properties", {}).get(name, {}), app, f"{where} {name}")


