"""The organiser's pages of checkpoints."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from blueprints.checkin import devices, queries, services
from blueprints.checkin.checkpoint_views import window
from core.forms import moment
from core.locale import in_language
from models import Checkpoint, CheckpointKind, EntryPolicy, Event, Role, db
from tests.factories import Factory
from tests.page import Browser
from tests.unit.checkin.test_services import item

DAY = date(2030, 3, 5)


def at(days: int, hour: int, minute: int = 0) -> Any:
    return moment(DAY + timedelta(days=days), time(hour, minute))


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(starts_at=at(0, 9), ends_at=at(0, 16))


@pytest.fixture
def organiser(make: Factory, event: Event, browser: Browser) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.sign_in(user).speak("en")


def base(event: Event) -> str:
    return f"/organiser/events/{event.id}/door/checkpoints"


def test_a_checkpoint_is_made_as_the_form_says(make: Factory, event: Event, organiser: Browser) -> None:
    room, guests = make.session(event, title_en="Break-out"), make.category(event)
    page = organiser.get(f"{base(event)}/new")
    assert [option.get_text() for option in page.all("#session_id option")] == ["No session", "Break-out"]
    sent = {"kind": "session", "name_th": "ห้องย่อย", "name_en": "Room", "session_id": str(room.id), "category_ids": [str(guests.id)],
            "policy": "reentry", "lenient": "y", "signature": "y", "opens_day": "5/3/2573", "opens_time": "๑๒.๓๐", "closes_day": "5/3/2573",
            "all_out_day": "5/3/2573", "all_out_time": "18:00"}
    assert organiser.post(f"{base(event)}/new", sent).location == base(event)
    row = queries.checkpoints(event)[-1]
    assert (row.kind, row.name_th, row.session_id, row.category_ids) == (CheckpointKind.SESSION, "ห้องย่อย", room.id, [guests.id])
    assert (row.policy, row.strict, row.signature) == (EntryPolicy.REENTRY, False, True)
    assert (row.opens_at, row.closes_at, row.all_out_at) == (at(0, 12, 30), at(1, 0), at(0, 18))
    shown = organiser.get(base(event)).all(".question-list > li")[-1].get_text(" ", strip=True)
    for words in ("Room", "A session", "Break-out", "5 Mar 2030 12:30 – 24:00", "Again after going out", "Only: Enterprise", "Unconfirmed"):
        assert words in shown


@pytest.mark.parametrize(("wrong", "field"), [
    ({"name_th": " "}, "name_th"), ({"kind": "session"}, "session_id"), ({"closes_day": "4/3/2573"}, "closes_day"),
    ({"closes_day": "", "closes_time": "15.00"}, "closes_day"), ({"opens_day": "30/2/2573"}, "opens_day"), ({"opens_time": "late"}, "opens_time"),
    ({"all_out_day": "1/3/2573"}, "all_out_day"), ({"kind": "party"}, "kind"), ({"session_id": "999999"}, "session_id")])
def test_what_is_wrong_is_said_beside_its_field(make: Factory, event: Event, organiser: Browser, wrong: dict[str, str], field: str) -> None:
    make.session(event)
    fine = {"kind": "meal", "name_th": "อาหาร", "session_id": "0", "policy": "once", "opens_day": "5/3/2573", "opens_time": "11.00",
            "closes_day": "5/3/2573", "closes_time": "14.00"}
    page = organiser.post(f"{base(event)}/new", fine | wrong, status=422)
    assert page.error(field)
    assert page.one("#opens_time")["value"] == wrong.get("opens_time", "11.00"), "what was typed is still there"
    assert len(queries.checkpoints(event)) == 1


def test_an_editor_sends_back_what_it_showed(make: Factory, event: Event, organiser: Browser) -> None:
    row = make.checkpoint(event, kind=CheckpointKind.DAY, opens_at=at(0, 0), closes_at=at(1, 0), all_out_at=at(0, 20), strict=False,
                          policy=EntryPolicy.ANY, category_ids=[event.categories[0].id, make.category(event).id])
    decided = [(name, getattr(row, name)) for name in ("kind", "opens_at", "closes_at", "all_out_at", "strict", "policy", "category_ids", "name_th")]
    page = organiser.get(f"{base(event)}/{row.id}")
    assert (page.one("#closes_day")["value"], page.one("#closes_time").get("value")) == ("5/3/2573", "")
    sent: dict[str, Any] = {tag["name"]: tag.get("value", "") for tag in page.all("form.form input") if tag["type"] not in ("checkbox", "radio")}
    for tag in page.all("form.form input[checked]"):
        sent.setdefault(tag["name"], []).append(tag["value"])
    organiser.post(f"{base(event)}/{row.id}", sent)
    db.session.refresh(row)
    assert [(name, getattr(row, name)) for name, _value in decided] == decided
    organiser.post(f"{base(event)}/{row.id}", sent | {"name_th": "อีกชื่อ"})
    page = organiser.post(f"{base(event)}/{row.id}", sent, status=422)
    assert "Someone else" in page.text(".error-summary")
    seen = page.one("#seen")["value"]
    organiser.post(f"{base(event)}/{row.id}", sent | {"seen": seen})
    assert db.session.get(Checkpoint, row.id).name_th == "ทางเข้างาน"


def test_checkpoints_are_moved_and_removed(make: Factory, event: Event, organiser: Browser) -> None:
    first = queries.checkpoints(event)[0]
    second = make.checkpoint(event, name_en="Second", position=1)
    organiser.post(f"{base(event)}/{second.id}/up")
    assert [row.id for row in queries.checkpoints(event)] == [second.id, first.id]
    organiser.post(f"{base(event)}/{second.id}/down")
    device = devices.enrol(devices.enrolment(event, "ประตู", (), None))[0]
    services.record(device, first, [item(make.registration(event).code, "the-first-one")], set())
    page = organiser.get(base(event))
    assert page.all(f'form[action="{base(event)}/{second.id}/remove"]') and not page.all(f'form[action="{base(event)}/{first.id}/remove"]')
    organiser.post(f"{base(event)}/{first.id}/remove")
    assert "has to stay" in organiser.get(base(event)).text()
    organiser.post(f"{base(event)}/{second.id}/remove")
    assert [row.id for row in queries.checkpoints(event)] == [first.id]
    foreign = make.checkpoint(make.event())
    organiser.post(f"{base(event)}/{foreign.id}/remove", status=404)
    organiser.get(f"{base(event)}/{foreign.id}", status=404)


def test_proposals_are_ticked_and_made(make: Factory, event: Event, organiser: Browser) -> None:
    make.session(event, title_en="Break-out", starts_at=at(0, 13), ends_at=at(0, 15), bookable=True)
    path = f"{base(event)}/from-agenda"
    page = organiser.get(path)
    labels = {tag.select_one("input")["value"]: tag.get_text(" ", strip=True) for tag in page.all(".proposals .form-check")}
    assert list(labels)[:4] == [f"{part}:2030-03-05" for part in ("day", "morning", "afternoon", "meal")]
    assert "There already" in labels["day:2030-03-05"] and "5 Mar 2030 11:00 – 14:00" in labels["meal:2030-03-05"]
    assert page.all('[value="day:2030-03-05"][disabled][checked]')
    ticked = [tag["value"] for tag in page.all("[name=chosen][checked]:not([disabled])")]
    assert len(ticked) == 1 and ticked[0].startswith("session:")
    assert organiser.post(path, {}, status=422).error("chosen")
    organiser.post(path, {"chosen": [*ticked, "meal:2030-03-05", "nonsense"]})
    assert [row.name_en for row in queries.checkpoints(event)] == ["Entrance", "Lunch", "Break-out"]
    assert "2 checkpoints are made" in organiser.get(base(event)).text()


def test_an_event_without_checkpoints_says_that_it_needs_none(make: Factory, event: Event, organiser: Browser) -> None:
    db.session.delete(queries.checkpoints(event)[0])
    assert "made by itself" in organiser.get(base(event)).text(".empty")
    organiser.post(f"/organiser/events/{event.id}/door/enrolments", {"gate": "ประตู"}, status=200)
    assert [row.name_en for row in queries.checkpoints(event)] == ["Entrance"]


def test_those_who_only_look_change_nothing(make: Factory, event: Event, browser: Browser) -> None:
    supervisor = make.user()
    make.grant(supervisor, Role.DOOR_SUPERVISOR, event)
    page = browser.sign_in(supervisor).get(base(event))
    assert page.all(".question-list li") and not page.all("main form[method=post]") and not page.all(f'main a[href^="{base(event)}/"]')
    browser.get(f"{base(event)}/new", status=403)


@pytest.mark.parametrize(("opens", "closes", "said"), [
    (None, None, "always open"), (at(0, 9), None, "from 5 Mar 2030 09:00"), (None, at(1, 0), "until 5 Mar 2030"),
    (at(0, 0), at(1, 0), "5 Mar 2030, all day"), (at(0, 0), at(0, 12), "5 Mar 2030 00:00 – 12:00"), (at(0, 12), at(1, 0), "5 Mar 2030 12:00 – 24:00"),
    (at(0, 18), at(1, 2), "5 Mar 2030 18:00 – 6 Mar 2030 02:00"), (at(0, 0), at(2, 0), "5 Mar 2030 – 6 Mar 2030")])
def test_a_window_in_words(app: Any, opens: Any, closes: Any, said: str) -> None:
    with in_language("en"):
        assert window(Checkpoint(opens_at=opens, closes_at=closes), "Asia/Bangkok") == said
    with in_language("th"):
        assert "Mar" not in window(Checkpoint(opens_at=opens, closes_at=closes), "Asia/Bangkok")


def test_the_list_costs_the_same_however_long(make: Factory, event: Event, organiser: Browser, statements: Any) -> None:
    def cost() -> int:
        with statements() as sent:
            organiser.get(base(event))
        return len(sent)

    cost()
    few = cost()
    for _number in range(12):
        make.checkpoint(event, category_ids=[event.categories[0].id])
    assert cost() <= few
