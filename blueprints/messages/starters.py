"""Ready-made texts to start a message from, in both languages, each with the audience that it is meant for."""


from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from blueprints.messages.audience import ABSENT, CAME, READY, Audience


@dataclass(frozen=True)
class Starter:
    """A text to start from."""

    key: str
    name: Any
    subject_th: str
    subject_en: str
    body_th: str
    body_en: str
    audience: Audience = field(default=Audience())


STARTERS = (
    Starter("reminder", _l("Reminder"),
            "ขอเชิญเข้าร่วม {งาน} {วันจัดงาน}", "Reminder: {event}, {date}",
            """เรียน {ชื่อ}

ตามที่ท่านได้ลงทะเบียนเข้าร่วม "{งาน}" ไว้ ผู้จัดขอเรียนย้ำกำหนดการดังนี้

{วันจัดงาน} เวลา {เวลา}
สถานที่: {สถานที่}
แผนที่: {ลิงก์แผนที่}
เข้าร่วมออนไลน์: {ลิงก์ออนไลน์}
ช่วงกิจกรรมที่ท่านเลือก: {ช่วงกิจกรรม}

โปรดแสดงรหัส QR ในบัตรเข้างานแก่เจ้าหน้าที่ที่ประตู เปิดบัตรได้ที่
{ลิงก์ส่วนตัว}

หากท่านไม่สะดวกเข้าร่วม โปรดยกเลิกในหน้าเดียวกัน เพื่อให้ผู้อื่นได้ใช้ที่นั่ง

จึงเรียนมาเพื่อโปรดทราบ
{ผู้ติดต่อ}""",
            """Dear {name},

You are registered for "{event}". We look forward to seeing you:

Date: {date}
Time: {time}
Place: {place}
Map: {map_link}
Join online: {online_link}
Sessions you chose: {sessions}

Please show the QR code of your ticket at the door. Open it here:
{private_link}

If you cannot come, please cancel on the same page so that someone else can have the seat.

{contact}"""),
    Starter("thank_you", _l("Thank you"),
            "ขอขอบคุณที่เข้าร่วม {งาน}", "Thank you for taking part: {event}",
            """เรียน {ชื่อ}

ผู้จัดขอขอบคุณที่ท่านสละเวลาเข้าร่วม "{งาน}" เมื่อ{วันจัดงาน} และหวังเป็นอย่างยิ่งว่าท่านจะได้รับประโยชน์จากการเข้าร่วมในครั้งนี้

หน้าส่วนตัวของท่านอยู่ที่
{ลิงก์ส่วนตัว}

หากมีข้อเสนอแนะประการใด โปรดแจ้งผู้จัดได้ทุกเมื่อ

ขอแสดงความนับถือ
{ผู้ติดต่อ}""",
            """Dear {name},

Thank you for taking part in "{event}" on {date}. We hope that it was useful to you.

Your own page is here:
{private_link}

If there is anything that we could do better, please tell us.

{contact}""", Audience(attendance=CAME)),
    Starter("did_not_come", _l("Did not come"),
            "เสียดายที่ไม่ได้พบท่านในงาน {งาน}", "We missed you: {event}",
            """เรียน {ชื่อ}

ท่านได้ลงทะเบียนเข้าร่วม "{งาน}" เมื่อ{วันจัดงาน} แต่ผู้จัดไม่พบบันทึกการเข้าร่วมของท่าน

หากท่านได้มาร่วมงาน โปรดแจ้งผู้จัดเพื่อตรวจสอบและแก้ไขบันทึก หากท่านติดภารกิจ ผู้จัดหวังว่าจะได้ต้อนรับท่านในโอกาสหน้า

ขอแสดงความนับถือ
{ผู้ติดต่อ}""",
            """Dear {name},

You were registered for "{event}" on {date}, but we have no record that you came.

If you were there, please tell us so that we can put it right. If something came up, we hope to welcome you next time.

{contact}""", Audience(attendance=ABSENT)),
    Starter("certificate_ready", _l("Certificate ready"),
            "เกียรติบัตรของท่านพร้อมแล้ว: {งาน}", "Your certificate is ready: {event}",
            """เรียน {ชื่อ}

เกียรติบัตรการเข้าร่วม "{งาน}" ของท่านจัดทำเรียบร้อยแล้ว ดาวน์โหลดได้ที่
{ลิงก์เกียรติบัตร}

หากชื่อบนเกียรติบัตรไม่ถูกต้อง โปรดแจ้งผู้จัดเพื่อออกฉบับแทน

ขอแสดงความนับถือ
{ผู้ติดต่อ}""",
            """Dear {name},

Your certificate of "{event}" is ready. Download it here:
{certificate_link}

If the name on it is not right, please tell us and we issue it anew.

{contact}""", Audience(certificate=READY)),
    Starter("survey", _l("Survey"),
            "ขอความอนุเคราะห์ตอบแบบประเมิน: {งาน}", "Two minutes for our survey: {event}",
            """เรียน {ชื่อ}

ผู้จัดขอขอบคุณที่ท่านเข้าร่วม "{งาน}" และขอความอนุเคราะห์ตอบแบบประเมิน ใช้เวลาประมาณ 2 นาที คำตอบไม่มีการระบุชื่อ
{ลิงก์แบบประเมิน}

ขอแสดงความนับถือ
{ผู้ติดต่อ}""",
            """Dear {name},

Thank you for taking part in "{event}". Please give us two minutes for the survey; your answers carry no name.
{survey_link}

{contact}""", Audience(attendance=CAME, unanswered=True)),
    Starter("change_of_place", _l("Change of place or time"),
            "แจ้งเปลี่ยนสถานที่หรือเวลา: {งาน}", "Change of place or time: {event}",
            """เรียน {ชื่อ}

ผู้จัดขอแจ้งเปลี่ยนแปลงกำหนดการของ "{งาน}" ที่ท่านลงทะเบียนไว้ กำหนดการล่าสุดเป็นดังนี้

{วันจัดงาน} เวลา {เวลา}
สถานที่: {สถานที่}
แผนที่: {ลิงก์แผนที่}
เข้าร่วมออนไลน์: {ลิงก์ออนไลน์}

บัตรเข้างานของท่านยังใช้ได้ตามเดิม ไม่ต้องลงทะเบียนใหม่ หากท่านไม่สะดวก โปรดแก้ไขหรือยกเลิกได้ที่
{ลิงก์ส่วนตัว}

ผู้จัดขออภัยในความไม่สะดวกมา ณ ที่นี้
{ผู้ติดต่อ}""",
            """Dear {name},

There is a change of "{event}", for which you are registered. It now takes place as follows:

Date: {date}
Time: {time}
Place: {place}
Map: {map_link}
Join online: {online_link}

Your ticket stays valid; you need not register again. If this does not suit you, change or cancel here:
{private_link}

We are sorry for the inconvenience.
{contact}"""),
)
BY_KEY = {starter.key: starter for starter in STARTERS}
