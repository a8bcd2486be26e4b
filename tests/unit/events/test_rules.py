"""What an event must obey."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.events import rules
from models import EventKind

START = datetime(2020, 7, 17, 2, tzinfo=UTC)
END = START + timedelta(hours=7)


def details(**given: object) -> rules.EventDetails:
    """Sound details of a one-day event with one category."""
    texts = dict.fromkeys(
        ("slug", "title_en", "summary_th", "summary_en", "place_th", "place_en", "map_url", "online_url", "chair_th", "chair_en",
         "contact_name", "contact_phone", "contact_email"), "")
    sound = {"kind": EventKind.MEETING, "title_th": "ประชุม", **texts, "starts_at": START, "ends_at": END, "hours": None,
             "registration_opens_at": None, "registration_closes_at": None, "capacity": None,
             "categories": (category(),), "sessions": ()}
    return rules.EventDetails(**(sound | given))


def category(row: int = 0, name_th: str = "ผู้เข้าร่วม", **given: object) -> rules.CategoryDetails:
    return rules.CategoryDetails(**({"row": row, "id": None, "name_th": name_th, "name_en": "", "capacity": None} | given))


def session(row: int = 0, **given: object) -> rules.SessionDetails:
    return rules.SessionDetails(**({"row": row, "id": None, "title_th": "พิธีเปิด", "title_en": "", "starts_at": START,
                                    "ends_at": START + timedelta(hours=1), "room": "", "speaker": ""} | given))


def facts(what: rules.EventDetails) -> list[tuple[type, str | None]]:
    """The broken rules and the fields that they are about."""
    try:
        rules.check(what)
    except rules.Unfit as unfit:
        return [(type(fact), fact.field) for fact in unfit.facts]
    return []


def test_sound_details_pass() -> None:
    opens = START - timedelta(days=9)
    assert facts(details(sessions=(session(),), registration_opens_at=opens, registration_closes_at=END)) == []


@pytest.mark.parametrize(("wrong", "expected"), [
    ({"ends_at": START}, (rules.EndsBeforeStart, "end_time")),
    ({"registration_closes_at": END + timedelta(minutes=1)}, (rules.ClosesTooLate, "closes_day")),
    ({"registration_opens_at": END}, (rules.OpensTooLate, "opens_day")),
    ({"registration_opens_at": START, "registration_closes_at": START}, (rules.ClosesBeforeOpening, "closes_day")),
    ({"slug": "งาน"}, (rules.SlugUnfit, "slug")),
    ({"slug": "two--hyphens"}, (rules.SlugUnfit, "slug")),
    ({"categories": ()}, (rules.NoCategory, "categories")),
    ({"categories": (category(id=3, remove=True),)}, (rules.NoCategory, "categories")),
    ({"categories": (category(), category(2, " ผู้เข้ารวม"))}, (rules.CategoryTwice, "categories-2-name_th")),
    ({"sessions": (session(1, ends_at=START),)}, (rules.SessionEndsBeforeStart, "sessions-1-ends")),
    ({"sessions": (session(2, starts_at=START - timedelta(hours=1)),)}, (rules.SessionOutsideEvent, "sessions-2-starts")),
    ({"sessions": (session(ends_at=END + timedelta(minutes=1)),)}, (rules.SessionOutsideEvent, "sessions-0-starts")),
])
def test_each_rule_names_its_field(wrong: dict[str, object], expected: tuple[type, str]) -> None:
    assert facts(details(**wrong))[0] == expected


def test_all_broken_rules_are_told_at_once() -> None:
    both = replace(details(slug="งาน"), ends_at=START)
    assert [fact for fact, _field in facts(both)] == [rules.EndsBeforeStart, rules.SlugUnfit]


def test_a_session_that_goes_may_be_wrong() -> None:
    assert facts(details(sessions=(session(id=1, ends_at=START, remove=True),))) == []


@given(st.text(max_size=300), st.dates())
def test_a_proposed_slug_is_always_fit(title: str, day: date) -> None:
    slug = rules.propose_slug(title, day)
    assert rules.SLUG.fullmatch(slug)
    assert slug.startswith(day.isoformat() + "-")
    assert len(f"{slug}-{rules.random_part()}") <= rules.SLUG_LENGTH


def test_a_proposed_slug_reads_like_the_title() -> None:
    slug = rules.propose_slug("Result Presentation: Cluster 4.0", date(2020, 7, 17))
    assert slug == "2020-07-17-result-presentation-cluster-4-0"
