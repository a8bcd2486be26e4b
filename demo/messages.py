"""Messages of the demonstration: a letter of thanks that went out, a reminder that waits, a template. Nothing is really sent."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from blueprints.messages import outgoing, services
from blueprints.messages.services import TEXTS, MailingCommand, Texts
from blueprints.messages.starters import BY_KEY, Starter
from core.transaction import transaction
from models import Event, Mailing, MailingState, Message, MessageState, db

TEMPLATE = Texts("ขอเชิญร่วมกิจกรรมครั้งต่อไปของ{โครงการ}", "The next event of {programme}",
                 "เรียน {ชื่อ}\n\nผู้จัดขอเชิญท่านเข้าร่วม \"{งาน}\" {วันจัดงาน} ณ {สถานที่}\n\n{ลิงก์งาน}\n\n{ผู้ติดต่อ}",
                 "Dear {name},\n\nWe invite you to \"{event}\", {date}, {place}.\n\n{event_link}\n\n{contact}")


def write(past: Event, planned: Event) -> None:
    """Thanks to those who came to `past`, a reminder for `planned`, and a template of its programme."""
    at = past.ends_at + timedelta(days=1)
    with transaction():
        thanks = _from(BY_KEY["thank_you"], past)
        thanks.state, thanks.due_at = MailingState.SENDING, at
    outgoing.run(thanks.id)
    with transaction():
        thanks.sent_at = at
        db.session.execute(update(Message).where(Message.mailing_id == thanks.id).values(
            state=MessageState.SENT, attempts=1, created_at=at, due_at=at, sent_at=at))
        returned = db.session.scalars(select(Message).where(Message.mailing_id == thanks.id).order_by(Message.id).limit(1)).one()
        returned.bounced_at, returned.bounce_note = at, "550 5.1.1 No such user here"
        services.remind(_from(BY_KEY["reminder"], planned), 24)
        services.save_template(planned.programme, "เชิญร่วมกิจกรรมครั้งต่อไป", TEMPLATE)


def _from(starter: Starter, event: Event) -> Mailing:
    texts = Texts(*(getattr(starter, name) for name in TEXTS))
    return services.write(event, MailingCommand(texts, starter.audience), None)
