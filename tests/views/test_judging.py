"""Judging through HTTP: criteria and judges by the organiser, points by a private link, results."""

from __future__ import annotations

import io

import openpyxl
import pytest

from blueprints.presentations import judging, services
from blueprints.presentations.judging import CriterionCommand
from blueprints.presentations.services import SlotCommand
from models import Event, Judge, Role, Score, Slot, db
from tests.factories import Factory
from tests.page import Browser


@pytest.fixture
def event(make: Factory) -> Event:
    event = make.event()
    make.organisation("บริษัท ก จำกัด")
    services.save(event, SlotCommand(organisation="บริษัท ก จำกัด", title_en="First"))
    services.save(event, SlotCommand(title_th="ที่สอง", title_en="Second"))
    judging.save_criterion(event, CriterionCommand("เนื้อหา", "Content", 10, 2))
    judging.save_criterion(event, CriterionCommand("การนำเสนอ", "Delivery", 5, 1))
    return event


@pytest.fixture
def organiser(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.ORGANISER, event)
    return browser.speak("en").sign_in(user)


def base(event: Event) -> str:
    return f"/organiser/events/{event.id}/presentations/judging"


def sheet(event: Event, *points: int) -> dict[str, str]:
    return {f"c{one.id}": str(given) for one, given in zip(judging.criteria(event), points, strict=False)}


def test_a_judge_scores_on_a_phone_by_a_private_link(organiser: Browser, event: Event) -> None:
    page = organiser.post(f"{base(event)}/judges", {"name": "ดร.กัญญา"}, 200)
    link = page.one(".copy-field input")["value"].removeprefix("http://localhost")
    phone = Browser(organiser.app).speak("en")
    first, second = judging.talks(event)
    phone.post(f"{link}/{first.id}", sheet(event, 8, 4) | {"words": "ดีมาก"})
    phone.post(f"{link}/{second.id}", sheet(event, 10))  # one criterion is still missing
    assert [badge.get_text() for badge in phone.get(link).all(".judging-list .tag")] == ["Scored", "In part"]
    assert phone.get(f"{link}/{first.id}").one("textarea").get_text(strip=True) == "ดีมาก"
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in organiser.get(base(event)).all(".scores tbody tr")]
    assert rows == [["1", "80.00", "8.00", "4.00", "1", "–"], ["–", "–", "10.00", "–", "1", "ดร.กัญญา"]]
    book = openpyxl.load_workbook(io.BytesIO(organiser.open("GET", f"{base(event)}.xlsx").data))
    assert [cell.value for cell in book.active[2]][:3] == [1, "บริษัท ก จำกัด – First", "80.00"]


def test_points_are_within_what_can_be_given(organiser: Browser, event: Event) -> None:
    _judge, token = judging.add_judge(event, "ก")
    first = judging.talks(event)[0]
    page = Browser(organiser.app).post(f"/judge/{token}/{first.id}", sheet(event, 11, 4), 422)
    assert page.all(".field-error") and not db.session.scalar(db.select(Score))


def test_nobody_scores_a_talk_of_the_own_organisation(organiser: Browser, event: Event) -> None:
    judge, token = judging.add_judge(event, "ข", "บริษัท ก จำกัด")
    first, second = judging.talks(event)
    phone = Browser(organiser.app)
    phone.get(f"/judge/{token}/{first.id}", 404)
    phone.post(f"/judge/{token}/{second.id}", sheet(event, 1, 1))
    with pytest.raises(judging.OwnTalk):
        judging.score(judge, first, {})
    assert judging.missing(event) == {first.id: [], second.id: []}


def test_once_scoring_is_closed_nothing_changes(organiser: Browser, event: Event) -> None:
    _judge, token = judging.add_judge(event, "ค")
    first = judging.talks(event)[0]
    organiser.post(f"{base(event)}/close")
    page = Browser(organiser.app).speak("en").post(f"/judge/{token}/{first.id}", sheet(event, 5, 5), 422)
    assert "Scoring is closed" in page.text() and not db.session.scalar(db.select(Score))
    organiser.post(f"{base(event)}/open")
    Browser(organiser.app).post(f"/judge/{token}/{first.id}", sheet(event, 5, 5))


def test_a_new_link_shuts_the_old_one(organiser: Browser, event: Event) -> None:
    judge, token = judging.add_judge(event, "ง")
    phone = Browser(organiser.app)
    phone.get(f"/judge/{token}")
    link = organiser.post(f"{base(event)}/judges/{judge.id}/renew", status=200).one(".copy-field input")["value"].removeprefix("http://localhost")
    phone.get(f"/judge/{token}", 404)
    phone.get(link)
    organiser.post(f"{base(event)}/judges/{judge.id}/remove")
    phone.get(link, 404)
    phone.get("/judge/nonsense", 404)


def test_a_criterion_goes_with_its_points_and_is_not_lowered_below_them(organiser: Browser, event: Event) -> None:
    judge, _token = judging.add_judge(event, "จ")
    content, delivery = judging.criteria(event)
    judging.score(judge, judging.talks(event)[0], {content.id: 9, delivery.id: 5})
    with pytest.raises(judging.BelowGiven):
        judging.save_criterion(event, CriterionCommand("เนื้อหา", most=8), content)
    organiser.post(f"{base(event)}/criteria/{delivery.id}/remove")
    assert db.session.scalar(db.select(db.func.count()).select_from(Score)) == 1
    assert judging.results(event)[0][1].total == 90


@pytest.mark.parametrize("given", [{"name_th": ""}, {"most": "0"}, {"most": "101"}, {"weight": "x"}])
def test_a_wrong_criterion_is_told(organiser: Browser, event: Event, given: dict[str, str]) -> None:
    sent = {"name_th": "ใหม่", "most": "10", "weight": "1"} | given
    assert organiser.post(f"{base(event)}/criteria", sent, 422).all(".field-error")
    organiser.post(f"{base(event)}/criteria", {"name_th": "ใหม่", "most": "10", "weight": "1"})
    assert len(judging.criteria(event)) == 3


def test_links_open_the_own_event_alone(organiser: Browser, event: Event, make: Factory) -> None:
    other = make.event()
    foreign: Slot = services.save(other, SlotCommand(title_th="อื่น"))
    _judge, token = judging.add_judge(event, "ฉ")
    Browser(organiser.app).get(f"/judge/{token}/{foreign.id}", 404)
    stranger = judging.add_judge(other, "ช")[0]
    organiser.post(f"{base(event)}/judges/{stranger.id}/remove", status=404)
    assert db.session.get(Judge, stranger.id)
