"""The cost of a list in SQL statements does not grow with what it lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from blueprints.registration.consents import set_consent
from models import (
    ConsentPurpose,
    DataRequest,
    Event,
    ImportBatch,
    Registration,
    RegistrationStatus,
    RequestKind,
    db,
    now,
)
from tests.factories import Factory
from tests.page import Browser


def codes(make: Factory, event: Event) -> None:
    make.access_code(event, category_id=event.categories[0].id)


def imports(make: Factory, event: Event) -> None:
    db.session.add(ImportBatch(event_id=event.id, file_name="รายชื่อ.xlsx", choices={}, created_by_id=make.user().id))


def requests(make: Factory, event: Event) -> None:
    one = make.registration(event)
    db.session.add(DataRequest(event_id=event.id, registration_id=one.id, kind=RequestKind.ERASE))


def asking(make: Factory, event: Event) -> None:
    make.registration(event, status=RegistrationStatus.PENDING_APPROVAL, category_id=make.category(event).id)


def offered(make: Factory, event: Event) -> None:
    make.registration(event, status=RegistrationStatus.NOT_CONFIRMED, offer_expires_at=now())


def agreeing(make: Factory, event: Event) -> None:
    one: Registration = make.registration(event)
    set_consent(one, ConsentPurpose.PHOTOS, True)


@pytest.mark.parametrize(("path", "add"), [
    ("codes", codes), ("imports", imports), ("privacy", requests), ("waitlist", asking), ("waitlist", offered),
    ("privacy/consents/photos", agreeing), ("/organiser/data-requests", requests)])
def test_statements_stay(browser: Browser, make: Factory, statements: Any, path: str, add: Callable[[Factory, Event], None]) -> None:
    event = make.event()
    browser.sign_in(make.admin())
    address = path if path.startswith("/") else f"/organiser/events/{event.id}/{path}"

    def page() -> int:
        with statements() as sent:
            browser.get(address)
        return len(sent)

    for _number in range(2):
        add(make, event)
    few = page()
    for _number in range(15):
        add(make, event)
    assert page() == few
