"""The order of presentations at the demonstration's result presentation."""

from __future__ import annotations

import random
from datetime import timedelta

from blueprints.presentations import judging, queries, services
from blueprints.presentations.judging import CriterionCommand
from blueprints.presentations.services import SlotCommand
from models import Event, SlotKind

CRITERIA = (("ความเป็นนวัตกรรม", "Innovation", 20, 2), ("โอกาสทางธุรกิจ", "Business prospects", 20, 2), ("การนำเสนอ", "Presentation", 10, 1))
JUDGES = ("กรรมการตัวอย่าง ก", "กรรมการตัวอย่าง ข", "กรรมการตัวอย่าง ค")


def present(event: Event) -> None:
    """A slot for each enterprise of the cluster, a break after the tenth, and the order published."""
    enterprises = [one.id for one in queries.candidates(event)][:20]
    services.add_organisations(event, enterprises, 8, 4)
    queries.slots(event)[0].begins_at = event.starts_at + timedelta(minutes=90)  # after the opening
    rest = services.save(event, SlotCommand(SlotKind.BREAK, title_th="พักรับประทานอาหารว่าง", title_en="Refreshments", minutes=15, question_minutes=0))
    for _ in range(len(enterprises) - 10):
        services.move(event, rest, -1)
    services.publish(event, True)
    _judge(event)


def _judge(event: Event) -> None:
    """Three judges have scored every talk by three criteria."""
    dice = random.Random(17)
    criteria = [judging.save_criterion(event, CriterionCommand(*texts)) for texts in CRITERIA]
    for name in JUDGES:
        judge, _token = judging.add_judge(event, name)
        for slot in judging.talks(event):
            judging.score(judge, slot, {one.id: dice.randint(one.most * 6 // 10, one.most) for one in criteria})
    judging.close(event, True)
