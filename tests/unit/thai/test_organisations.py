import pytest
from hypothesis import given
from hypothesis import strategies as st

from thai.organisations import fold_organisation, sort_name
from thai.text import letters_only


@pytest.mark.parametrize(
    "name",
    [
        "สยามน้ำตาล", "บริษัท สยามน้ำตาล จำกัด", "บริษัทสยามน้ำตาลจำกัด", "บริษัท สยามน้ำตาล จำกัด (มหาชน)", "บริษัท สยามน้ำตาล จำกัด(มหาชน)",
        "บจก. สยามน้ำตาล", "บจก.สยามน้ำตาล", "บจก สยามน้ำตาล", "บ.จ.ก. สยามน้ำตาล", "บจ. สยามน้ำตาล", "บมจ. สยามน้ำตาล",
        "บ. สยามน้ำตาล จก.", "หจก. สยามน้ำตาล", "หจก.สยาม น้ำตาล", "ห้างหุ้นส่วนจำกัด สยามน้ำตาล",
        "สยามน้ำตาล บจก.", "บริษัท สยามน้ำตาล จำกัด (สำนักงานใหญ่)",
        "บริษัท สยามนํ้าตาล จำกัด", " บริษัท  สยาม\u200bน้ำตาล\u00a0จำกัด ", "บริษัท “สยามน้ำตาล” จำกัด",
    ],
)
def test_spellings_of_one_thai_enterprise(name):
    assert fold_organisation(name) == "สยามน้ำตาล"


@pytest.mark.parametrize(
    "name",
    [
        "Siam Sugar", "Siam Sugar Co., Ltd.", "SIAM SUGAR CO.,LTD", "Siam Sugar Company Limited",
        "Siam Sugar Public Company Limited", "Siam Sugar PCL",
        "Siam Sugar Ltd.", "Siam Sugar Limited Partnership", "Siam Sugar Ltd., Part.",
        "Siam-Sugar Co. Ltd. (Head Office)",
    ],
)
def test_spellings_of_one_english_enterprise(name):
    assert fold_organisation(name) == "siamsugar"


def test_different_names_stay_apart():
    names = [
        "บริษัท ไทยค้า จำกัด", "บริษัท ไทยคา จำกัด", "บริษัท จำกัด", "ร้านไม่จำกัด", "ร้านไม่", "บจกรรม", "กรรม",
        "Costco", "Cost", "Unlimited", "Un", "สำนักงานสาขาน้ำตาลทราย", "สำนักงานน้ำตาลทราย",
        "ศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1", "ศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 2", "A.B.", "A.C.",
        "ไทย คอร์ปอเรชั่น", "ไทย", "บริษัทสยาม (ประเทศไทย) จำกัด", "บริษัทสยาม จำกัด",
    ]
    assert len({fold_organisation(name) for name in names}) == len(names)


def test_digits_of_both_kinds_are_one():
    assert fold_organisation("ศูนย์ภาคที่ ๑") == fold_organisation("ศูนย์ภาคที่ 1")


@pytest.mark.parametrize(
    ("name", "sorted_under"),
    [
        ("บริษัท เอก จำกัด", "เอก"), ("หจก. กา-แฟ ดี", "กา-แฟ ดี"), ("Siam Sugar Co., Ltd.", "Siam Sugar"), ("บริษัท จำกัด", "บริษัท จำกัด"),
        ("มหาวิทยาลัยเชียงใหม่", "มหาวิทยาลัยเชียงใหม่"), ("", ""),
    ],
)
def test_lists_ignore_the_legal_form(name, sorted_under):
    assert sort_name(name) == sorted_under


@given(st.text(st.sampled_from("กขคงา้ "), min_size=1, max_size=10).filter(lambda name: name.strip(" า้")))
def test_a_legal_form_never_changes_the_key(name):
    key = fold_organisation(name)
    for form in ("บริษัท {} จำกัด", "บจก. {}", "หจก. {}", "{} Co., Ltd.", "บมจ. {}"):
        assert fold_organisation(form.format(name)) == key


@given(st.text())
def test_a_name_with_letters_has_a_key(name):
    assert bool(fold_organisation(name)) == bool(letters_only(name))
