"""The privacy notice of an event: the items of section 23 of the Personal Data Protection Act B.E. 2562, in plain words.

Each item has a sentence of ours, in which the organiser's own words may stand instead (`Event.notice_items`). What people read is
kept as a version with the wordings of the consents; the periods come from the clock that erases (`retention`).
"""
# ruff: noqa: E501 – a paragraph is a line, as people read it.

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from blueprints.events.queries import hosts_of_event
from blueprints.registration import retention
from core.codes import digest
from core.locale import both
from models import ConsentPurpose, Event, Notice, db


class Item(enum.StrEnum):
    """What section 23 wants said, in the order of the notice."""

    CONTROLLER = "controller"
    PURPOSES = "purposes"
    BASIS = "basis"
    COMPULSORY = "compulsory"
    RETENTION = "retention"
    RECIPIENTS = "recipients"
    TRANSFER = "transfer"
    RIGHTS = "rights"
    CONTACT = "contact"


STANDARD: dict[Item, tuple[str, str]] = {
    Item.CONTROLLER: (
        '{controller} ("ผู้จัด") เป็นผู้ควบคุมข้อมูลส่วนบุคคลของการลงทะเบียนเข้าร่วม "{title}"',
        '{controller} ("the organiser") is the controller of the personal data of registrations for "{title}".'),
    Item.PURPOSES: (
        "เราใช้คำนำหน้า ชื่อ สกุล หน่วยงาน ตำแหน่ง อีเมล และโทรศัพท์ของท่าน เพื่อรับลงทะเบียน ติดต่อเรื่องงาน ตรวจบัตรที่ประตู ออกเกียรติบัตร และรายงานผลโครงการต่อหน่วยงานที่ดูแลงบประมาณ",
        "We use your title, name, organisation, position, e-mail address and telephone number to register you, to write to you about the event, to check tickets at the door, to issue certificates, and to report the programme's results to the agencies that fund it."),
    Item.BASIS: (
        "ฐานทางกฎหมายคือการปฏิบัติหน้าที่เพื่อประโยชน์สาธารณะ ตามมาตรา 24 (4) แห่งพระราชบัญญัติคุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562 ส่วนการถ่ายภาพ การแบ่งปันข้อมูลติดต่อ ข่าวสาร และข้อมูลอ่อนไหวใช้ก็ต่อเมื่อท่านยินยอม ซึ่งไม่มีผลต่อการเข้าร่วมงาน",
        "The legal basis is the performance of a task in the public interest, section 24 (4) of the Personal Data Protection Act B.E. 2562 (2019). Pictures, the sharing of contact details, news and sensitive answers rest on your consent alone, which has no effect on your taking part."),
    Item.COMPULSORY: (
        "ชื่อและอีเมลจำเป็นต่อการลงทะเบียน หากไม่ให้ เราไม่อาจสำรองที่นั่งและส่งบัตรเข้างานได้ ช่องที่ระบุว่าไม่บังคับเว้นว่างได้ โปรดอย่ากรอกเลขประจำตัวประชาชน",
        "Your name and e-mail address are needed to register: without them we cannot keep a seat or send the ticket. Fields marked optional may stay empty. Please do not type a national ID number."),
    Item.RETENTION: (
        "เราเก็บข้อมูลนับจากวันสิ้นสุดงานดังนี้ {periods} จากนั้นระบบจะลบหรือทำให้ไม่อาจระบุตัวท่านได้เอง",
        "Counted from the end of the event we keep: {periods}. Then they are erased or made anonymous automatically."),
    Item.RECIPIENTS: (
        "ผู้ที่ได้เห็นข้อมูลคือเจ้าหน้าที่ของผู้จัด เจ้าหน้าที่หน้างาน และหน่วยงานที่ตรวจสอบโครงการ ผู้ที่เปิดหน้าตรวจสอบเกียรติบัตรจะเห็นข้อความที่พิมพ์บนเกียรติบัตรนั้น",
        "The organiser's officers, the staff at the door and the agencies that audit the programme see the data. Whoever opens the verification page of a certificate sees what is printed on that certificate."),
    Item.TRANSFER: ("เราไม่ส่งข้อมูลไปต่างประเทศ", "We do not send the data abroad."),
    Item.RIGHTS: (
        "ท่านมีสิทธิขอดู ขอสำเนา ขอแก้ไข ขอโอน ขอลบ ขอให้ระงับการใช้ คัดค้าน และถอนความยินยอม ทำได้เองที่หน้า “ข้อมูลของฉัน” จากลิงก์ส่วนตัวของท่าน รวมทั้งร้องเรียนต่อสำนักงานคณะกรรมการคุ้มครองข้อมูลส่วนบุคคล",
        "You may ask to see, copy, correct, move or erase your data, to restrict their use, object, and withdraw consent: most of it you do yourself on the page “My data” behind your private link. You may complain to the Office of the Personal Data Protection Committee."),
    Item.CONTACT: ("ติดต่อผู้จัดได้ที่ {contact}", "Contact the organiser: {contact}"),
}

