"""Fill an empty database with the demonstration. Only the times are set back; the rules are the product's own."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from blueprints.accounts import passwords
from blueprints.checkin.checkpoints import ensure_checkpoints
from blueprints.programmes.services import find_or_create_organisation
from blueprints.registration.details import person_ref
from blueprints.registration.people import describe
from core.codes import digest, new_code
from core.forms import moment
from core.locale import local
from core.transaction import transaction
from demo import events as data
from demo import messages
from demo.certificates import issue_all
from demo.directory import memberships, misspell
from demo.door import open_door, sign
from demo.events import DemoEvent
from demo.people import ENTERPRISES, PARTNERS, PEOPLE
from demo.presentations import present
from demo.questions import ask
from demo.seats import choose_sessions, hand_out, wait
from demo.survey import survey
from models import (
    Category,
    Checkpoint,
    Cluster,
    Device,
    Event,
    EventKind,
    EventSession,
    EventStatus,
    Gate,
    Host,
    Organisation,
    OrganisationKind,
    Programme,
    Registration,
    RegistrationStatus,
    Scan,
    User,
    db,
    now,
)
from thai.names import clean_name
from thai.organisations import fold_organisation
from thai.phones import parse_phone

EMAIL = "organiser@demo.example"


def is_empty() -> bool:
    """Whether nobody has used this database yet."""
    return db.session.scalar(select(User.id).limit(1)) is None and db.session.scalar(select(Programme.id).limit(1)) is None


def load() -> str:
    """Write the whole demonstration; return the demo organiser's password, which is also in `instance/demo-sign-in.txt`."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    with transaction():
        user = User(email=EMAIL, name="ผู้จัดงานตัวอย่าง", is_admin=True, password_hash=passwords.make(password))
        db.session.add(user)
        organisations = _organisations()
        history = _programme(data.PROGRAMME, date(2020, 2, 1), date(2020, 7, 31), organisations, data.HOSTS)
        today = local(now()).date()
        follow_up = _programme(data.FOLLOW_UP, today - timedelta(days=60), today + timedelta(days=120), organisations, data.MADE_UP_HOSTS)
        past = [_event(history, shown) for shown in (*data.HISTORY, data.MEETING)]
        running, planned = _event(follow_up, data.TODAY), _event(follow_up, data.OPEN)
        for number, event in enumerate(past):
            _people(event, organisations, (*data.HISTORY, data.MEETING)[number].came, event.starts_at, seed=number)
            event.status = EventStatus.FINISHED
        sign(past[-1])
        survey(past[-1], seed=95)
        present(past[-1])
        open_door(running, _people(running, organisations, data.TODAY.came, now(), seed=90, some_scanned=True))
        interested = _people(planned, organisations, 17, None, seed=91)
        choose_sessions(planned, interested, seed=92)
        misspell(interested, organisations)
        hand_out(planned)
        ask(planned, interested, seed=94)
        full = _event(follow_up, data.FULL)
        wait(full, _people(full, organisations, 16, None, seed=93, waiting=4))
    issue_all(past[1], past[-1], user)
    messages.write(past[-1], planned)
    path = Path(current_app.config["INSTANCE_DIR"]) / "demo-sign-in.txt"
    path.write_text(f"{EMAIL} {password}\n")
    path.chmod(0o600)
    return password


def _organisations() -> list[Organisation]:
    rows = [(th, en, OrganisationKind.ENTERPRISE, sector, province) for th, en, sector, province in ENTERPRISES]
    rows += [(th, en, OrganisationKind(kind), sector, province) for th, en, kind, sector, province in PARTNERS]
    made = []
    for th, en, kind, sector, province in rows:
        organisation = find_or_create_organisation(th, confirmed=True)
        assert organisation is not None
        organisation.name_en, organisation.kind, organisation.sector, organisation.province = en, kind, sector, province
        organisation.folded_en = fold_organisation(en)
        made.append(organisation)
    db.session.flush()
    return made


def _programme(texts: dict[str, str], first: date, last: date, organisations: Sequence[Organisation],
               hosts: Sequence[tuple[str, str, str]]) -> Programme:
    cluster = db.session.scalar(select(Cluster))
    if cluster is None:
        cluster = Cluster(name_th=data.CLUSTER[0], name_en=data.CLUSTER[1])
        cluster.memberships = memberships(organisations[:len(ENTERPRISES)])
    programme = Programme(**texts, starts_on=first, ends_on=last, cluster=cluster, target_organisations=20, target_persons=60,
                          target_attendance=80, target_satisfaction=80)
    for position, (th, en, kind) in enumerate(hosts):
        host = find_or_create_organisation(th, confirmed=True)
        assert host is not None
        host.name_en, host.folded_en, host.kind = en, fold_organisation(en), OrganisationKind(kind)
        programme.hosts.append(Host(organisation=host, position=position))
    db.session.add(programme)
    db.session.flush()
    return programme


def _day(given: tuple[int, int, int] | int) -> date:
    return local(now()).date() + timedelta(days=given) if isinstance(given, int) else date(*given)


