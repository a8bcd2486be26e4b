"""`make bench`: the product against its targets, each beside the plain way to do the same, in one run.

    python -m tests.benchmarks [--write]

Loopback only, some minutes, stops by itself. `--write` keeps the table in docs/benchmarks.md.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

os.environ["JOBS_URL"] = "memory://"

from app import create_app
from blueprints.checkin import devices
from core.config import ROOT
from core.transaction import transaction
from models import Message, MessageState, Registration, RegistrationStatus, db, now
from tests.benchmarks import certificates, door, growth, reports
from tests.benchmarks.product import Cost, Product, running
from tests.conftest import settings
from tests.databases import free_port, postgresql_cluster
from tests.factories import Factory

PEOPLE = 5000
Row = tuple[str, str, str, str, str]


def main() -> None:
    rows: list[Row] = []
    papers = certificates.rows()  # first: their peak of memory is the whole process's
    with tempfile.TemporaryDirectory(prefix="ruam-bench-") as folder:
        rows += on("SQLite", Path(folder), "")
        rows += growth.rows(Path(folder), "SQLite", "")
        rows += reports.rows(Path(folder) / "reports", "SQLite", "")
    with (tempfile.TemporaryDirectory(prefix="ruam-bench-") as folder, tempfile.TemporaryDirectory(prefix="ruam-bench-") as cluster,
          postgresql_cluster(Path(cluster)) as url):
        rows += on("PostgreSQL", Path(folder), url)
        rows += growth.rows(Path(folder), "PostgreSQL", url)
        rows += reports.rows(Path(folder) / "reports", "PostgreSQL", url)
    with tempfile.TemporaryDirectory(prefix="ruam-bench-") as folder:
        rows += door.rows(Path(folder))
    rows += papers
    table = render(rows)
    print(table)
    if "--write" in sys.argv:
        keep(table)


def on(database: str, folder: Path, url: str) -> list[Row]:
    """The rows of one database."""
    app = create_app(settings(folder, url))
    with app.app_context(), transaction():
        db.create_all()
        make = Factory()
        event = make.event(slug="bench", capacity=20000, starts_at=now() + timedelta(minutes=30))
        people = [make.registration(event) for _ in range(2)]
        template = {c.key: getattr(people[0], c.key) for c in Registration.__table__.columns if c.key not in ("id", "form_key")}
        db.session.execute(db.insert(Registration), [template | {
            "code": _code(n), "manage_token": _code(n + 10**6), "person_key": f"bench-{n}", "first_name": f"คน{n}", "search_text": f"คน{n} บริษัท"}
            for n in range(PEOPLE)])
        event.taken = event.categories[0].taken = PEOPLE + 2
        device, key = devices.enrol(devices.enrolment(event, "ประตู", ("search", "undo"), None))
        admin = make.admin(email="bench@example.org")
        event_id, admin_id, epoch = event.id, admin.id, admin.session_epoch
        checkpoint = db.session.execute(db.text("select id from checkpoint")).scalar()
    session = app.session_interface.get_signing_serializer(app).dumps({"user_id": admin_id, "epoch": epoch})
    port = free_port()
    with running(folder, port, url) as product:
        out = [(f"idle memory, all processes ({database})", f"{product.memory():.0f} MB", "≤ 250 MB", "", "")]
        page = product.measure(lambda _n: expect(product, "GET", "/e/bench"), 200)
        out.append(row(f"public event page ({database})", page, "≤ 3 ms"))
        out.append(first_page(product, database))
        registration = product.measure(register(product), 40, settle=lambda: outbox_empty(app))
        out.append(row(f"one registration: POST, private page, mail ({database})", registration, "≤ 20 ms, 2 requests"))
        scans = Scans(product, checkpoint, f"{devices.COOKIE}={key}")
        single = product.measure(scans.one, 100)
        batch = product.measure(scans.many, 3)
        out.append(row(f"one scan ({database})", single, "≤ 3.5 ms"))
        out.append(row(f"200 scans in one upload ({database})", batch, "≤ 100 ms", f"{single.cpu * 200 / batch.cpu:.1f}× cheaper than 200 requests"))
        headers = {"Cookie": f"ruam_session={session}"}
        listed = product.measure(lambda n: expect(product, "GET", f"/organiser/events/{event_id}/registrations?q=คน{n % 50}1", headers), 20)
        wall = f"{listed.wall:.1f} ms"
        out.append((f"organiser's list with search, wall ({database})", wall, "≤ 40 ms", "", f"{listed.rounds}×{listed.operations}"))
    with app.app_context():
        assert db.session.query(Registration).filter_by(status=RegistrationStatus.CONFIRMED).count() == db.session.execute(
            db.text("select taken from event")).scalar(), "every seat is counted"
        db.session.remove()
        db.engine.dispose()
    return out


def _code(n: int) -> str:
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    return "".join(digits[(n >> shift) & 31] for shift in range(125, -1, -5))


def row(name: str, cost: Cost, target: str, beside: str = "") -> Row:
    measured = f"{cost.cpu:.1f} ms CPU ({cost.low:.1f}–{cost.high:.1f}), {cost.wall:.1f} ms wall"
    return name, measured, target, beside, f"{cost.rounds}×{cost.operations}"


def expect(product: Product, method: str, path: str, headers: dict[str, str] | None = None) -> bytes:
    status, body, _ = product.ask(method, urlencode_path(path), None, headers)
    assert status == 200, (path, status)
    return body


def urlencode_path(path: str) -> str:
    return re.sub(r"[^\x00-\x7f]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), path)


def register(product: Product):
    """Fill in the form like a phone that has it open: POST, then the private page."""
    status, body, headers = product.ask("GET", "/e/bench/register")
    assert status == 200
    hidden = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', body.decode())[1] for name in ("csrf_token", "notice", "category_id")}
    cookie = headers["Set-Cookie"].split(";")[0]

    def one(n: int) -> None:
        form = hidden | {"first_name": f"สมัคร{n}", "last_name": _letters(), "email": f"{_letters()}@example.org",
                         "organisation_name": f"กิจการ {n % 20}"}
        sender = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded",
                  "X-Forwarded-For": f"10.{n // 65536}.{n // 256 % 256}.{n % 256}"}
        status, answer, headers = product.ask("POST", "/e/bench/register", urlencode(form), sender)
        assert status == 303, (status, answer.decode(errors="replace")[-900:])
        expect(product, "GET", headers["Location"])

    return one


def _letters() -> str:
    """A name without digits: a long run of them might be a national ID, which the form refuses."""
    return uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))


def outbox_empty(app) -> None:
    """Wait until every mail has been written: its cost belongs to the registration."""
    for _ in range(300):
        with app.app_context():
            left = db.session.query(Message).filter(Message.state != MessageState.SENT).count()
            db.session.remove()
        if not left:
            return
        time.sleep(0.1)
    raise TimeoutError("mails are left in the outbox")


class Scans:
    """A phone that scans people one after another."""

    def __init__(self, product: Product, checkpoint: int, cookie: str) -> None:
        self.product, self.checkpoint, self.headers, self.next = product, checkpoint, {"Cookie": cookie}, 0

    def _scan(self) -> dict[str, object]:
        self.next += 1
        return {"nonce": str(uuid4()), "code": _code(self.next % PEOPLE), "direction": "in", "source": "camera", "claimed_at": now().isoformat()}

    def send(self, count: int) -> None:
        body = {"checkpoint": self.checkpoint, "scans": [self._scan() for _ in range(count)]}
        assert all("verdict" in result for result in self.product.send_json("/door/api/scans", body, self.headers)["results"])

    def one(self, _n: int) -> None:
        self.send(1)

    def many(self, _n: int) -> None:
        self.send(200)


def first_page(product: Product, database: str) -> Row:
    """What a phone loads for the event page with nothing in its cache: the page, its styles, scripts and fonts."""
    html = expect(product, "GET", "/e/bench").decode()
    addresses = [a for a in re.findall(r'(?:href|src)="(/static/[^"]+)"', html) if not a.endswith(".png")]
    fonts = {f"/static/vendor/sarabun-web/{v}/sarabun-{s}-{w}.woff2" for v in re.findall(r"sarabun-web/([\d.]+)/", html) for s in ("thai", "latin")
             for w in (400, 600)}
    addresses = [*dict.fromkeys([*addresses, *sorted(fonts)])]
    size = len(html.encode()) + sum(len(product.ask("GET", a, None, {"Accept-Encoding": "gzip"})[1]) for a in addresses)
    return f"first page, cold ({database})", f"{size / 1000:.0f} kB, {len(addresses) + 1} requests", "≤ 120 kB, ≤ 12 requests", "", "1"


def render(rows: list[Row]) -> str:
    lines = ["| operation | measured | reach | beside the plain way, same run | rounds |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *("| " + " | ".join(cells) + " |" for cells in rows)])


def keep(table: str) -> None:
    """Put the table into docs/benchmarks.md with the day and the machine."""
    path = ROOT / "docs" / "benchmarks.md"
    before, _, rest = path.read_text().partition("<!-- table -->")
    _, _, after = rest.partition("<!-- end of table -->")
    where = f"{now():%d %B %Y}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}."
    path.write_text(f"{before}<!-- table -->\n{where}\n\n{table}\n<!-- end of table -->{after}")


if __name__ == "__main__":
    main()
