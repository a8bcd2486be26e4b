"""The survey of the demonstration's meeting: open, and answered by most of those who came."""

from __future__ import annotations

import random

from blueprints.surveys import queries, services
from blueprints.surveys.services import Reply
from models import Event, ItemKind, db

LIKED = ("วิทยากรอธิบายเข้าใจง่าย มีตัวอย่างจริงจากผู้ประกอบการ", "ได้พบผู้ประกอบการกลุ่มดิจิทัลที่อยากร่วมงานด้วย", "แผนที่คลัสเตอร์ชัดเจน เห็นภาพรวมทั้งห่วงโซ่")
BETTER = ("อยากให้มีเวลาซักถามมากขึ้น", "ที่จอดรถไม่เพียงพอ", "ขอเอกสารล่วงหน้าก่อนวันงาน")
NEXT = ("มาตรฐาน ISO 13485 สำหรับผู้ประกอบการรายเล็ก", "การขึ้นทะเบียนเครื่องมือแพทย์ในอาเซียน", "การขอทุนวิจัยร่วมกับมหาวิทยาลัย")


def survey(event: Event, *, seed: int) -> None:
    """Eight in ten of those who came have answered."""
    dice = random.Random(seed)  # the demonstration is the same everywhere
    made = services.begin(event)
    services.open_survey(made)
    free = iter((LIKED, BETTER, NEXT))
    words = {item.id: next(free) for item in made.items if item.kind is ItemKind.OPEN}
    for person in db.session.scalars(queries.may_answer(made)).all():
        if dice.random() > 0.8:
            continue
        mood, replies = dice.choice((4.0, 4.4, 4.8)), {}
        for item in made.items:
            if item.kind in queries.SCORED:
                score = min(5, max(2, round(dice.gauss(mood, 0.6))))
                replies[item.id] = Reply(score=score, before=max(1, score - dice.choice((0, 1, 1, 2))) if item.kind is ItemKind.BEFORE_AFTER else None)
            elif item.kind is ItemKind.CHOICE:
                replies[item.id] = Reply(option=dice.choices([one["key"] for one in item.options], (8, 3, 2, 1))[0])
            elif item.kind is ItemKind.OPEN and dice.random() < 0.2:
                replies[item.id] = Reply(words=dice.choice(words[item.id]))
        services.answer(made, person, replies)
