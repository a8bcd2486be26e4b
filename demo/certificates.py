"""Certificates of the demonstration: specimens of each kind, printed like real ones, by rules worth looking at."""

from __future__ import annotations

from blueprints.certificates import designing, exceptions, issuing, jobs, named, plans, reservations
from blueprints.certificates.design import Design
from blueprints.certificates.designing import DesignCommand, SignatoryCommand
from blueprints.certificates.eligibility import Subject, dry_run
from blueprints.certificates.plans import PlanCommand
from blueprints.certificates.registers import RegisterCommand
from blueprints.certificates.reservations import ReserveCommand
from blueprints.certificates.rules import Basis, Lack, Rule
from blueprints.certificates.specimen import demo_signature
from core.locale import local
from core.transaction import transaction
from models import CertificateKind, CertificatePlan, CheckpointKind, Event, RegisterReset, User
from thai.dates import be_year

REGISTER = RegisterCommand("ทะเบียนคุมเกียรติบัตร (ตัวอย่าง)", "ตัวอย่าง {number}/{year}", 3, True, RegisterReset.BUDDHIST_YEAR, specimen=True)
SPEAKERS = """ดร.กานต์ธิดา วิทยากรสมมติ; Dr. Kanthida Witthayakon; มหาวิทยาลัยตัวอย่าง
นายปกรณ์ บรรยายสมมติ; Mr. Pakorn Banyai; สถาบันเครื่องมือแพทย์ตัวอย่าง"""


def issue_all(workshop: Event, meeting: Event, user: User) -> None:
    """The workshop certifies those who came on both of its days, and its speakers; the meeting whoever came, and their enterprises."""
    with transaction():
        plan = _plan(workshop, CertificateKind.ATTENDANCE, Rule(Basis.COUNT, CheckpointKind.DAY), "ได้ผ่านการอบรมครบตามหลักสูตร")
        missed = next(one for one in dry_run(plan) if one.shortfalls and one.shortfalls[0].lack is Lack.TOO_FEW)
        exceptions.decide(plan, [(Subject.REGISTRATION, missed.id)], True, "เข้าร่วมวันที่สองผ่านระบบออนไลน์ มีบันทึกการเข้าร่วม", user)
        speakers = _plan(workshop, CertificateKind.SPEAKER)
        named.add(speakers, SPEAKERS)
    with transaction():
        attendance = _plan(meeting, CertificateKind.ATTENDANCE, deed="ได้เข้าร่วม")
        enterprises = _plan(meeting, CertificateKind.ENTERPRISE, Rule(people=2))
    for each in (plan, speakers, attendance, enterprises):
        with transaction():
            job = issuing.start("issue", each, None)
        jobs.run(job.id)
    _by_hand(attendance)


def _plan(event: Event, kind: CertificateKind, rule: Rule | None = None, deed: str = "") -> CertificatePlan:
    signatories = (
        SignatoryCommand("นางสาวปาริชาต ลายมือสมมติ", "ผู้อำนวยการ (ตัวอย่าง)", image=demo_signature(3)),
        SignatoryCommand("รองศาสตราจารย์ ดร.ภาคิน ลายเซ็นสมมติ", "คณบดี (ตัวอย่าง)", image=demo_signature(6)))
    plan = plans.save_plan(event, kind, PlanCommand(local(event.ends_at, event.timezone).date(), REGISTER, rule), None)
    designing.save_words(plan, DesignCommand(deed or Design.starting(kind).deed, signatories), None)
    return plan


def _by_hand(plan: CertificatePlan) -> None:
    """Numbers put aside for thank-you letters that the office writes by hand; the first of them is written."""
    with transaction():
        aside = reservations.reserve(plan.register, ReserveCommand(5, "หนังสือขอบคุณวิทยากร (ตัวอย่าง)", year=be_year(plan.issued_on)), None)
        reservations.reserve(plan.register, ReserveCommand(10, "เกียรติบัตรวิทยากรครั้งต่อไป (ตัวอย่าง)", year=be_year(plan.issued_on)), None)
        reservations.release(aside, used_through=aside.first)
