"""Presentations through HTTP: the order, the public page, the clock, the photographs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from blueprints.events.cloning import Part, event_cloned
from blueprints.presentations import queries, services
from blueprints.presentations.services import SlotCommand
from blueprints.programmes import merging
from models import Event, EventFile, EventKind, HistoryEntry, Membership, Organisation, Role, Scan, Slot, Stage, StoredFile, db, now
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def event(make: Factory) -> Event:
    cluster = make.cluster()
    one = make.event(make.programme(cluster=cluster), kind=EventKind.RESULT_PRESENTATION)
    for name in ("บริษัท ข จำกัด", "บริษัท ก จำกัด"):
        db.session.add(Membership(cluster_id=cluster.id, organisation_id=make.organisation(name, sort_key=name[7]).id))
    db.session.flush()
    return one


@pytest.fixture
def organiser(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.speak("en").sign_in(user)


def base(event: Event) -> str:
    return f"/organiser/events/{event.id}/presentations"


def names(event: Event) -> list[str]:
    return [slot.organisation_name or slot.title_th for slot in queries.slots(event)]


def test_members_of_the_cluster_get_slots_in_thai_order(organiser: Browser, event: Event) -> None:
    form = organiser.get(f"{base(event)}/organisations")
    ids = [box["value"] for box in form.all("input[name=ids]")]
    organiser.post(f"{base(event)}/organisations", {"ids": ids, "minutes": "8", "question_minutes": "4"})
    assert names(event) == ["บริษัท ก จำกัด", "บริษัท ข จำกัด"]
    assert "Every organisation has its slot" in organiser.get(f"{base(event)}/organisations").text()
    times = [time.get_text() for time in organiser.get(base(event)).all(".slot-time")]
    assert len(times) == 2 and len(set(times)) == 2


def test_a_slot_is_written_moved_withdrawn_and_removed(organiser: Browser, event: Event) -> None:
    for title in ("หนึ่ง", "สอง", "สาม"):
        organiser.post(f"{base(event)}/new", {"kind": "talk", "title_th": title, "minutes": "10", "question_minutes": "5"})
    first, _second, third = queries.slots(event)
    organiser.post(f"{base(event)}/{third.id}/up")
    organiser.post(f"{base(event)}/{first.id}/up")  # the first stays
    assert names(event) == ["หนึ่ง", "สาม", "สอง"]
    organiser.post(f"{base(event)}/{first.id}/withdraw")
    assert len(queries.schedule(event, queries.slots(event))) == 2
    organiser.post(f"{base(event)}/{first.id}/restore")
    organiser.post(f"{base(event)}/{third.id}/remove")
    assert names(event) == ["หนึ่ง", "สอง"]


@pytest.mark.parametrize(("given", "field"), [
    ({"title_th": "", "organisation": ""}, "organisation"), ({"minutes": "0"}, "minutes"), ({"minutes": "x"}, "minutes"),
    ({"question_minutes": "601"}, "question_minutes"), ({"begins_time": "9.00"}, "begins_day"), ({"begins_day": "17/7/2563"}, "begins_time"),
])
def test_a_wrong_slot_is_told_beside_its_field(organiser: Browser, event: Event, given: dict[str, str], field: str) -> None:
    sent = {"kind": "talk", "title_th": "เรื่อง", "minutes": "10", "question_minutes": "5"} | given
    page = organiser.post(f"{base(event)}/new", sent, 422)
    assert page.error(field) and not queries.slots(event)


def test_an_organisation_that_is_typed_is_found_in_the_directory(organiser: Browser, event: Event) -> None:
    organiser.post(f"{base(event)}/new", {"kind": "talk", "organisation": "บจก. ก", "minutes": "10", "question_minutes": "0"})
    assert queries.slots(event)[0].organisation == db.session.scalar(db.select(Organisation).where(Organisation.name_th == "บริษัท ก จำกัด"))


def test_slots_beyond_the_end_of_the_event_are_told(organiser: Browser, event: Event) -> None:
    services.save(event, SlotCommand(title_th="ยาว", minutes=600, question_minutes=600))
    assert "after the event" in organiser.get(base(event)).text()


def test_the_public_page_shows_the_order_once_it_is_published(organiser: Browser, event: Event, make: Factory) -> None:
    digest = "f" * 64
    db.session.add(StoredFile(sha256=digest, size=1, media_type="application/pdf"))
    db.session.flush()
    files = [EventFile(event_id=event.id, name_th=name, file_name="a.pdf", sha256=digest, for_registered=hidden)
             for name, hidden in (("สำหรับทุกคน", False), ("เฉพาะผู้ลงทะเบียน", True))]
    db.session.add_all(files)
    db.session.flush()
    services.save(event, SlotCommand(title_th="ผลงานของเรา", file_ids=tuple(file.id for file in files)))
    public = Browser(organiser.app)
    assert not public.get(f"/e/{event.slug}").all("#presentations")
    organiser.post(f"{base(event)}/publish")
    page = public.get(f"/e/{event.slug}")
    assert "ผลงานของเรา" in page.text() and page.all("#presentations")
    links = [link["href"] for link in page.all("#presentations + ol a")]
    assert links == [f"/e/{event.slug}/files/{files[0].id}"]  # the other one is for registered people
    organiser.post(f"{base(event)}/hide")
    assert not public.get(f"/e/{event.slug}").all("#presentations")
    assert db.session.scalar(db.select(db.func.count()).select_from(HistoryEntry).where(
        HistoryEntry.verb.in_(("presentations.published", "presentations.hidden")))) == 2


def test_the_clock_is_kept_on_the_server(organiser: Browser, event: Event) -> None:
    slots = [services.save(event, SlotCommand(title_th=title)) for title in ("หนึ่ง", "สอง")]
    screen = f"{base(event)}/screen"
    assert "Nothing runs yet" in organiser.get(screen).text()
    organiser.post(f"{screen}/next")
    assert organiser.get(screen).one("[data-stage]")["data-phase"] == "talk"
    organiser.post(f"{screen}/minute")
    organiser.post(f"{screen}/pause")
    stage = db.session.get_one(Stage, event.id)
    assert (stage.slot_id, stage.extra_seconds, stage.paused_at is not None) == (slots[0].id, 60, True)
    stage.started_at -= timedelta(minutes=3)
    stage.paused_at -= timedelta(minutes=2)
    organiser.post(f"{screen}/resume")
    left = int(organiser.get(screen).one("[data-stage]")["data-left"])
    assert 60 * 11 - 70 <= left <= 60 * 11 - 60  # eleven minutes, of which one ran before the pause
    organiser.post(f"{screen}/start", {"slot": str(slots[1].id)})
    assert db.session.get_one(Stage, event.id).slot_id == slots[1].id
    organiser.post(f"{screen}/next")
    assert "This was the last slot" in organiser.get(screen).text()
    organiser.post(f"{screen}/stop")
    answer = organiser.open("GET", f"{screen}/now").get_json()
    assert "Nothing runs yet" in answer["html"]


def test_a_withdrawn_slot_is_not_called_to_the_stage(organiser: Browser, event: Event) -> None:
    one, two = (services.save(event, SlotCommand(title_th=title)) for title in ("หนึ่ง", "สอง"))
    services.withdraw(one, True)
    organiser.post(f"{base(event)}/screen/start", {"slot": str(one.id)})
    assert queries.stage(event) is None or queries.stage(event).slot_id is None
    organiser.post(f"{base(event)}/screen/next")
    assert queries.stage(event).slot_id == two.id


def test_groups_are_photographed_in_their_order(organiser: Browser, event: Event, make: Factory) -> None:
    ids = [one.id for one in queries.candidates(event)]
    services.add_organisations(event, ids, 10, 5)
    guest = make.registration(event, organisation_id=ids[1], vip=True)
    checkpoint = db.session.execute(db.text("select id from checkpoint where event_id = :id"), {"id": event.id}).scalar()
    db.session.add(Scan(nonce="p", event_id=event.id, checkpoint_id=checkpoint, registration_id=guest.id, direction="in", source="camera",
                        raw_code=guest.code, claimed_at=now(), judged_at=now(), verdict="ok"))
    db.session.flush()
    lines = [line.get_text(" ", strip=True) for line in organiser.get(f"{base(event)}/photos").all(".photo-order li")]
    assert len(lines) == 4 and "บริษัท ก จำกัด" in lines[1] and "0 people" in lines[1] and "1 person" in lines[2] and "VIP" in lines[2]


def test_a_clone_takes_the_order_along(event: Event) -> None:
    services.save(event, SlotCommand(title_th="พัก", begins_at=event.starts_at + timedelta(hours=1)))
    copy = Event(programme_id=event.programme_id, slug="copy", kind=event.kind, title_th="สำเนา", starts_at=event.starts_at + timedelta(days=30),
                 ends_at=event.ends_at + timedelta(days=30))
    db.session.add(copy)
    db.session.flush()
    event_cloned.send(event, copy=copy, parts={Part.SESSIONS}, categories={}, sessions={}, days=30)
    [slot] = queries.slots(copy)
    assert slot.begins_at == copy.starts_at + timedelta(hours=1)


def test_a_slot_of_another_event_is_not_found(organiser: Browser, event: Event, make: Factory) -> None:
    other = services.save(make.event(), SlotCommand(title_th="อื่น"))
    organiser.get(f"{base(event)}/{other.id}/edit", 404)
    organiser.post(f"{base(event)}/{other.id}/remove", status=404)
    assert db.session.get(Slot, other.id)


def test_a_slot_follows_its_organisation_into_a_merger(event: Event, make: Factory) -> None:
    gone, stands = make.organisation("บริษัท เก่า จำกัด"), make.organisation("บริษัท ใหม่ จำกัด")
    slot = services.save(event, SlotCommand(organisation="บริษัท เก่า จำกัด"))
    assert slot.organisation_id == gone.id
    merging.merge(gone, stands)
    db.session.refresh(slot)
    assert slot.organisation_id == stands.id
