"""Papers through HTTP: who is on them, who may have them, what happens when there are many people."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from blueprints.certificates.specimen import demo_signature
from blueprints.checkin.rowcodes import read_row_code
from blueprints.papers import services, tasks
from blueprints.registration.tickets import ticket_url
from core import storage
from models import Checkpoint, CheckpointKind, Event, Job, JobState, RegistrationStatus, Role, SessionChoice, Signature, db, now
from tests.factories import Factory
from tests.page import Browser

START = datetime(2020, 7, 17, 2, tzinfo=UTC)  # nine o'clock


@pytest.fixture
def event(make: Factory) -> Event:
    return make.event(title_th="ประชุมสรุปผล", starts_at=START, ends_at=START + timedelta(hours=7, minutes=30))


@pytest.fixture
def viewer(make: Factory, browser: Browser, event: Event) -> Browser:
    user = make.user()
    make.grant(user, Role.VIEWER, event)
    return browser.sign_in(user)


def base(event: Event) -> str:
    return f"/organiser/events/{event.id}/papers"


def ordered(viewer: Browser, event: Event, paper: str, **given: Any) -> pypdfium2.PdfDocument:
    """The paper as it comes when the form is sent as it was shown, but for what is given."""
    page = viewer.get(base(event))
    form = page.one(f'form[action="{base(event)}/{paper}"]')
    data: dict[str, Any] = {}
    for field in form.select("input, select"):
        if field.name == "select":
            data[field["name"]] = (field.select_one("option[selected]") or field.option)["value"]
        elif field.get("type") != "checkbox":
            data[field["name"]] = field.get("value", "")
        elif field.has_attr("checked"):
            data.setdefault(field["name"], []).append(field["value"])
    data |= {f"{paper}-{name}": value for name, value in given.items()}
    response = viewer.post(f"{base(event)}/{paper}", {name: value for name, value in data.items() if value is not None}, status=200).response
    assert response.mimetype == "application/pdf"
    return pypdfium2.PdfDocument(io.BytesIO(response.data))


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def said(pdf: pypdfium2.PdfDocument) -> str:
    return plain("".join(page.get_textpage().get_text_bounded() for page in pdf))


def codes(pdf: pypdfium2.PdfDocument) -> set[str]:
    return {code.text for page in pdf for code in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil().convert("L"))}


def test_badges_hold_the_ticket_of_everyone_with_a_seat(viewer: Browser, event: Event, make: Factory) -> None:
    people = [make.registration(event, first_name=name, title="", last_name="", vip=name == "น้ำทิพย์") for name in ("น้ำทิพย์", "ไก่", "กา")]
    people.append(make.registration(event, first_name="田中", last_name="太郎", title="", name_en="Taro Tanaka"))
    make.registration(event, first_name="รอก่อน", status=RegistrationStatus.WAITLISTED)
    make.registration(event, first_name="ไม่มา", status=RegistrationStatus.CANCELLED)
    pdf = ordered(viewer, event, "badges")
    text = said(pdf)
    assert text.index("กา") < text.index("ไก่") < text.index(plain("น้ำทิพย์"))
    assert "รอก่อน" not in text and text.count("VIP") == 1 and "TaroTanaka" in text, "no font draws the other name"
    assert codes(pdf) == {ticket_url(one) for one in people}
    more = said(ordered(viewer, event, "badges", confirmed_only=None))
    assert "รอก่อน" in more and "ไม่มา" not in more
    assert len(ordered(viewer, event, "badges", size="label")) == 4


def test_categories_are_a_choice_and_none_is_refused(viewer: Browser, event: Event, make: Factory) -> None:
    other = make.category(event, name_th="วิทยากร", name_en="Speaker")
    make.registration(event, first_name="กาญจนา")
    make.registration(event, first_name="ขนิษฐา", category_id=other.id)
    both_of_them = said(ordered(viewer, event, "names"))
    assert "กาญจนา" in both_of_them and "ขนิษฐา" in both_of_them
    one = said(ordered(viewer, event, "names", categories=[str(other.id)]))
    assert "กาญจนา" not in one and "ขนิษฐา" in one and "รวม1คน" in one
    page = viewer.post(f"{base(event)}/names", {"names-sort": "name"}, status=422)
    assert page.error("names-categories") and page.error("sheet-categories") == ""
    assert viewer.post(f"{base(event)}/names", {"names-sort": "name", "names-categories": "999999"}, status=422).error("names-categories")


def test_names_come_in_thai_order_by_enterprise_or_as_they_registered(viewer: Browser, event: Event, make: Factory) -> None:
    known = make.organisation("บริษัท กอไก่ จำกัด")
    for n, (name, organisation) in enumerate((("เอก", "หจก. ขอไข่"), ("ไก่", "กอไก่"), ("กา", "บจก. ขอไข่ขาว"))):
        make.registration(event, first_name=name, last_name="", title="", organisation_name=organisation,
                          organisation_id=known.id if name == "ไก่" else None, created_at=now() + timedelta(minutes=n))
    orders = {}
    for sort in ("name", "organisation", "registered"):
        text = said(ordered(viewer, event, "names", sort=sort))
        orders[sort] = sorted(("เอก", "ไก่", "กา"), key=lambda name: next(text.index(f"{n}{name}") for n in (1, 2, 3) if f"{n}{name}" in text))
    assert orders == {"name": ["กา", "ไก่", "เอก"], "organisation": ["ไก่", "เอก", "กา"], "registered": ["เอก", "ไก่", "กา"]}
    assert plain("บริษัทกอไก่จำกัด(1คน)") in said(ordered(viewer, event, "names", sort="organisation"))


def test_a_sheet_has_the_row_codes_of_its_checkpoint_and_what_was_signed(viewer: Browser, event: Event, make: Factory, app: Any) -> None:
    logo = storage.put(demo_signature(1), "image/png")
    make.host(event.programme, organisation=make.organisation("ศูนย์ส่งเสริมตัวอย่าง"), logo_sha256=logo)
    person = make.registration(event, title="ผศ.ดร.", first_name="ปิ่น", last_name="ฝั้น", position="อาจารย์", phone="+6653245361",
                               phone_extension="101")
    entrance = db.session.scalars(select(Checkpoint)).one()
    lunch = make.checkpoint(event, name_th="อาหารกลางวัน", kind=CheckpointKind.MEAL, position=1)
    for checkpoint, path in ((entrance, "M10 10L590 190"), (lunch, "M0 0L600 0")):
        db.session.add(Signature(registration_id=person.id, checkpoint_id=checkpoint.id, path=path, signed_at=START + timedelta(hours=5)))
    pdf = ordered(viewer, event, "sheet", blank="๒", thai_digits="y")
    text = said(pdf)
    for fact in ("ใบลงทะเบียน", "ประชุมสรุปผล", "วันศุกร์ที่๑๗กรกฎาคมพ.ศ.๒๕๖๓เวลา๐๙.๐๐–๑๖.๓๐น.", "ณโรงแรมตัวอย่างเชียงใหม่", "ศูนย์ส่งเสริมตัวอย่าง", "บ่าย",
                 "ผู้ช่วยศาสตราจารย์ดร.ปิ่นฝั้น", "053245361ต่อ101", "รวมผู้มีรายชื่อ๑คน", "๓", "ผู้รับรอง"):
        assert plain(fact) in text, fact
    emblem = max((thing.get_bounds() for thing in pdf[0].get_objects() if thing.type == 3), key=lambda box: box[2] - box[0])
    assert emblem[1] > 260 * 72 / 25.4 and emblem[2] - emblem[0] == pytest.approx(22 * 72 / 25.4, abs=1)
    secret = viewer.app.config["SECRET_KEY"]
    assert {read_row_code(code, secret) for code in codes(pdf)} == {(entrance.id, person.id)}
    signed = [box for thing in pdf[0].get_objects() if thing.type == 2 and (box := thing.get_bounds())[2] - box[0] > 50
              and 15.6 < box[3] - box[1] < 23]
    assert len(signed) == 1 and signed[0][0] > 166 * 72 / 25.4, "in the afternoon's column, and the meal is none"
    of_lunch = ordered(viewer, event, "sheet", checkpoint=str(lunch.id))
    assert {read_row_code(code, secret) for code in codes(of_lunch)} == {(lunch.id, person.id)}
    assert plain("ใบลงทะเบียนอาหารกลางวัน") in said(of_lunch) and "บ่าย" not in said(of_lunch)


def test_a_short_day_has_one_column_and_each_day_its_own_sheet(viewer: Browser, event: Event, make: Factory) -> None:
    event.ends_at = START + timedelta(days=1, hours=2)
    make.registration(event)
    assert "บ่าย" not in said(ordered(viewer, event, "sheet"))
    second = said(ordered(viewer, event, "sheet", day="2020-07-18", columns="2"))
    assert "วันเสาร์ที่18กรกฎาคม" in second and "บ่าย" in second
    page = viewer.post(f"{base(event)}/sheet", status=422, data={
        "sheet-day": "2020-08-01", "sheet-sort": "name", "sheet-columns": "0", "sheet-blank": "201"})
    assert page.error("sheet-day") and page.error("sheet-blank")


def test_a_sheet_of_a_chosen_session_has_those_who_chose_it(viewer: Browser, event: Event, make: Factory) -> None:
    session = make.session(event, bookable=True)
    make.checkpoint(event, name_th="ห้องย่อย", kind=CheckpointKind.SESSION, session_id=session.id, position=2)
    inside, outside = make.registration(event, first_name="กาญจนา"), make.registration(event, first_name="ขนิษฐา")
    db.session.add(SessionChoice(registration_id=inside.id, session_id=session.id))
    db.session.flush()
    room = db.session.scalars(select(Checkpoint.id).where(Checkpoint.session_id == session.id)).one()
    text = said(ordered(viewer, event, "sheet", checkpoint=str(room)))
    assert inside.first_name in text and outside.first_name not in text


def test_nobody_is_a_sentence_and_an_empty_sheet_a_paper(viewer: Browser, event: Event, make: Factory) -> None:
    page = viewer.post(f"{base(event)}/badges", {"badges-sort": "name", "badges-size": "card", "badges-confirmed_only": "y"}, status=422)
    assert page.one(".error-summary")
    assert "รวมผู้มีรายชื่อ0คน" in said(ordered(viewer, event, "sheet", blank="5"))


def test_many_people_are_printed_by_the_worker(viewer: Browser, event: Event, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 1)
    for name in ("กาญจนา", "ขนิษฐา"):
        make.registration(event, first_name=name)
    for _ in range(2):
        viewer.post(f"{base(event)}/tents", {"tents-sort": "name", "tents-confirmed_only": "y"})
    former, job = db.session.scalars(select(Job).order_by(Job.id))
    assert (job.kind, job.state, job.done, job.total) == ("paper-tents", JobState.DONE, 2, 2)
    assert former.file_sha256 is None, "the newest alone is kept"
    link = viewer.get(base(event)).one(".job-file a")["href"]
    response = viewer.open("GET", link)
    assert len(pypdfium2.PdfDocument(io.BytesIO(response.data))) == 2
    assert response.headers["Content-Disposition"].isascii() and "filename*=UTF-8''" in response.headers["Content-Disposition"]
    sha256, job.finished_at = job.file_sha256, now() - timedelta(hours=25)
    tasks.take_away_old_papers()
    assert db.session.get_one(Job, job.id).file_sha256 is None and not storage.path_of(sha256).exists()
    viewer.get(link, status=404)


def test_a_paper_whose_worker_was_killed_is_given_up_and_offered_again(viewer: Browser, event: Event) -> None:
    long_ago = now() - timedelta(minutes=5)
    lost, waiting, other = (Job(kind=kind, event_id=event.id, state=state, seen_at=long_ago) for kind, state in (
        ("paper-badges", JobState.RUNNING), ("paper-sheet", JobState.QUEUED), ("merge", JobState.RUNNING)))
    db.session.add_all([lost, waiting, other])
    db.session.commit()
    tasks.give_up_lost_papers()
    db.session.expire_all()
    assert [job.state for job in (lost, waiting, other)] == [JobState.FAILED, JobState.QUEUED, JobState.RUNNING]
    assert viewer.get(base(event)).one("#paper-progress .notice")


def test_one_badge_is_printed_again_by_a_door_supervisor(event: Event, make: Factory, app: Any) -> None:
    person, gone = make.registration(event), make.registration(event, status=RegistrationStatus.CANCELLED)
    user, watcher = make.user(), make.user()
    make.grant(user, Role.DOOR_SUPERVISOR, event)
    make.grant(watcher, Role.VIEWER, event)
    supervisor = Browser(app).sign_in(user)
    shown = supervisor.get(f"/organiser/events/{event.id}/registrations/{person.id}")
    links = [link["href"] for link in shown.all(f'a[href*="/papers/badges/{person.id}.pdf"]')]
    assert len(links) == 3
    response = supervisor.open("GET", links[0])
    assert response.headers["Content-Disposition"].startswith("inline") and response.headers["Cache-Control"] == "no-store"
    pdf = pypdfium2.PdfDocument(io.BytesIO(response.data))
    assert len(pdf) == 1 and pdf[0].get_size() == pytest.approx((86 * 72 / 25.4, 54 * 72 / 25.4), abs=0.02)
    assert codes(pdf) == {ticket_url(person)}
    supervisor.get(f"{base(event)}/badges/{gone.id}.pdf", status=404)
    supervisor.get(f"{base(event)}/badges/{person.id}.pdf?size=huge", status=404)
    supervisor.get(f"{base(make.event())}/badges/{person.id}.pdf", status=404)
    assert not Browser(app).sign_in(watcher).get(f"/organiser/events/{event.id}/registrations/{person.id}").all('a[href*="/papers/badges/"]')


def test_a_person_whose_data_were_erased_is_on_no_paper(viewer: Browser, event: Event, make: Factory) -> None:
    make.registration(event, first_name="กาญจนา")
    make.registration(event, first_name="-", anonymised_at=now())
    assert "รวม1คน" in said(ordered(viewer, event, "names"))


def test_the_page_costs_the_same_for_many_people(viewer: Browser, event: Event, make: Factory, statements: Any) -> None:
    def cost() -> int:
        with statements() as sent:
            viewer.get(base(event))
        return len(sent)

    make.registration(event)
    few = cost()
    for _ in range(5):
        make.registration(event)
    assert cost() == few
