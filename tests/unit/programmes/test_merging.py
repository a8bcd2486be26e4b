"""Merging: two entries become one, and nothing that hung on either is lost."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from blueprints.programmes import directory, merging, organisation_queries, services
from models import (
    Certificate,
    CertificateException,
    CertificateKind,
    CertificatePlan,
    CertificateStatus,
    HistoryEntry,
    Host,
    Membership,
    NotDuplicate,
    Organisation,
    OrganisationKind,
    Registration,
    db,
)
from tests.factories import Factory
from thai.organisations import fold_organisation

OLD, NEW = "0105536000315", "0107537000254"


def test_registrations_move_and_keep_what_was_typed(app: Flask, make: Factory) -> None:
    gone, stands, event = make.organisation("ล้านนาเมดิคัล"), make.organisation("บริษัท ล้านนาเมดิคอล จำกัด"), make.event()
    moved = make.registration(event, organisation_id=gone.id, organisation_name="ล้านนาเมดิคัล")
    before = moved.updated_at
    merging.merge(gone, stands)
    assert (moved.organisation_id, moved.organisation_name, moved.updated_at) == (stands.id, "ล้านนาเมดิคัล", before)
    assert services.find_organisation("บจก. ล้านนาเมดิคัล") is stands
    assert services.find_or_create_organisation("ล้านนาเมดิคัล", confirmed=False) is stands
    entry = db.session.scalars(select(HistoryEntry)).one()
    assert (entry.verb, entry.organisation_id, entry.details["name"], entry.details["registrations"]) == (
        "organisation.merged", stands.id, "ล้านนาเมดิคัล", 1)


def test_hosts_are_named_once_and_a_logo_is_not_lost(app: Flask, make: Factory) -> None:
    from core import storage

    gone, stands = make.organisation(), make.organisation()
    logo = storage.put(b"logo", "image/png")
    both, alone, event = make.programme(), make.programme(), make.event()
    make.host(both, organisation=gone, position=0, logo_sha256=logo)
    make.host(both, organisation=stands, position=1)
    make.host(alone, organisation=gone)
    db.session.add(Host(event_id=event.id, organisation_id=gone.id))
    merging.merge(gone, stands)
    assert [(h.organisation_id, h.position, h.logo_sha256) for h in both.hosts] == [(stands.id, 0, logo)]
    assert [h.organisation_id for h in alone.hosts] == [h.organisation_id for h in event.own_hosts] == [stands.id]


def test_certificates_of_the_enterprise_move_but_two_valid_ones_stay_apart(app: Flask, make: Factory) -> None:
    gone, stands = make.organisation("เมดิคอล ก"), make.organisation("เมดิคอล ข")
    both, alone = make.registration(), make.registration()

    def certificate(registration: Registration, organisation: Organisation, **given: object) -> Certificate:
        return make.certificate(registration, registration_id=None, organisation_id=organisation.id, kind=CertificateKind.ENTERPRISE,
                                holder=organisation.name_th, **given)

    first, second, third = certificate(both, gone), certificate(both, stands), certificate(alone, gone)
    revoked = certificate(both, gone, status=CertificateStatus.REVOKED)
    plans = [CertificatePlan(event_id=one.event_id, kind="enterprise", issued_on=date(2020, 7, 17), design_id=first.design_id,
                             register_id=first.register_id) for one in (both, alone)]
    db.session.add_all(plans)
    db.session.flush()
    db.session.add_all([CertificateException(plan_id=plan.id, organisation_id=one.id, granted=granted, reason="เหตุผล")
                        for plan, one, granted in ((plans[0], gone, False), (plans[0], stands, True), (plans[1], gone, False))])
    db.session.flush()
    merging.merge(gone, stands)
    assert [one.organisation_id for one in (first, second, third, revoked)] == [gone.id, stands.id, stands.id, stands.id]
    assert {one.holder for one in (first, third)} == {"เมดิคอล ก"}, "what is printed stays"
    rows = db.session.scalars(select(CertificateException).order_by(CertificateException.id)).all()
    assert [one.organisation_id for one in rows] == [gone.id, stands.id, stands.id], "the later of two counts, so both stay"
    entry = db.session.scalars(select(HistoryEntry)).one()
    assert (entry.details["certificates"], entry.details["exceptions"]) == (2, 1)


D = date.fromisoformat


@pytest.mark.parametrize(("of_gone", "of_stands", "after"), [
    ([("2020-01-01", "2020-06-30")], [("2020-03-01", None)], [("2020-01-01", None)]),
    ([("2020-01-01", "2020-06-30")], [("2021-01-01", None)], [("2020-01-01", "2020-06-30"), ("2021-01-01", None)]),
    ([("2020-01-01", None)], [("2020-01-01", None)], [("2020-01-01", None)]),
    ([(None, None)], [("2020-01-01", "2021-01-01")], [("2020-01-01", None)]),
    ([(None, None)], [(None, None)], [(None, None)]),
    ([("2019-01-01", "2022-01-01")], [("2019-05-01", "2019-06-01"), ("2021-01-01", None)], [("2019-01-01", None)]),
    ([("2019-01-01", "2019-02-01"), ("2020-01-01", "2020-02-01")], [("2019-01-15", "2020-01-15")], [("2019-01-01", "2020-02-01")]),
])
def test_times_in_a_cluster_that_overlap_become_one(app: Flask, make: Factory, of_gone: list, of_stands: list, after: list) -> None:
    gone, stands, cluster = make.organisation(), make.organisation(), make.cluster()
    for organisation, times in ((gone, of_gone), (stands, of_stands)):
        for joined, left in times:
            db.session.add(Membership(cluster_id=cluster.id, organisation_id=organisation.id,
                                      joined_on=joined and D(joined), left_on=left and D(left)))
    db.session.flush()
    merging.merge(gone, stands)
    rows = db.session.scalars(select(Membership).order_by(Membership.joined_on)).all()
    assert [(r.joined_on and r.joined_on.isoformat(), r.left_on and r.left_on.isoformat()) for r in rows] == after
    assert {r.organisation_id for r in rows} == {stands.id}


def test_what_is_not_known_is_taken_over(app: Flask, make: Factory) -> None:
    gone = make.organisation(name_en="CM Medical", folded_en="cmmedical", sector="การแพทย์", province="ลำพูน", juristic_number=OLD)
    stands = make.organisation(province="เชียงใหม่", confirmed=False)
    merging.merge(gone, stands)
    assert (stands.name_en, stands.sector, stands.province, stands.juristic_number, stands.confirmed) == (
        "CM Medical", "การแพทย์", "เชียงใหม่", OLD, True)
    assert services.find_organisation("CM Medical Co., Ltd.") is stands


def test_two_numbers_need_a_choice(app: Flask, make: Factory) -> None:
    gone, stands = make.organisation(juristic_number=OLD), make.organisation(juristic_number=NEW)
    for wrong in ("", "0000000000000"):
        with pytest.raises(merging.TwoNumbers):
            merging.merge(gone, stands, wrong)
    assert (gone.juristic_number, stands.juristic_number, gone.merged_into_id) == (OLD, NEW, None)
    merging.merge(gone, stands, OLD)
    assert (gone.juristic_number, stands.juristic_number) == (None, OLD)
    assert db.session.scalars(select(HistoryEntry)).one().details["number"] == NEW


def test_merges_that_cannot_be(app: Flask, make: Factory) -> None:
    one, two, three = make.organisation(), make.organisation(), make.organisation()
    with pytest.raises(merging.MergedIntoItself):
        merging.merge(one, one)
    merging.merge(one, two)
    merging.merge(one, two)  # the button pressed twice
    assert db.session.scalar(select(func.count(HistoryEntry.id))) == 1
    for gone, stands in ((one, three), (three, one), (two, one)):
        with pytest.raises(merging.MergedMeanwhile):
            merging.merge(gone, stands)


def test_an_entry_may_take_the_name_of_one_merged_into_it(app: Flask, make: Factory) -> None:
    stands, gone, other = make.organisation("เก่า"), make.organisation("ใหม่"), make.organisation("อื่น")
    merging.merge(gone, stands)
    said = directory.OrganisationCommand("ใหม่", "", OrganisationKind.ENTERPRISE, "", "", "")
    directory.edit_organisation(stands, said)
    assert (stands.name_th, gone.name_th) == ("ใหม่", "เก่า")
    assert services.find_organisation("เก่า") is services.find_organisation("ใหม่") is stands
    with pytest.raises(directory.SameOrganisation) as refused:
        directory.edit_organisation(other, said)
    assert refused.value.other is stands
    with pytest.raises(directory.Merged):
        directory.edit_organisation(gone, said)


def test_told_apart_stays_so(app: Flask, make: Factory) -> None:
    one, two = make.organisation("เชียงใหม่เมดิคอล"), make.organisation("เชียงใหม่เมดิคัล")
    assert len(organisation_queries.lookalikes()) == 1
    merging.dismiss(two, one)
    merging.dismiss(one, two)
    assert organisation_queries.lookalikes() == []
    assert db.session.scalar(select(func.count()).select_from(NotDuplicate)) == 1


NAMES = ["ล้านนา", "ล้านนาเมดิคอล", "ล้านนาเมดิคัล", "LANNA Medical", "ดอยคำ", "ดอยคำ เฮลท์แคร์", "ปิงริเวอร์", "น้ำทิพย์"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
def test_any_merges_leave_every_spelling_with_a_live_entry_and_lose_nothing(app: Flask, make: Factory, pairs: list[tuple[int, int]]) -> None:
    savepoint = db.session.begin_nested()
    event, cluster = make.event(), make.cluster()
    entries = [make.organisation(f"{name} จำกัด") for name in NAMES]
    for n, entry in enumerate(entries):
        make.registration(event, organisation_id=entry.id)
        db.session.add(Membership(cluster_id=cluster.id, organisation_id=entry.id, joined_on=date(2020, 1 + n, 1)))
    db.session.flush()
    for gone, stands in pairs:
        try:
            merging.merge(entries[gone], entries[stands])
        except (merging.MergedIntoItself, merging.MergedMeanwhile):
            continue
    live = set(db.session.scalars(select(Organisation.id).where(Organisation.merged_into_id.is_(None))))
    for name in NAMES:
        found = services.find_organisation(f"บริษัท {name} จำกัด")
        assert found is not None and found.id in live
        assert services.stands_for(next(e for e in entries if e.folded == fold_organisation(name))) is found
    registered = db.session.scalars(select(Registration.organisation_id).where(Registration.event_id == event.id)).all()
    assert len(registered) == len(NAMES) and set(registered) <= live
    members = db.session.scalars(select(Membership.organisation_id).where(Membership.cluster_id == cluster.id)).all()
    assert sorted(members) == sorted(live & {e.id for e in entries})  # one open time each
    savepoint.rollback()
