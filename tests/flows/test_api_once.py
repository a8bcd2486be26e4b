"""One call with one Idempotency-Key, sent by many at the same moment, is done once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from blueprints.api import tokens
from models import ApiCall, Registration, Role, db
from tests.factories import Factory

AT_ONCE = 10


def test_the_same_key_from_many_at_once_is_done_once(own_app: Flask) -> None:
    with own_app.app_context():
        make = Factory()
        event, user = make.event(), make.user()
        make.grant(user, Role.ORGANISER, event.programme)
        secret = tokens.make(user, "test", list(tokens.SCOPES), 1)[1]
        event_id, category = event.id, str(event.categories[0].id)
        db.session.commit()
    person = {"first_name": "กัญญา", "last_name": "ศรีสุข", "category_id": category, "email": "kanya@example.org"}
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"}

    def call(_number: int) -> tuple[int, str | None]:
        answer = own_app.test_client().post(f"/api/v1/events/{event_id}/registrations/new", json=person, headers=headers)
        return answer.status_code, answer.get_json().get("location")

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(call, range(AT_ONCE)))
    with own_app.app_context():
        registration, = db.session.query(Registration)
        assert db.session.query(ApiCall).one().status == 200
    told = {location for status, location in answers if status == 200}
    assert told == {f"/api/v1/events/{event_id}/registrations/{registration.id}"}, Counter(answers)
    assert {status for status, _location in answers} <= {200, 409}  # 409: the same is under way
    assert call(0) == (200, told.pop())
