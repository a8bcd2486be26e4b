"""The directory of organisations: one enterprise under its many spellings."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from blueprints.programmes import directory, queries, services
from models import Organisation, OrganisationKind, db
from tests.factories import Factory
from thai.organisations import fold_organisation

NAME = "บริษัท เชียงใหม่เมดิคอล จำกัด"


@pytest.mark.parametrize("spelling", ["บจก. เชียงใหม่เมดิคอล", "เชียงใหม่เมดิคอล", "  บริษัท  เชียงใหม่เมดิคอล  จำกัด "])
def test_spellings_find_one_organisation(app: Flask, make: Factory, spelling: str) -> None:
    there = make.organisation(NAME)
    assert services.find_or_create_organisation(spelling, confirmed=False) is there


def test_english_name_and_merged_entry_lead_to_the_one_that_stands(app: Flask, make: Factory) -> None:
    there = make.organisation(NAME, name_en="CM Medical Co., Ltd.", folded_en=fold_organisation("CM Medical Co., Ltd."))
    older = make.organisation("เชียงใหม่ เมดิคอล เก่า", merged_into_id=there.id)
    oldest = make.organisation("ร้านเชียงใหม่", merged_into_id=older.id)
    for name in ("cm medical", older.name_th, oldest.name_th):
        assert services.find_or_create_organisation(name, confirmed=False) is there


def test_new_ones_wait_for_an_organiser(app: Flask) -> None:
    typed = services.find_or_create_organisation(NAME, confirmed=False)
    assert (typed.name_th, typed.confirmed) == (NAME, False)
    assert queries.suggest_organisations("เชียงใหม่") == []
    assert queries.count_unconfirmed() == 1
    services.find_or_create_organisation("บจก. เชียงใหม่เมดิคอล", confirmed=True)
    assert queries.suggest_organisations("เชียงใหม่") == [typed]


def test_a_participant_does_not_unconfirm(app: Flask, make: Factory) -> None:
    there = make.organisation(NAME)
    services.find_or_create_organisation(NAME, confirmed=False)
    assert there.confirmed


@pytest.mark.parametrize("name", ["", "   ", "—", "...", "\u200b"])
def test_a_name_without_letters_is_no_organisation(app: Flask, name: str) -> None:
    assert services.find_or_create_organisation(name, confirmed=True) is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=400))
def test_any_text_twice_is_one_organisation_at_most(app: Flask, name: str) -> None:
    before = db.session.scalar(select(func.count(Organisation.id)))
    first = services.find_or_create_organisation(name, confirmed=False)
    assert services.find_or_create_organisation(name, confirmed=False) is first
    assert db.session.scalar(select(func.count(Organisation.id))) <= before + 1


def test_suggestions(app: Flask, make: Factory) -> None:
    make.organisation("บริษัท ล้านนาเชียงใหม่ จำกัด")
    begins = make.organisation(NAME)
    for n in range(9):
        make.organisation(f"เชียงใหม่ลำดับ {n}")
    make.organisation("เชียงราย 100% จำกัด")
    assert len(queries.suggest_organisations("เชียงใหม่")) == 8
    assert queries.suggest_organisations("บริษัท เชียงใหม่เม") == [begins]
    assert queries.suggest_organisations("ช") == []
    assert queries.suggest_organisations("%%") == []
    assert [o.name_th for o in queries.suggest_organisations("ล้านนา")] == ["บริษัท ล้านนาเชียงใหม่ จำกัด"]


def command(**given: object) -> directory.OrganisationCommand:
    return directory.OrganisationCommand(**({"name_th": NAME, "name_en": "", "kind": OrganisationKind.ENTERPRISE, "sector": "",
                                            "province": "", "juristic_number": ""} | given))


@pytest.mark.parametrize(("given", "fact"), [
    ({"name_th": "—"}, directory.NoName), ({"name_th": "บจก. มีแล้ว"}, directory.SameOrganisation),
    ({"juristic_number": "1234567890123"}, directory.BadJuristicNumber)])
def test_an_edit_that_cannot_be(app: Flask, make: Factory, given: dict[str, str], fact: type[Exception]) -> None:
    make.organisation("บริษัท มีแล้ว จำกัด")
    with pytest.raises(fact):
        directory.edit_organisation(make.organisation(NAME), command(**given))


def test_an_edit_is_found_by_its_new_names(app: Flask, make: Factory) -> None:
    organisation = make.organisation("พิมพ์ผิด", confirmed=False)
    directory.edit_organisation(organisation, command(name_en="CM Medical"))
    assert organisation.confirmed
    assert services.find_organisation("cm-medical co.,ltd") is organisation
    assert services.find_organisation("พิมพ์ผิด") is None


@pytest.mark.parametrize(("places", "wanted"), [
    ((1, 2, 3), "abc"), ((None, None, None), "abc"), ((3, 2, 3), "bca"), ((1, 2, 1), "cab"), ((2, 1, 3), "bac"), ((2, 2, 3), "bac"),
    ((12, None, None), "bca"), ((3, 2, 1), "cba")])
def test_hosts_change_places(places: tuple[int | None, ...], wanted: str) -> None:
    lines = [services.HostCommand(name, place=place) for name, place in zip("abc", places, strict=True)]
    assert "".join(line.name for line in services.in_order(lines)) == wanted
