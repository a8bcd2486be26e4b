"""Whatever the description of the API allows, and what it does not: no call makes the server fail."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings

from blueprints.api import reference, tokens
from models import db
from tests.factories import Factory

EXAMPLES = 6  # of each of some 270 operations
SLOW = {"/api/v1/events/{event_id}/certificates/{kind}/design/layout/drawn"}  # starts a process for each picture


@pytest.fixture
def world(own_app: Flask) -> dict[str, Any]:
    """An event with something of everything, and the token of its administrator."""
    with own_app.app_context():
        make = Factory()
        admin, event = make.admin(), make.event()
        registration = make.registration(event)
        make.session(event)
        certificate = make.certificate(registration)
        secret = tokens.make(admin, "fuzz", list(tokens.SCOPES), 1)[1]
        db.session.commit()
        return {"secret": secret, "ids": {
            "event_id": event.id, "programme_id": event.programme_id, "registration_id": registration.id, "row_id": registration.id,
            "certificate_id": certificate.id, "checkpoint_id": 1, "organisation_id": make.organisation().id, "category_id": event.categories[0].id}}


def test_no_call_makes_the_server_fail(own_app: Flask, world: dict[str, Any]) -> None:
    with own_app.test_request_context():
        described = reference.document(own_app.config["BASE_URL"])
    schema = schemathesis.openapi.from_dict(described)
    headers = {"Authorization": f"Bearer {world['secret']}"}
    client, failed, seen = own_app.test_client(), [], set()

    def call(case: Any) -> None:
        known = {name: world["ids"][name] for name in case.path_parameters if name in world["ids"]} if next(number) % 3 else {}
        path = case.operation.path.format(**{**case.path_parameters, **known})
        content = {} if case.method.upper() == "GET" else {"json": case.body if isinstance(case.body, dict) else {}}
        answer = client.open(path, method=case.method.upper(), query_string=dict(case.query or {}), headers=headers, **content)
        seen.add(answer.status_code)
        if answer.status_code >= 500:
            failed.append((case.method, path, content, answer.get_data(as_text=True)[:300]))

    number = count()
    often = settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
                     suppress_health_check=list(HealthCheck))
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path not in SLOW:
            often(given(case=operation.as_strategy())(lambda case: call(case)))()
    assert failed == []
    assert {200, 404, 422} <= seen
