"""Hard cases that a design is looked at with: names with stacked vowels and tone marks, long ranks, a foreign name, a short one; a long title, the
longest organisation; and the event's own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import func, select

from blueprints.certificates import issuing, numbers
from blueprints.certificates.facts import Facts, printable
from models import CertificateKind, CertificatePlan, Registration, db

#: Thai, English, organisation.
HARD = (
    ("ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ", "Asst. Prof. Dr. Kannat Siriwattanapongcharoenkit, D.D.S.",
     "ศูนย์ความเป็นเลิศด้านนวัตกรรมเครื่องมือแพทย์และอุปกรณ์การแพทย์ครบวงจร ภาคเหนือ"),
    ("ว่าที่ร้อยตรีหญิง น้ำทิพย์ ก้ำแก้ว", "Acting Sub Lt. Namthip Kamkaew", "สำนักงานสาขาน้ำตาลทราย"),
    ("Wolfeschlegelsteinhausenbergerdorff Maximilian Alexander III", "", "Bundesverband Medizintechnik"),
    ("ปิ่น ฝั้นฟื้น", "Pin Fanfuen", ""), ("พระมหาสมปอง ตาลปุตฺโต", "", "วัดตัวอย่าง"))
#: Thai, English, hosts: as long as announcements of the kind are.
LONG_TITLE = ("ประชุมเชิงปฏิบัติการเพื่อนำเสนอผลการดำเนินงานและถ่ายทอดองค์ความรู้ด้านการยกระดับการรวมกลุ่มและเชื่อมโยงอุตสาหกรรมการแพทย์ครบวงจร "
              "สู่คลัสเตอร์ 4.0 ในพื้นที่ภาคเหนือตอนบน รุ่นที่ 12",
              "Workshop on the Results and Lessons of Upgrading and Linking the Integrated Medical Industry of the Upper North towards Cluster 4.0",
              ("ศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1 กรมส่งเสริมอุตสาหกรรม", "วิทยาลัยนานาชาตินวัตกรรมดิจิทัล มหาวิทยาลัยเชียงใหม่"))
OWN = 3  # of the event's longest names


@dataclass(frozen=True)
class Sample:
    """A case to look at, and what people choose it by."""

    label: str
    facts: Facts


def samples(plan: CertificatePlan, base_url: str) -> list[Sample]:
    """The hard cases as certificates of this plan: the event's longest names first. No number is taken."""
    common = replace(issuing.common_facts(plan.event, plan.issued_on), number=numbers.written(plan.register, 9999, plan.issued_on),
                     kind=plan.kind.value, verify_url=issuing.verify_url(base_url, "A" * 26))
    length = func.length(Registration.title) + func.length(Registration.first_name) + func.length(Registration.last_name)
    rows = db.session.scalars(select(Registration).where(Registration.event_id == plan.event_id, Registration.anonymised_at.is_(None))
                              .order_by(length.desc(), Registration.id).limit(OWN))
    people = [(issuing.holder(one), one.name_en, one.organisation_name) for one in rows]
    if plan.kind is CertificateKind.ENTERPRISE:
        people = [(organisation, "", "") for _name, _english, organisation in (*people, *HARD) if organisation]
    else:
        people += HARD
    cases = [Sample(name, replace(common, holder_th=name, holder_en=english, organisation=organisation)) for name, english, organisation in people]
    longest = max([_longest_organisation(plan), HARD[0][2]], key=len)
    title, english, hosts = LONG_TITLE
    first = cases[0].facts
    cases.append(Sample(_("The longest organisation"), replace(first, organisation=longest)))
    cases.append(Sample(_("A long title, and two hosts"), replace(first, event_title=title, event_title_en=english, hosts=hosts)))
    return [replace(one, facts=printable(one.facts)[0]) for one in cases]


def _longest_organisation(plan: CertificatePlan) -> str:
    name = Registration.organisation_name
    return db.session.scalar(select(name).where(Registration.event_id == plan.event_id, Registration.anonymised_at.is_(None))
                             .order_by(func.length(name).desc(), Registration.id).limit(1)) or ""


