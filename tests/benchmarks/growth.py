"""What a registration costs as the event grows, and how many a second a rush brings."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from app import create_app
from blueprints.registration import listing, services
from blueprints.registration.details import Details, RegisterCommand
from core.config import database_url
from core.extensions import limiter
from core.transaction import transaction
from models import Category, Event, Registration, db
from tests.conftest import settings
from tests.factories import Factory
from tests.flows import test_rush as rush

FEW, MANY, ROUNDS, EACH = 100, 100_000, 5, 60
LETTERS = "กขคงจฉชซญฐ"


def rows(folder: Path, database: str, url: str) -> list[tuple[str, str, str, str, str]]:
    """Lines of the table: growth and rate."""
    return [*_growth(folder / "growth", database, url), _rate(folder / "rush", database, url)]


def _growth(folder: Path, database: str, url: str) -> list[tuple[str, str, str, str, str]]:
    folder.mkdir()
    app = create_app(settings(folder, url))
    limiter.enabled = False
    with app.app_context():
        db.create_all()
        event = Factory().event(waitlist=True)
        db.session.commit()
        few, few_list = _fill(event, 0, FEW)
        many, many_list = _fill(event, FEW, MANY)
        db.session.remove()
        db.drop_all()
        db.engine.dispose()
    spread = f"{ROUNDS}×{EACH}"
    return [(f"registration no. {MANY:,} ÷ no. {FEW} ({database})", f"{many / few:.2f} ({many:.1f} ÷ {few:.1f} ms CPU)", "≤ 1.2", "", spread),
            (f"a page of {MANY:,} with search, database only ({database})", f"{many_list:.1f} ms wall", "≤ 40 ms",
             f"{few_list:.1f} ms of {FEW}", str(ROUNDS))]


def _fill(event: Event, start: int, target: int) -> tuple[float, float]:
    """Bring the event to `target` people; milliseconds of CPU of one more registration, and of the clock of a searched page."""
    one = db.session.scalar(select(Registration).where(Registration.event_id == event.id).limit(1)) or Factory().registration(event)
    template = {c.key: getattr(one, c.key) for c in Registration.__table__.columns if c.key not in ("id", "form_key")}
    for first in range(start, target, 5000):
        db.session.execute(db.insert(Registration), [template | {
            "code": f"C{n:025}", "manage_token": f"M{n:025}", "person_key": f"grown-{n}", "person_ref": f"R{n:025}",
            "sort_key": f"{n * 7919 % MANY:06}",
            "search_text": f"{_letters(n)} บริษัทเครื่องมือแพทย์ person{n}@example.org"} for n in range(first, min(first + 5000, target))])
    for table, row_id in ((Event, event.id), (Category, event.categories[0].id)):
        db.session.execute(update(table).where(table.id == row_id).values(taken=target + 1))
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(db.text("ANALYZE"))
        db.session.commit()
    costs = [_register(event, f"{target}-{n}") for n in range(ROUNDS)]
    return median(costs), median(_page(event) for _ in range(ROUNDS))


def _register(event: Event, mark: str) -> float:
    begun = time.process_time()
    for n in range(EACH):
        name = _letters(abs(hash((mark, n))) % 10**9)
        with transaction():
            services.register(event, RegisterCommand(Details(event.categories[0].id, name, last_name=_letters(n), email=f"{mark}.{n}@example.org",
                                                             organisation_name=f"กิจการ {n % 20}"), tell=False))
    return (time.process_time() - begun) * 1000 / EACH


def _page(event: Event) -> float:
    begun = time.perf_counter()
    listing.page(event, listing.Chosen(q=_letters(4711)), 1)
    return (time.perf_counter() - begun) * 1000


def _letters(n: int) -> str:
    return "".join(LETTERS[int(digit)] for digit in str(n))


def _rate(folder: Path, database: str, url: str) -> tuple[str, str, str, str, str]:
    """A rush through HTTP: people let in, a second, and whether the seats are exact."""
    people, seats = 400, 300
    folder.mkdir()
    engine = create_engine(database_url(url, folder))
    rush._prepare(engine, guarded=True)
    with Session(engine) as session:
        session.execute(update(Event).values(capacity=seats))
        session.execute(update(Category).values(capacity=None))
        session.commit()
    with rush._server(folder, url, guarded=True) as port:
        headers, form = rush._form(port)
        begun = time.perf_counter()
        with ThreadPoolExecutor(16) as crowd:
            answers = list(crowd.map(lambda n: rush._send(port, headers, form, n)[0], range(people)))
        seconds = time.perf_counter() - begun
    with engine.begin() as connection:
        db.metadata.drop_all(connection)
    engine.dispose()
    inside = answers.count(303)
    assert inside == seats, f"{inside} of {seats} seats"
    measured = f"{inside / seconds:.0f}, {inside} of {seats} seats"
    return f"accepted registrations a second in a rush ({database})", measured, "≥ 60, exact", "", f"1×{people}"
