"""Search, order and masking of names."""

from __future__ import annotations

import pytest

from blueprints.registration.people import masked_name, person_key, search_text, search_words
from models import Registration


@pytest.mark.parametrize("first,last,shown", [
    ("กัญญา", "ศรีสุข", "กัญญา ศ."), ("กัญญา", "เกษม", "กัญญา ก."), ("กัญญา", "ไชยวงศ์", "กัญญา ช."), ("John", "Smith", "John S."),
    ("พระมหาสมปอง", "", "พระมหาสมปอง"), ("ศรี", "โอภาส", "ศรี อ."),
])
def test_masked_name(first: str, last: str, shown: str) -> None:
    assert masked_name(first, last) == shown


def test_one_person_however_typed() -> None:
    key = person_key("นางสาว", "น้ำทิพย์", "ก้ำแก้ว", "a@example.org")
    assert person_key("", "นางสาวน้ำทิพย์", "ก้ำแก้ว", "A@example.org") == key
    assert person_key("", "น้ำทิพย์ ก้ำแก้ว", "", "a@example.org") == key
    assert person_key("นางสาว", "น้ำทิพย์", "ก้ำแก้ว", "b@example.org") != key


@pytest.mark.parametrize("typed", [
    "น้ำทิพย์", "นำทิพย์", "นางสาวน้ำทิพย์ ก้ำแก้ว", "ก้ำแก้ว น้ำ", "5678", "081-234 5678", "๐๘๑๒๓๔", "+66 81 234", "namthip@ex",
    "เครื่องมือแพทย์", "ABCDEF", "",
])
def test_found(typed: str) -> None:
    found = search_text(SOMEONE)
    assert all(word in found for word in search_words(typed))


@pytest.mark.parametrize("typed", ["สมชาย", "น้ำทิพย์ สมชาย", "9999"])
def test_not_found(typed: str) -> None:
    found = search_text(SOMEONE)
    assert not all(word in found for word in search_words(typed))


SOMEONE = Registration(first_name="น้ำทิพย์", last_name="ก้ำแก้ว", name_en="", certificate_name="",
                       organisation_name="บริษัท เครื่องมือแพทย์ จำกัด",
                       email="namthip@example.org", phone="+66812345678", code="ABCDEFGHIJKLMNOPQRSTUVWXYZ")
