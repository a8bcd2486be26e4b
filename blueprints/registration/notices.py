"""The privacy notice of an event: every item of section 23 of the Personal Data Protection Act B.E. 2562, in plain words."""
# ruff: noqa: E501 – a paragraph is a line, as people read it.

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from blueprints.events.queries import hosts_of_event
from core.codes import digest
from models import ConsentPurpose, Event, Notice, db

#: What the form asks for and the private page shows, in this order.
ASKED = (ConsentPurpose.PHOTOS, ConsentPurpose.CONTACT_SHARING)

THAI = """{controller} ("ผู้จัด") เป็นผู้ควบคุมข้อมูลส่วนบุคคลของการลงทะเบียนเข้าร่วม "{title}"

เราใช้คำนำหน้า ชื่อ สกุล หน่วยงาน ตำแหน่ง อีเมล และโทรศัพท์ของท่าน เพื่อรับลงทะเบียน ติดต่อเรื่องงาน ตรวจบัตรที่ประตู ออกเกียรติบัตร และรายงานผลโครงการต่อหน่วยงานที่ดูแลงบประมาณ

ฐานทางกฎหมายคือการปฏิบัติหน้าที่เพื่อประโยชน์สาธารณะ ตามมาตรา 24 (4) แห่งพระราชบัญญัติคุ้มครองข้อมูลส่วนบุคคล พ.ศ. 2562 ส่วนการถ่ายภาพและการแบ่งปันข้อมูลติดต่อใช้ก็ต่อเมื่อท่านยินยอม ซึ่งไม่มีผลต่อการเข้าร่วมงาน

ชื่อและอีเมลจำเป็นต่อการลงทะเบียน หากไม่ให้ เราไม่อาจสำรองที่นั่งและส่งบัตรเข้างานได้ ช่องที่ระบุว่าไม่บังคับเว้นว่างได้ โปรดอย่ากรอกเลขประจำตัวประชาชน

เราเก็บข้อมูลตลอดระยะเวลาโครงการ และต่อไปเท่าที่จำเป็นต่อการตรวจสอบการใช้จ่ายเงินของทางราชการ จากนั้นจะลบหรือทำให้ไม่อาจระบุตัวท่านได้

ผู้ที่ได้เห็นข้อมูลคือเจ้าหน้าที่ของผู้จัด เจ้าหน้าที่หน้างาน และหน่วยงานที่ตรวจสอบโครงการ ผู้ที่เปิดหน้าตรวจสอบเกียรติบัตรจะเห็นข้อความที่พิมพ์บนเกียรติบัตรนั้น

ท่านมีสิทธิขอดู ขอสำเนา ขอแก้ไข ขอโอน ขอลบ ขอให้ระงับการใช้ คัดค้าน และถอนความยินยอม รวมทั้งร้องเรียนต่อสำนักงานคณะกรรมการคุ้มครองข้อมูลส่วนบุคคล ติดต่อผู้จัดได้ที่ {contact}"""

ENGLISH = """{controller} ("the organiser") is the controller of the personal data of registrations for "{title}".

We use your title, name, organisation, position, e-mail address and telephone number to register you, to write to you about the event, to check tickets at the door, to issue certificates, and to report the programme's results to the agencies that fund it.

The legal basis is the performance of a task in the public interest, section 24 (4) of the Personal Data Protection Act B.E. 2562 (2019). Pictures and the sharing of contact details happen only with your consent, which has no effect on your taking part.

Your name and e-mail address are needed to register: without them we cannot keep a seat or send the ticket. Fields marked optional may stay empty. Please do not type a national ID number.

We keep the data while the programme lasts, and afterwards as long as the audit of public spending needs them. Then they are erased or made anonymous.

The organiser's officers, the staff at the door and the agencies that audit the programme see the data. Whoever opens the verification page of a certificate sees what is printed on that certificate.

You may ask to see, copy, correct, move or erase your data, to restrict their use, object, and withdraw consent, and you may complain to the Office of the Personal Data Protection Committee. Contact the organiser: {contact}"""


@dataclass(frozen=True)
class Wording:
    """The notice in both languages; `digest` tells one wording from another."""

    th: str
    en: str

    @property
    def digest(self) -> str:
        return digest(f"{self.th}\n\n{self.en}")


def wording(event: Event) -> Wording:
    """The notice as the event stands now."""
    hosts = [host.organisation for host in hosts_of_event(event)]
    contact = ", ".join(filter(None, (event.contact_name, event.contact_phone, event.contact_email)))
    return Wording(
        th=THAI.format(controller=" และ ".join(host.name_th for host in hosts) or event.programme.title_th,
                       title=event.title_th, contact=contact or event.place_th),
        en=ENGLISH.format(controller=" and ".join(host.name_en or host.name_th for host in hosts) or event.programme.title_en
                          or event.programme.title_th, title=event.title_en or event.title_th,
                          contact=contact or event.place_en or event.place_th),
    )


_NEWEST = select(Notice).where(Notice.event_id == bindparam("event_id")).order_by(Notice.version.desc()).limit(1)


def put(event: Event, text: Wording) -> Notice:
    """The stored notice of this wording: the newest version if it says the same, else the next one.

    Call it while holding the event's row (`seats.lock`), so that two people do not make the same version.
    """
    newest = db.session.scalar(_NEWEST, {"event_id": event.id})
    if newest is not None and (newest.text_th, newest.text_en) == (text.th, text.en):
        return newest
    version = newest.version + 1 if newest else 1
    notice = Notice(event_id=event.id, version=version, text_th=text.th, text_en=text.en)
    db.session.add(notice)
    db.session.flush()
    return notice
