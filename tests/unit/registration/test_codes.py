"""Access codes: how they are read, what they open, what they hold, and what organisers do with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from blueprints.registration import approval, code_changes, codes, seats, services, tasks
from blueprints.registration.code_changes import CodeDetails, Invited
from blueprints.registration.details import Details, RegisterCommand
from core.errors import ChangedMeanwhile, Refused
from core.transaction import transaction
from models import AccessCode, Event, HistoryEntry, Registration, RegistrationStatus, db, now
from tests.factories import Factory

LATER = timedelta(hours=2)


def come(event: Event, person: str, code: AccessCode | None = None, category: int = 0) -> Registration:
    details = Details(event.categories[category].id, person, email=f"{person}@example.org")
    with transaction():
        return services.register(event, RegisterCommand(details, access_code=code.code if code else ""))


def taken(event: Event) -> tuple[int, ...]:
    db.session.expire_all()
    return (event.taken, *(category.taken for category in event.categories))


def expire(code: AccessCode) -> None:
    db.session.execute(update(AccessCode).where(AccessCode.id == code.id).values(expires_at=now() - timedelta(minutes=1)))
    db.session.commit()
    db.session.expire_all()


@pytest.mark.parametrize("typed", ["VIP2569", "vip-2569", " vip ๒๕๖๙ ", "V I P – 2569", "vip\u200b2569"])
def test_a_code_is_known_however_it_is_typed(make: Factory, typed: str) -> None:
    event = make.event()
    code = make.access_code(event, code="VIP2569")
    make.access_code(make.event(), code="VIP2569")
    assert codes.find(event, typed) is code


def test_a_thai_code(make: Factory) -> None:
    event = make.event()
    code = code_changes.create(event, CodeDetails(), "ก้าวหน้า ๔.๐")
    assert codes.find(event, "ก้าวหน้า40") is code


@pytest.mark.parametrize(("state", "fact"), [
    ({"uses": 1}, codes.CodeUsedUp), ({"revoked_at": now()}, codes.CodeRevoked), ({"declined_at": now(), "revoked_at": now()}, codes.CodeRevoked),
    ({"expires_at": now() - LATER}, codes.CodeExpired), ({"expires_at": now() - LATER, "revoked_at": now()}, codes.CodeExpired)])
def test_why_a_code_is_not_good(make: Factory, state: dict[str, object], fact: type[Refused]) -> None:
    event = make.event()
    code = make.access_code(event, code="VIP", **state)
    with pytest.raises(fact) as refused:
        codes.find(event, "vip")
    assert refused.value.field == "access_code"
    with pytest.raises(fact):
        codes.redeem(event.id, code, event.categories[0].id)
    with pytest.raises(codes.CodeUnknown):
        codes.find(event, "nobody")


def test_random_codes_are_read_as_they_are_written() -> None:
    code = codes.readable(12)
    assert not set(code) & set("01ILO") and codes.clean(codes.grouped(code).lower()) == code


def test_what_is_open_to_whom(make: Factory) -> None:
    event = make.event()
    hidden = make.category(event, hidden=True)
    seen = event.categories[0]
    assert codes.categories_open_to(event, None) == [seen]
    assert codes.categories_open_to(event, make.access_code(event)) == [seen]
    assert codes.categories_open_to(event, make.access_code(event, category_id=hidden.id)) == [hidden]
    with pytest.raises(codes.CodeNotForCategory):
        codes.redeem(event.id, make.access_code(event, category_id=hidden.id), seen.id)


def test_an_invitation_fills_in_the_form(make: Factory) -> None:
    code = make.access_code(make.event(), name="ผศ.ดร.กัญญา ณ เชียงใหม่", email="k@example.org", organisation_name="มหาวิทยาลัย")
    assert codes.prefill(code) == {"title": "ผศ.ดร.", "first_name": "กัญญา", "last_name": "ณ เชียงใหม่", "email": "k@example.org",
                                   "organisation_name": "มหาวิทยาลัย"}


def test_held_seats_are_nobody_elses(make: Factory) -> None:
    event = make.event(capacity=2)
    with transaction():
        code = code_changes.create(event, CodeDetails("วิทยากร", event.categories[0].id, 2, True))
    assert taken(event) == (2, 2)
    db.session.commit()
    with pytest.raises(seats.EventFull):
        come(event, "someone")
    first = come(event, "first", code)
    assert taken(event) == (2, 2) and code.uses == 1
    with transaction():
        services.cancel(first)
    assert taken(event) == (2, 2) and code.uses == 0, "the seat stays with the code"
    come(event, "again", code)
    with transaction():
        code_changes.revoke(code)
        code_changes.revoke(code)
    assert taken(event) == (1, 1), "who came with it stays, the other seat is free"
    come(event, "someone")


def test_no_more_is_held_than_is_free(make: Factory) -> None:
    event = make.event(capacity=5)
    small = make.category(event, capacity=3)
    db.session.commit()
    for category, wanted, left in ((event.categories[0], 6, "5"), (small, 4, "3")):
        with pytest.raises(seats.NotEnough) as refused, transaction():
            code_changes.create(event, CodeDetails("", category.id, wanted, True))
        assert left in str(refused.value.message) and refused.value.field == "reserves"
        assert taken(event) == (0, 0, 0)


def test_changing_a_code_moves_its_seats(make: Factory) -> None:
    event = make.event(capacity=10)
    other = make.category(event)
    here = event.categories[0]

    def set_to(**values: object) -> None:
        with transaction():
            now_it_is = {name: getattr(code, name) for name in CodeDetails.__dataclass_fields__}
            code_changes.change(code, CodeDetails(**(now_it_is | values)), code_changes.fingerprint(code))  # type: ignore[arg-type]

    code = code_changes.create(event, CodeDetails("", here.id, 3, True))
    set_to(max_uses=5)
    assert taken(event) == (5, 5, 0)
    set_to(category_id=other.id, max_uses=2)
    assert taken(event) == (2, 0, 2)
    set_to(category_id=None)
    assert taken(event) == (2, 0, 0)
    come(event, "one", code)
    assert taken(event) == (2, 1, 0)
    set_to(reserves=False)
    assert taken(event) == (1, 1, 0)
    set_to(reserves=True)
    assert taken(event) == (2, 1, 0)
    come(event, "two", code)
    for values, fact in (({"max_uses": 1}, code_changes.BelowUses), ({"category_id": here.id}, code_changes.CategoryInUse),
                         ({"expires_at": now() - LATER}, code_changes.ExpiresInThePast), ({"max_uses": 20}, seats.NotEnough)):
        with pytest.raises(fact):
            set_to(**values)
    with pytest.raises(ChangedMeanwhile):
        code_changes.change(code, CodeDetails(), "something older")
    assert taken(event) == (2, 2, 0)


def test_a_code_lapses_once_and_a_later_end_brings_it_back(make: Factory) -> None:
    event = make.event(capacity=3, waitlist=True)
    code = code_changes.create(event, CodeDetails("", None, 2, True, now() + LATER))
    open_only = code_changes.create(event, CodeDetails("", None, 2, False, now() + LATER))
    db.session.commit()
    come(event, "one", code)
    for one in (code, open_only):
        expire(one)
    tasks.let_codes_lapse()
    tasks.let_codes_lapse()
    assert taken(event)[0] == 1 and codes.lapsed(code) and open_only.revoked_at is None
    assert db.session.scalars(select(HistoryEntry.verb).where(HistoryEntry.verb == "code.lapsed")).all() == ["code.lapsed"]
    with transaction():
        code_changes.change(code, CodeDetails("", None, 3, True, now() + LATER), code_changes.fingerprint(code))
    assert taken(event)[0] == 3 and codes.find(event, code.code)
    with transaction():
        code_changes.revoke(code)
    with pytest.raises(code_changes.CodeGone):
        code_changes.change(code, CodeDetails(), code_changes.fingerprint(code))


def test_who_asks_with_a_code_holds_no_seat_when_it_is_revoked(make: Factory) -> None:
    event = make.event(capacity=2)
    asked = make.category(event, approval=True)
    with transaction():
        code = code_changes.create(event, CodeDetails("", asked.id, 2, True))
    pending = come(event, "asks", code, category=1)
    assert pending.status == RegistrationStatus.PENDING_APPROVAL and taken(event) == (2, 0, 2)
    with transaction():
        code_changes.revoke(code)
    assert taken(event) == (0, 0, 0)
    with transaction():
        approval.approve(pending)
    assert taken(event) == (1, 0, 1)


def test_seats_freed_go_to_those_who_wait(make: Factory) -> None:
    event = make.event(capacity=1, waitlist=True, starts_at=now() + timedelta(days=3))
    with transaction():
        code = code_changes.create(event, CodeDetails("", None, 1, True))
        waiting = make.registration(event, status=RegistrationStatus.WAITLISTED, waitlisted_at=now())
    with transaction():
        code_changes.decline(code)
        code_changes.decline(code)
    assert waiting.status == RegistrationStatus.NOT_CONFIRMED and taken(event)[0] == 1 and code.declined_at


def test_what_cannot_be_made(make: Factory) -> None:
    event, other = make.event(), make.event()
    code_changes.create(event, CodeDetails(), "วิทยากร")
    for details, typed, fact in ((CodeDetails(), "วิทยากร ", code_changes.CodeTaken), (CodeDetails(), "a-b", code_changes.CodeTooShort),
                                 (CodeDetails(category_id=other.categories[0].id), "", seats.NoSuchCategory),
                                 (CodeDetails(expires_at=now() - LATER), "", code_changes.ExpiresInThePast)):
        with pytest.raises(fact):
            code_changes.create(event, details, typed)
    with pytest.raises(code_changes.EventIsOver):
        code_changes.create(make.event(status="cancelled"), CodeDetails())


def test_history_tells_the_deed_and_not_the_person(make: Factory) -> None:
    code = code_changes.create(make.event(), CodeDetails("สื่อมวลชน"), invited=Invited("x@example.org", "ชื่อคน"))
    entry = db.session.scalars(select(HistoryEntry)).one()
    assert entry.verb == "code.created" and entry.details["code_id"] == code.id and "example.org" not in str(entry.details)
    come(code.event, "one", code)
    with pytest.raises(codes.CodeUsedUp):
        code_changes.decline(code)
