"""People who are only named: what is read of pasted lines, and what becomes of them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from blueprints.certificates import corrections, issuing, named, plans
from blueprints.certificates.named import HolderCommand
from blueprints.certificates.plans import PlanCommand
from blueprints.certificates.registers import RegisterCommand
from models import CertificateKind, CertificatePlan, HistoryEntry, RegisterReset, db
from tests.factories import Factory

REGISTER = RegisterCommand("ทะเบียน", "{number}/{year}", 1, False, RegisterReset.BUDDHIST_YEAR, False)


@pytest.fixture
def plan(make: Factory) -> CertificatePlan:
    return plans.save_plan(make.event(), CertificateKind.SPEAKER, PlanCommand(date(2020, 7, 17), REGISTER), None)


def test_lines_are_read_as_they_are_pasted() -> None:
    lines = named.read("ดร.ก  ข; Dr. K ; ม.ช.\n\nน.ส.ค ง\t\tบริษัท, จำกัด\r\nจ ฉ\n")
    assert [(line.number, line.holder, line.problem) for line in lines] == [
        (1, HolderCommand("ดร.ก ข", "Dr. K", "ม.ช."), ""), (3, HolderCommand("น.ส.ค ง", "", "บริษัท, จำกัด"), ""), (4, HolderCommand("จ ฉ"), "")]


@pytest.mark.parametrize(("text", "problem"), [
    ("; Dr. K", named.NO_NAME), ("ก; K; ม.; อีก", named.TOO_MANY_PARTS), ("ก" * 201, named.TOO_LONG), ("ดร.ก ข;K;ม.ช.", named.TWICE)])
def test_what_is_wrong_with_a_line_is_told(text: str, problem: object) -> None:
    assert [line.problem for line in named.read(text, [HolderCommand("ก ข", "", "มช")])] == [problem]


def test_nothing_is_saved_while_a_line_is_unclear_and_the_same_name_of_two_houses_is_two_people(plan: CertificatePlan) -> None:
    assert [bool(line.problem) for line in named.add(plan, "ก ข\nก ข\nค ง")] == [False, True, False]
    assert named.holders_of(plan) == []
    named.add(plan, "ไก่ ข; ; ม.ช.\nไก่ ข; ; ม.อ.\nนางเอ ข\nกา ข")
    assert [(one.name_th, one.organisation) for one in named.holders_of(plan)] == [("กา ข", ""), ("ไก่ ข", "ม.ช."), ("ไก่ ข", "ม.อ."), ("นางเอ ข", "")]
    with pytest.raises(named.TooManyLines):
        named.read("\n".join(f"คน {n}" for n in range(501)))


def test_a_name_is_mended_and_stays_while_a_valid_certificate_names_it(plan: CertificatePlan, make: Factory) -> None:
    named.add(plan, "ก ข\nค ง")
    first, second = named.holders_of(plan)
    with pytest.raises(named.SameName):
        named.change(plan, first, HolderCommand("ค ง"))
    named.change(plan, first, HolderCommand("ดร.ก ข", "Dr. K"))
    certificate = issuing.issue(plan, None, "https://x")[0]
    assert certificate.holder == "ดร.ก ข"
    with pytest.raises(named.HasCertificate) as fact:
        named.remove(plan, first)
    assert certificate.number in str(fact.value.message)
    corrections.revoke(certificate, "ผิด", make.user())
    named.remove(plan, first)
    assert named.holders_of(plan) == [second]
    verbs = db.session.scalars(select(HistoryEntry.verb).where(HistoryEntry.event_id == plan.event_id).order_by(HistoryEntry.id)).all()
    assert [verb for verb in verbs if "holder" in verb] == ["certificate.holders_named", "certificate.holder_changed", "certificate.holder_removed"]


def test_the_agenda_proposes_its_speakers_once(plan: CertificatePlan, make: Factory) -> None:
    for speaker in ("ดร.ก ข และ นายค ง", "ก ข", "", "จ ฉ, ผู้แทน ม.ช."):
        make.session(plan.event, speaker=speaker)
    assert named.proposed(plan) == ["ดร.ก ข", "นายค ง", "จ ฉ", "ผู้แทน ม.ช."]
    named.add(plan, "ก ข")
    assert named.proposed(plan) == ["นายค ง", "จ ฉ", "ผู้แทน ม.ช."]
    other = plans.save_plan(plan.event, CertificateKind.ORGANISER, PlanCommand(date(2020, 7, 17), REGISTER), None)
    assert named.proposed(other) == []
