"""Hard cases that a design is looked at with: names with stacked vowels and tone marks, long ranks, a foreign name, one word; and the event's own."""

from __future__ import annotations

from dataclasses import replace

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
OWN = 3  # of the event's longest names


def samples(plan: CertificatePlan, base_url: str) -> list[Facts]:
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
    return [printable(replace(common, holder_th=name, holder_en=english, organisation=organisation))[0] for name, english, organisation in people]


