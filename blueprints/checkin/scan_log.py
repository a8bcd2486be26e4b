"""The full log of scans: what it leaves out, each scan's facts, and the log as a file. All filters stand in the page's address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from blueprints.checkin import queries
from blueprints.checkin.judge import Verdict
from blueprints.checkin.texts import IN_LOG, TEXTS
from blueprints.registration.people import search_words
from core.forms import moment
from core.locale import both, local, short_date
from models import Checkpoint, Device, Direction, Event, Gate, Registration, Scan, ScanSource, User, db
from thai.names import display_name

MOST_DAYS, MOST_DEVICES = 60, 200
SOURCES: dict[str, Any] = {
    ScanSource.CAMERA.value: _l("Camera"), ScanSource.KEYBOARD.value: _l("Scanner with a cable or Bluetooth"),
    ScanSource.TYPED.value: _l("Typed by staff"), ScanSource.SEARCH.value: _l("Found by name"), ScanSource.WALK_IN.value: _l("Walk-in"),
    ScanSource.KIOSK.value: _l("Kiosk"), ScanSource.SELF.value: _l("Self check-in"),
    ScanSource.PAPER.value: _l("Signed sheet"), ScanSource.IMPORT.value: _l("Import"), ScanSource.AUTOMATIC.value: _l("By itself"),
}
#: Special scans: name → words and condition.
ONLY: dict[str, tuple[Any, Callable[[], ColumnElement[bool]]]] = {
    "forced": (_l("Admitted all the same"), lambda: Scan.forced_needed),
    "offline": (_l("Judged without a network"), lambda: Scan.offline),
    "clock": (_l("The phone’s clock is wrong"), lambda: Scan.clock_warning),
    "undone": (_l("Undone"), lambda: Scan.undone_at.is_not(None)),
}


@dataclass(frozen=True)
class Wanted:
    """What the log shows; empty values leave nothing out."""

    q: str = ""
    verdict: str = ""
    gate: int | None = None
    checkpoint: int | None = None
    device: int | None = None
    source: str = ""
    day: str = ""  # ISO, on the event's clock
    only: str = ""

    def as_args(self) -> dict[str, Any]:
        """As it stands in an address; what leaves nothing out stays away."""
        return {name: value for name, value in asdict(self).items() if value}


def wanted(args: Mapping[str, str]) -> Wanted:
    """What an address asks for; nonsense asks for nothing."""
    def number(name: str) -> int | None:
        value = args.get(name, "")
        return int(value) if value.isdecimal() and len(value) < 10 else None

    def one_of(name: str, known: Any) -> str:
        return args[name] if args.get(name) in known else ""

    try:
        day = date.fromisoformat(args.get("day", "")).isoformat()
    except ValueError:
        day = ""
    return Wanted(args.get("q", "").replace("\0", "")[:200], one_of("verdict", {verdict.value for verdict in TEXTS}), number("gate"),
                  number("checkpoint"), number("device"), one_of("source", SOURCES), day, one_of("only", ONLY))


def conditions(event: Event, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The filters in SQL."""
    found: list[ColumnElement[bool]] = [Scan.event_id == event.id]
    for column, value in ((Scan.verdict, wanted.verdict), (Scan.gate_id, wanted.gate), (Scan.checkpoint_id, wanted.checkpoint),
                          (Scan.device_id, wanted.device), (Scan.source, wanted.source)):
        if value:
            found.append(column == value)
    if words := search_words(wanted.q):
        found.append(exists().where(Registration.id == Scan.registration_id, Registration.event_id == event.id,
                                    *(Registration.search_text.contains(word, autoescape=True) for word in words)))
    if wanted.day:
        start = moment(date.fromisoformat(wanted.day), time.min, event.timezone)
        found += [Scan.judged_at >= start, Scan.judged_at < start + timedelta(days=1)]
    if wanted.only:
        found.append(ONLY[wanted.only][1]())
    return found


def listed(event: Event, wanted: Wanted) -> Select[tuple[Scan]]:
    """The scans that are shown, newest first."""
    return (select(Scan).options(joinedload(Scan.registration), joinedload(Scan.gate), joinedload(Scan.device))
            .where(*conditions(event, wanted)).order_by(Scan.id.desc()))


