"""People register under names that are being merged, by several organisers at once: each registration ends with a live entry."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import func, select

from blueprints.programmes import merging, services
from blueprints.registration import services as registration
from blueprints.registration.details import Details, RegisterCommand
from core.errors import Refused
from core.transaction import transaction
from models import Event, HistoryEntry, Organisation, Registration, RegistrationSource, db
from tests.factories import Factory

NAMES = ["ล้านนาเมดิคอล", "ล้านนาเมดิคัล", "ลานนาเมดิคอล", "LANNA Medical"]
PEOPLE, MERGES = 40, 12


def test_registering_while_entries_are_merged(own_app: Flask) -> None:
    with own_app.app_context(), transaction():
        make = Factory()
        events = [(event.id, event.categories[0].id) for event in (make.event(), make.event())]
        ids = [make.organisation(name).id for name in NAMES]
    tasks = [("person", n) for n in range(PEOPLE)] + [("merge", n) for n in range(MERGES)]
    random.Random(3).shuffle(tasks)

    def person(n: int) -> None:
        event_id, category_id = events[n % len(events)]
        details = Details(category_id, f"ผู้มา {n}", email=f"person{n}@example.org", organisation_name=NAMES[n % len(NAMES)])
        registration.register(db.session.get_one(Event, event_id), RegisterCommand(details, source=RegistrationSource.STAFF, tell=False))

    def merge(n: int) -> None:
        gone, stands = random.Random(n).sample(ids, 2)
        merging.merge(db.session.get_one(Organisation, gone), db.session.get_one(Organisation, stands))

    def work(task: tuple[str, int]) -> str:
        with own_app.app_context():
            try:
                with transaction():
                    (person if task[0] == "person" else merge)(task[1])
                return task[0]
            except Refused:
                return "refused"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as workers:
        done = list(workers.map(work, tasks))
    assert done.count("person") == PEOPLE
    with own_app.app_context():
        live = set(db.session.scalars(select(Organisation.id).where(Organisation.merged_into_id.is_(None))))
        assert set(db.session.scalars(select(Registration.organisation_id))) <= live
        assert db.session.scalar(select(func.count(Registration.id))) == PEOPLE
        assert all(services.find_organisation(name).id in live for name in NAMES)
        merges = db.session.scalar(select(func.count(HistoryEntry.id)).where(HistoryEntry.verb == "organisation.merged"))
        assert merges == len(NAMES) - len(live) == len(NAMES) - 1
