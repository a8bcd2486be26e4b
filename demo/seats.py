"""What shows seats in the demonstration: sessions side by side that people chose, a full event with its waitlist, files to hand out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert

from blueprints.events.handouts import FileDetails, Upload, save_files
from core.pdf import html_to_pdf
from models import Event, EventSession, Registration, RegistrationStatus, SessionChoice, db, now

PAGE = "@page { size: A4; margin: 25mm } body { font: 12pt/1.8 Sarabun } h1 { font-size: 20pt }"
GUIDE = """<html lang="th"><h1>การเดินทางและสิ่งที่ควรเตรียม</h1><p>{place}</p>
<p>โปรดเตรียมบัตรเข้างานในโทรศัพท์ และมาถึงก่อนเวลาเริ่มงาน 15 นาที ที่จอดรถอยู่ด้านหลังอาคาร</p><p>เอกสารตัวอย่างสำหรับทดลองใช้งาน</p>"""
SLIDES = """<html lang="th"><h1>เอกสารประกอบการสัมมนา</h1><p>{title}</p><p>เฉพาะผู้ลงทะเบียน เอกสารตัวอย่างสำหรับทดลองใช้งาน</p>"""


def choose_sessions(event: Event, people: Sequence[Registration], *, seed: int) -> None:
    """Each person goes to one of the sessions that run side by side while it has seats."""
    dice = random.Random(seed)  # the demonstration is the same everywhere
    rooms = [session for session in event.sessions if session.bookable]
    for person in people:
        free = [room for room in rooms if room.capacity is None or room.taken < room.capacity]
        if free and dice.random() < 0.9:
            room: EventSession = dice.choice(free)
            room.taken += 1
            db.session.execute(insert(SessionChoice).values(registration_id=person.id, session_id=room.id))
    db.session.flush()


def wait(event: Event, people: Sequence[Registration]) -> None:
    """The last of `people` came when everything was taken: as many as have no seat wait, in their order."""
    for place, person in enumerate(people[event.capacity:]):
        person.status = RegistrationStatus.WAITLISTED
        person.waitlisted_at = now() - timedelta(hours=30 - place)
    event.waitlist = True
    db.session.flush()


def hand_out(event: Event) -> None:
    """A guide for everyone, and slides for those who registered."""
    for name, text, for_registered in (("การเดินทางและสิ่งที่ควรเตรียม.pdf", GUIDE, False), ("เอกสารประกอบการสัมมนา.pdf", SLIDES, True)):
        data = html_to_pdf(text.format(place=event.place_th, title=event.title_th), css=PAGE, roots=())
        save_files(event, (), [Upload(name, data)], for_registered)
    guide, slides = event.files
    save_files(event, [FileDetails(0, guide.id, guide.name_th, "How to come and what to bring", 1, False),
                       FileDetails(1, slides.id, slides.name_th, "Slides", 2, True)], (), False)