def choices(event: Event) -> dict[str, list[tuple[Any, str]]]:
    """What each filter offers, in the reader's language: name → (value, words)."""
    devices = db.session.execute(select(Device.id, Device.label).where(Device.event_id == event.id).order_by(Device.label, Device.id)
                                 .limit(MOST_DEVICES))
    return {
        "verdict": [(verdict.value, str(IN_LOG.get(verdict.value, words[0]))) for verdict, words in TEXTS.items() if verdict is not Verdict.ANNULLED],
        "checkpoint": [(row.id, both(row.name_th, row.name_en)) for row in queries.checkpoints(event)],
        "gate": [(gate.id, gate.name) for gate in queries.gates(event)], "device": [(device_id, label) for device_id, label in devices],
        "source": [(name, str(words)) for name, words in SOURCES.items()], "day": [(day.isoformat(), short_date(day)) for day in _days(event)],
        "only": [(name, str(words)) for name, (words, _condition) in ONLY.items()]}


def _days(event: Event) -> list[date]:
    """The days on which something was scanned, from the last to the first, gaps included."""
    first, last = db.session.execute(select(func.min(Scan.judged_at), func.max(Scan.judged_at)).where(Scan.event_id == event.id)).one()
    if first is None:
        return []
    days = [local(at, event.timezone).date() for at in (first, last)]
    return [days[1] - timedelta(days=n) for n in range(min((days[1] - days[0]).days + 1, MOST_DAYS))]


def headings() -> list[str]:
    """Of the file, in the reader's language."""
    return [_("Judged at"), _("Device’s clock"), _("Received at"), _("Checkpoint"), _("Gate"), _("Device"), _("Direction"), _("Way of scanning"),
            _("Verdict"), _("Verdict without force"), _("What the phone showed alone"), _("Admitted all the same"), _("Judged without a network"),
            _("The phone’s clock is wrong"), _("Undone at"), _("Name"), _("Organisation"), _("What was read")]


def rows(event: Event, wanted: Wanted) -> Iterator[list[Any]]:
    """Of the file: what is filtered, newest first. A ticket's code is left out, for it opens the door; of unknown codes it is the only trace."""
    scan, person = Scan, Registration
    query = (select(scan.judged_at, scan.claimed_at, scan.received_at, Checkpoint.name_th, Checkpoint.name_en, Gate.name.label("gate"), Device.label,
                    scan.direction, scan.source, scan.verdict, scan.would_be, scan.shown, scan.forced_needed, scan.offline, scan.clock_warning,
                    scan.undone_at, person.title, person.first_name, person.last_name, person.organisation_name, scan.registration_id, scan.raw_code)
             .join(Checkpoint, Checkpoint.id == Scan.checkpoint_id).outerjoin(Gate, Gate.id == Scan.gate_id)
             .outerjoin(Device, Device.id == Scan.device_id)
             .outerjoin(Registration, and_(Registration.id == Scan.registration_id, Registration.event_id == event.id))
             .where(*conditions(event, wanted)).order_by(Scan.id.desc()))
    yes = _("yes")
    for row in db.session.execute(query.execution_options(yield_per=1000)):
        marks = [yes if mark else "" for mark in (row.forced_needed, row.offline, row.clock_warning)]
        yield [row.judged_at, row.claimed_at, row.received_at, both(row.name_th, row.name_en), row.gate or "", row.label or "", way(row.direction),
               str(SOURCES[row.source]), *(word(verdict) for verdict in (row.verdict, row.would_be, row.shown)), *marks, row.undone_at or "",
               display_name(row.title or "", row.first_name or "", row.last_name or ""), row.organisation_name or "",
               "" if row.registration_id else row.raw_code]


def word(verdict: str) -> str:
    """What the log calls a stored verdict; "" of none."""
    return str(IN_LOG.get(verdict) or TEXTS[Verdict(verdict)][0]) if verdict else ""


def way(direction: Direction) -> str:
    """In or out, in words."""
    return _("Going out") if direction is Direction.OUT else _("Coming in")


def number_of(event: Event, wanted: Wanted) -> int:
    """How many scans the filters leave."""
    return db.session.scalar(select(func.count(Scan.id)).where(*conditions(event, wanted))) or 0


def undone_by(scan: Scan) -> tuple[datetime, str] | None:
    """When a scan was undone and by whom."""
    if scan.undone_at is None:
        return None
    user, device = (db.session.get(kind, one) if one else None for kind, one in ((User, scan.undone_by_id), (Device, scan.undone_by_device_id)))
    return scan.undone_at, user.name if user else device.label if device else ""