def _event(programme: Programme, shown: DemoEvent) -> Event:
    first, last = _day(shown.first), _day(shown.last)
    event = Event(
        programme=programme, slug=shown.slug, kind=EventKind(shown.kind), status=EventStatus.PUBLISHED, title_th=shown.title_th,
        title_en=shown.title_en, summary_th=shown.summary_th, summary_en=shown.summary_en, hours=shown.hours,
        starts_at=moment(first, time.fromisoformat(shown.start)), ends_at=moment(last, time.fromisoformat(shown.end)),
        place_th=shown.place_th, place_en=shown.place_en, online_url="https://meet.example/ruam" if shown.online else "",
        chair_th=shown.chair_th, chair_en=shown.chair_en, contact_name="ฝ่ายทะเบียน (ตัวอย่าง)", contact_phone="0 5300 0000",
        contact_email="contact@demo.example", capacity=shown.capacity, published_at=min(now(), moment(first, time(9))) - timedelta(days=21))
    event.categories = [Category(position=n, name_th=th, name_en=en) for n, (th, en) in enumerate(data.CATEGORIES)]
    event.sessions = [
        EventSession(position=n, title_th=th, title_en=en, room=room, speaker=speaker,
                     starts_at=moment(_agenda_day(first, shown, day), time.fromisoformat(start)),
                     ends_at=moment(_agenda_day(first, shown, day), time.fromisoformat(end)),
                     bookable=bool(seats), capacity=seats[0] if seats else None)
        for n, (day, start, end, th, en, room, speaker, *seats) in enumerate(shown.agenda)]
    db.session.add(event)
    db.session.flush()
    ensure_checkpoints(event)
    return event


def _agenda_day(first: date, shown: DemoEvent, day: int) -> date:
    return first if isinstance(shown.first, int) else first + timedelta(days=day)


def _people(event: Event, organisations: Sequence[Organisation], came: int, at: datetime | None, *, seed: int,
            some_scanned: bool = False, waiting: int = 0) -> list[Registration]:
    """Registrations of a mixed crowd, the last `waiting` of them without a seat, and, where `at` is a moment, the scans of those who came from then on."""
    dice = random.Random(seed)  # the demonstration is the same everywhere
    crowd = list(enumerate(PEOPLE))
    dice.shuffle(crowd)
    wanted = min(len(crowd), came + (0 if at is None else dice.randint(4, 8)), (event.capacity or len(crowd)) + waiting)
    registered = [_registration(event, n, row, organisations, dice) for n, row in crowd[:wanted]]
    seated = registered[:event.capacity]
    event.taken = len(seated)
    for category in event.categories:
        category.taken = sum(r.category_id == category.id for r in seated)
    db.session.flush()
    if at is not None:
        _scans(event, registered[:came * 2 // 3 if some_scanned else came], dice, at if some_scanned else None)
    return registered


def _registration(event: Event, n: int, row: tuple[str, str, str, str, str, int, int], organisations: Sequence[Organisation],
                  dice: random.Random) -> Registration:
    title, first, last, name_en, position, organisation, category = row
    first, last = clean_name(first), clean_name(last)
    phone, _ = parse_phone(f"08{n:02d} 55{n:02d} 0{n % 10}")
    registration = Registration(
        event_id=event.id, category_id=event.categories[category].id, status=RegistrationStatus.CONFIRMED, code=new_code(),
        manage_token=new_code(), title=title, certificate_name="", first_name=first, last_name=last, name_en=name_en, position=position,
        organisation_id=organisations[organisation].id, organisation_name=organisations[organisation].name_th,
        email=f"person{n + 1:02d}@demo.example", phone=phone, created_at=min(now(), event.starts_at) - timedelta(hours=dice.randint(2, 400)))
    describe(registration)
    registration.person_ref = person_ref(event.programme_id, registration.person_key)
    db.session.add(registration)
    return registration


def _scans(event: Event, people: Sequence[Registration], dice: random.Random, until: datetime | None) -> None:
    """One scan a day for each: those who came, within the half hour around the start."""
    gate = Gate(event_id=event.id, name="ประตูหลัก")
    db.session.add(gate)
    db.session.flush()
    device = Device(event_id=event.id, gate_id=gate.id, label="ประตูหลัก 1", key_digest=digest(new_code()), grants=["search", "undo"],
                    enrolled_at=event.starts_at - timedelta(hours=1), expires_at=event.ends_at + timedelta(days=1))
    db.session.add(device)
    db.session.flush()
    numbers = count(1)
    checkpoints = db.session.scalars(select(Checkpoint).where(Checkpoint.event_id == event.id).order_by(Checkpoint.position, Checkpoint.id))
    for day, checkpoint in enumerate(checkpoints):
        opening = until - timedelta(minutes=95) if until else event.starts_at + timedelta(days=day)
        present = people if day == 0 else [p for p in people if dice.random() < 0.9]
        arrivals = sorted((opening + timedelta(seconds=dice.randint(-1500, 1500))).astimezone(UTC) for _ in present)
        device.last_seen_at = arrivals[-1]
        for person, at in zip(present, arrivals, strict=True):
            db.session.add(Scan(
                nonce=f"demo-{next(numbers)}", event_id=event.id, device_id=device.id, gate_id=gate.id, checkpoint_id=checkpoint.id,
                registration_id=person.id, direction="in", source="camera", raw_code=person.code, claimed_at=at, received_at=at,
                judged_at=at, verdict="ok", would_be="ok"))
    db.session.flush()
