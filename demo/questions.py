"""Questions of the demonstration: one that needs explicit consent, one that brings another with it, and what some people answered."""

from __future__ import annotations

import random
from collections.abc import Sequence

from blueprints.questions import answers, queries, services
from blueprints.questions.answers import Given
from blueprints.questions.rules import Condition, Definition, Option
from blueprints.registration import consents
from models import ConsentPurpose, Event, QuestionKind, Registration


def ask(event: Event, people: Sequence[Registration], *, seed: int) -> None:
    """Food, which the law protects; parking, and whoever drives says the number plate."""
    food = services.add(event, Definition(
        QuestionKind.ONE_OF, "อาหารว่าง", "Refreshments", "ผู้จัดเตรียมให้ตามคำตอบ", "Prepared as you answer", sensitive=True,
        options=(Option("", "ทั่วไป", "Any"), Option("", "ฮาลาล", "Halal"), Option("", "เจ หรือมังสวิรัติ", "Vegan or vegetarian"))))
    car = services.add(event, Definition(QuestionKind.YES_NO, "มาด้วยรถยนต์ส่วนตัวหรือไม่", "Do you come by car?", required=True))
    plate = services.add(event, Definition(QuestionKind.SHORT_TEXT, "ทะเบียนรถ", "Number plate", "สำหรับจองที่จอดรถ", "To keep a parking space",
                                           condition=Condition(car.id, frozenset({"yes"}))))
    asked = {one.id: one for one in queries.asked(event.id)}
    dice = random.Random(seed)  # the demonstration is the same everywhere
    keys = [key for key, _words in asked[food.id].options]
    for number, person in enumerate(people):
        drives = dice.random() < 0.4
        given = {car.id: drives, plate.id: f"กข {1000 + number} เชียงใหม่" if drives else None, food.id: dice.choice([*keys, None])}
        answers.save(person, {question: Given(asked[question].wording.id, value) for question, value in given.items()})
        if given[food.id]:
            consents.set_consent(person, ConsentPurpose.SENSITIVE, True)
