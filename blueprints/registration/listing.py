"""The organiser's list of an event: what it leaves out, in which order, with which columns.

All of it stands in the page's address, so that a view can be kept, handed on, and exported as it is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, and_, exists, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.functions import FunctionElement

from blueprints.registration import exports
from blueprints.registration.people import search_words
from models import (
    Category,
    Event,
    Message,
    MessageState,
    Organisation,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    SessionChoice,
    db,
)

COUNTED = 10_000  # more people than this are "more than 10,000": counting on would cost more than it tells
PAGE_SIZES = (50, 100, 200)
SHOWN = ("organisation", "category", "created_at", "status")  # besides the name, which always stands
#: Filters of features above registration: name → condition for a value (checkin: "came").
EXTRA_FILTERS: dict[str, Callable[[Event, str], ColumnElement[bool] | None]] = {}
#: Columns of features above registration: name → (heading, texts by registration id: of these, or of the whole event).
EXTRA_COLUMNS: dict[str, tuple[Any, Callable[[Event, Sequence[int] | None], dict[int, str]]]] = {}
#: What staff have marked people with.
MARKS = {"vip": Registration.vip, "wheelchair": Registration.wheelchair}

ORDERS: dict[str, tuple[Any, ...]] = {
    "name": (Registration.sort_key,),
    # Those without an entry in the directory come last, by what they typed.
    "organisation": (func.coalesce(Organisation.sort_key, "\uffff"), Registration.organisation_name),
    "category": (Category.position, Category.id),
    "created": (Registration.created_at,),
    "status": (Registration.status,),
}


@dataclass(frozen=True)
class Chosen:
    """What the list shows; empty values leave nothing out."""

    q: str = ""
    status: RegistrationStatus | None = None
    category: int | None = None
    session: int | None = None
    organisation: int | None = None
    source: RegistrationSource | None = None
    code: int | None = None
    imported: int | None = None
    mark: str = ""  # "vip", "wheelchair"
    mail: str = ""  # "none": without an address; "bounced", "failed": a message did not arrive
    extra: Mapping[str, str] = field(default_factory=dict)
    order: str = "name"
    down: bool = False
    columns: tuple[str, ...] = SHOWN
    per_page: int = PAGE_SIZES[0]

    def as_args(self) -> dict[str, Any]:
        """As it stands in an address; what is usual is left out."""
        usual = Chosen()
        args: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "extra":
                args |= value
            elif value != getattr(usual, one.name):
                args[one.name] = ",".join(value) if one.name == "columns" else "1" if value is True else str(value)
        return args

    def sorted_by(self, order: str) -> dict[str, Any]:
        """The address of the list in another order; the same order again turns it round."""
        return replace(self, order=order, down=order == self.order and not self.down).as_args()

    def without(self, name: str) -> dict[str, Any]:
        """The address of the list without one filter."""
        return {key: value for key, value in self.as_args().items() if key != name}

    @property
    def filters(self) -> dict[str, Any]:
        """What leaves people out."""
        return {name: value for name, value in self.as_args().items() if name not in ("order", "down", "columns", "per_page")}


def chosen(args: Mapping[str, str]) -> Chosen:
    """What an address asks for; nonsense asks for nothing."""
    def number(name: str) -> int | None:
        value = args.get(name, "")
        return int(value) if value.isdecimal() and len(value) < 10 else None

    def one_of(name: str, members: Any) -> Any:
        return members(args[name]) if args.get(name) in list(members) else None

    order, per_page = args.get("order", "name"), number("per_page")
    ticked = args.getlist("column") if hasattr(args, "getlist") else []
    columns = tuple(ticked) or (tuple(name for name in args.get("columns", "").split(",") if name) if "columns" in args else SHOWN)
    return Chosen(
        args.get("q", "")[:200], one_of("status", RegistrationStatus), number("category"), number("session"), number("organisation"),
        one_of("source", RegistrationSource), number("code"), number("imported"),
        args["mark"] if args.get("mark") in MARKS else "",
        args["mail"] if args.get("mail") in ("none", "bounced", "failed") else "",
        {name: args[name] for name in EXTRA_FILTERS if args.get(name)}, order if order in ORDERS else "name", args.get("down") == "1",
        tuple(name for name in columns if name in exports.COLUMNS or name in EXTRA_COLUMNS or (name.startswith("q") and name[1:].isdecimal())),
        per_page if per_page in PAGE_SIZES else PAGE_SIZES[0])


def conditions(event: Event, wanted: Chosen) -> list[ColumnElement[bool]]:
    """The filters in SQL."""
    found: list[ColumnElement[bool]] = [Registration.event_id == event.id]
    found += [_holds(Registration.search_text, word) for word in search_words(wanted.q)]
    for column, value in ((Registration.status, wanted.status), (Registration.category_id, wanted.category),
                          (Registration.organisation_id, wanted.organisation), (Registration.source, wanted.source),
                          (Registration.access_code_id, wanted.code), (Registration.import_id, wanted.imported)):
        if value is not None:
            found.append(column == value)
    if wanted.session is not None:
        found.append(exists().where(SessionChoice.registration_id == Registration.id, SessionChoice.session_id == wanted.session))
    if wanted.mark:
        found.append(MARKS[wanted.mark].is_(True))
    if wanted.mail == "none":
        found.append(Registration.email == "")
    elif wanted.mail:
        lost = Message.bounced_at.is_not(None) if wanted.mail == "bounced" else Message.state == MessageState.FAILED
        found.append(exists().where(and_(Message.registration_id == Registration.id, lost)))
    found += [condition for name, value in wanted.extra.items() if (condition := EXTRA_FILTERS[name](event, value)) is not None]
    return found


class _holds(FunctionElement[bool]):
    """Whether a text holds a word. Both are folded, so that no case need be ignored, which would cost three times as much."""

    type = Boolean()
    inherit_cache = True


@compiles(_holds)
def _strpos(element: _holds, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


@compiles(_holds, "sqlite")
def _instr(element: _holds, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


def listed(event: Event, wanted: Chosen) -> Select[tuple[Registration]]:
    """The registrations that are shown, in their order."""
    return _ordered(_whole(wanted), event, wanted)


def _whole(wanted: Chosen) -> Select[tuple[Registration]]:
    query = select(Registration).options(joinedload(Registration.category))
    return query.options(selectinload(Registration.sessions)) if "sessions" in wanted.columns else query


def _ordered(query: Select[Any], event: Event, wanted: Chosen) -> Select[Any]:
    query = query.where(*conditions(event, wanted))
    if wanted.order == "organisation":
        query = query.outerjoin(Organisation, Organisation.id == Registration.organisation_id)
    elif wanted.order == "category":
        query = query.join(Category, Category.id == Registration.category_id)
    keys = [*ORDERS[wanted.order], Registration.id]
    return query.order_by(*(key.desc() for key in keys) if wanted.down else keys)


@dataclass(frozen=True)
class Page:
    """One page of the list; `total` people match, up to `COUNTED` + 1, and `more` says whether another page follows."""

    items: list[Registration]
    number: int
    total: int
    more: bool


def page(event: Event, wanted: Chosen, number: int) -> Page:
    """The `number`th page, from 1: first the ids of all who match, from an index alone, and then fifty whole rows."""
    start = (max(number, 1) - 1) * wanted.per_page
    ids = list(db.session.scalars(_ordered(select(Registration.id), event, wanted).limit(max(COUNTED, start + wanted.per_page) + 1)))
    shown = ids[start:start + wanted.per_page]
    rows = {one.id: one for one in db.session.scalars(_whole(wanted).where(Registration.id.in_(shown)))}
    return Page([rows[i] for i in shown if i in rows], max(number, 1), len(ids), len(ids) > start + wanted.per_page)