#: What a yes says yes to.
CONSENTS: dict[ConsentPurpose, tuple[str, str]] = {
    ConsentPurpose.PHOTOS: ("ข้าพเจ้ายินยอมให้ใช้ภาพถ่ายและวิดีโอที่มีข้าพเจ้าในการเผยแพร่กิจกรรมของงาน",
                            "I agree that pictures and video of me may be used to tell about the event."),
    ConsentPurpose.CONTACT_SHARING: ("ข้าพเจ้ายินยอมให้เปิดเผยชื่อ หน่วยงาน และข้อมูลติดต่อแก่ผู้เข้าร่วมท่านอื่น",
                                     "I agree that my name, organisation and contact details are shared with other participants."),
    ConsentPurpose.NEWS: ("ข้าพเจ้ายินยอมรับข่าวสารของงานอื่นในโครงการนี้ทางอีเมล",
                          "I agree to get news of other events of this programme by e-mail."),
    ConsentPurpose.SENSITIVE: ("ข้าพเจ้ายินยอมให้เก็บคำตอบที่เป็นข้อมูลอ่อนไหวเพื่อใช้ในงานนี้",
                               "I agree that my sensitive answers are kept for this event."),
}
ON_THE_FORM = (ConsentPurpose.PHOTOS, ConsentPurpose.CONTACT_SHARING, ConsentPurpose.NEWS)
USUAL = (ConsentPurpose.PHOTOS, ConsentPurpose.CONTACT_SHARING)


def asked(event: Event) -> tuple[ConsentPurpose, ...]:
    """The consents that the form asks for and the private page shows, in their order."""
    wanted = (event.notice_items or {}).get("consents")
    return USUAL if wanted is None else tuple(purpose for purpose in ON_THE_FORM if purpose.value in wanted)


@dataclass(frozen=True)
class Wording:
    """The notice in both languages, with what each consent says; `digest` tells one wording from another."""

    th: str
    en: str
    consents: dict[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return digest(f"{self.th}\n\n{self.en}\n\n{json.dumps(self.consents, sort_keys=True)}")


def items(event: Event) -> dict[Item, tuple[str, str]]:
    """Each item in Thai and English, as it stands now: the organiser's words, or ours."""
    own = event.notice_items or {}
    hosts = [host.organisation for host in hosts_of_event(event)]
    contact = ", ".join(filter(None, (event.contact_name, event.contact_phone, event.contact_email)))
    periods_th, periods_en = retention.in_words(event)
    thai = {"controller": " และ ".join(host.name_th for host in hosts) or event.programme.title_th, "title": event.title_th,
            "contact": contact or event.place_th, "periods": periods_th}
    english = {"controller": " and ".join(host.name_en or host.name_th for host in hosts) or event.programme.title_en or event.programme.title_th,
               "title": event.title_en or event.title_th, "contact": contact or event.place_en or event.place_th, "periods": periods_en}
    found = {}
    for item, (th, en) in STANDARD.items():
        theirs = own.get(item.value) or {}
        found[item] = (theirs.get("th") or th.format(**thai), theirs.get("en") or theirs.get("th") or en.format(**english))
    return found


def wording(event: Event) -> Wording:
    """The notice as the event stands now."""
    said = items(event).values()
    consents = {purpose.value: {"th": CONSENTS[purpose][0], "en": CONSENTS[purpose][1]} for purpose in (*asked(event), ConsentPurpose.SENSITIVE)}
    return Wording("\n\n".join(th for th, _en in said), "\n\n".join(en for _th, en in said), consents)


def consent_text(purpose: ConsentPurpose) -> str:
    """What a yes to `purpose` says, in the reader's language."""
    return both(*CONSENTS[purpose])


_NEWEST = select(Notice).where(Notice.event_id == bindparam("event_id")).order_by(Notice.version.desc()).limit(1)


def put(event: Event, text: Wording) -> Notice:
    """The stored notice of this wording: the newest version if it says the same, else the next one.

    Call it while holding the event's row (`seats.lock`), so that two people do not make the same version.
    """
    newest = db.session.scalar(_NEWEST, {"event_id": event.id})
    if newest is not None and (newest.text_th, newest.text_en, newest.consents) == (text.th, text.en, text.consents):
        return newest
    version = newest.version + 1 if newest else 1
    notice = Notice(event_id=event.id, version=version, text_th=text.th, text_en=text.en, consents=text.consents)
    db.session.add(notice)
    db.session.flush()
    return notice
