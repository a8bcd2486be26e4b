import pytest
from hypothesis import given
from hypothesis import strategies as st

from thai.names import TITLES, clean_name, display_name, formal_name, name_key, split_title
from thai.text import normalise

names = st.text(st.sampled_from("กญณเแ้ำา่ิ์ฺ .นสดรJx"), max_size=20)


@pytest.mark.parametrize(
    ("title", "first", "last", "shown"),
    [
        ("นางสาว", "กัญญา", "ศรีสุข", "นางสาวกัญญา ศรีสุข"),
        ("ผศ. ดร.", "กัญญา", "ศรีสุข", "ผศ. ดร.กัญญา ศรีสุข"),
        ("ผศ.ดร.", "กัญญา", "ศรีสุข", "ผศ.ดร.กัญญา ศรีสุข"),
        ("ผศ.", "ดร.กัญญา", "ศรีสุข", "ผศ. ดร.กัญญา ศรีสุข"),
        ("ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง", "กัญญ์ณัฏฐ์", "ศิริวัฒนพงศ์เจริญกิจ",
         "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิงกัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ"),
        ("ว่าที่ร้อยตรีหญิง", "น้ำทิพย์", "ก้ำแก้ว", "ว่าที่ร้อยตรีหญิงน้ำทิพย์ ก้ำแก้ว"),
        ("พระมหา", "สมปอง", "ตาลปุตฺโต", "พระมหาสมปอง ตาลปุตฺโต"),
        ("", "ญาณี", "ฐิติกุล", "ญาณี ฐิติกุล"),
        ("พระ", "สมปอง", "", "พระสมปอง"),
        ("", "สมปอง", "", "สมปอง"),
        ("Mr.", "John", "Smith", "Mr. John Smith"),
        ("Miss", "กัญญา", "", "Miss กัญญา"),
        ("นาย", "John", "Smith", "นายJohn Smith"),
        ("นาย", "john", "McDonald", "นายjohn McDonald"),
        ("", "<b>x</b>", "{{7*7}}", "<b>x</b> {{7*7}}"),
        (" นาง ", " เเก้ว ", "นํ้า", "นางแก้ว น้ำ"),
    ],
)
def test_shown(title, first, last, shown):
    assert display_name(title, first, last) == shown


@pytest.mark.parametrize(
    ("title", "full"),
    [
        ("น.ส.", "นางสาว"),
        ("นส.", "นางสาว"),
        ("ผศ.", "ผู้ช่วยศาสตราจารย์"),
        ("ผศ.ดร.", "ผู้ช่วยศาสตราจารย์ ดร."),
        ("ผศ. ดร. ทพญ.", "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง"),
        ("รศ.นพ.", "รองศาสตราจารย์ นายแพทย์"),
        ("ศ.ดร.", "ศาสตราจารย์ ดร."),
        ("ว่าที่ ร.ต.", "ว่าที่ร้อยตรี"),
        ("ว่าที่ร.ต.หญิง", "ว่าที่ร้อยตรีหญิง"),
        ("พ.ต.อ.", "พันตำรวจเอก"),
        ("พล.ต.ท.", "พลตำรวจโท"),
        ("พล.ต.", "พลตรี"),
        ("พ.อ.อ.", "พันจ่าอากาศเอก"),
        ("น.สพ.", "นายสัตวแพทย์"),
        ("นางสาว", "นางสาว"),
        ("ดร.", "ดร."),
        ("กำนัน", "กำนัน"),
        ("", ""),
        # One rank in the army, another in the police; and a title nobody listed.
        ("จ.ส.ต.", "จ.ส.ต."),
        ("น.อ.", "น.อ."),
        ("ก.ส.ต.", "ก.ส.ต."),
        ("Mr.", "Mr."),
    ],
)
def test_full_title(title, full):
    assert formal_name(title, "กัญญา", "ศรีสุข") == display_name(full, "กัญญา", "ศรีสุข")


@pytest.mark.parametrize("title", TITLES)
def test_full_title_of_a_full_title_is_itself(title):
    once = formal_name(title, "", "")
    assert formal_name(once, "", "") == once


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("นางสาวกัญญา ศรีสุข", "นางสาว", "กัญญา ศรีสุข"),
        ("นางสาวิตรี ดีงาม", "นาง", "สาวิตรี ดีงาม"),
        ("น.ส.กัญญา", "น.ส.", "กัญญา"),
        ("นาย สมชาย ใจดี", "นาย", "สมชาย ใจดี"),
        ("นายิกา ใจดี", "", "นายิกา ใจดี"),
        ("คุณากร", "", "คุณากร"),
        ("คุณสมชาย", "คุณ", "สมชาย"),
        ("ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ",
         "ผู้ช่วยศาสตราจารย์ ดร. ทันตแพทย์หญิง", "กัญญ์ณัฏฐ์ ศิริวัฒนพงศ์เจริญกิจ"),
        ("ว่าที่ร้อยตรีหญิง น้ำทิพย์ ก้ำแก้ว", "ว่าที่ร้อยตรีหญิง", "น้ำทิพย์ ก้ำแก้ว"),
        ("ว่าที่ ร.ต.หญิงน้ำทิพย์", "ว่าที่ ร.ต.หญิง", "น้ำทิพย์"),
        ("ดร.หญิง ใจดี", "ดร.", "หญิง ใจดี"),
        ("พระมหาสมปอง ตาลปุตฺโต", "พระมหา", "สมปอง ตาลปุตฺโต"),
        ("จ.ส.ต.สมชาย", "จ.ส.ต.", "สมชาย"),
        ("Mr. John Smith", "Mr.", "John Smith"),
        ("Mr.สมชาย", "Mr.", "สมชาย"),
        ("Asst. Prof. Dr. John", "Asst. Prof. Dr.", "John"),
        ("Drew Barry", "", "Drew Barry"),
        ("Missy", "", "Missy"),
        ("ญาณี ฐิติกุล", "", "ญาณี ฐิติกุล"),
        ("นาย", "นาย", ""),
        ("", "", ""),
    ],
)
def test_title_before_a_name(text, title, rest):
    assert split_title(text) == (title, rest)


@pytest.mark.parametrize("title", TITLES)
def test_every_suggested_title_is_known_again(title):
    assert split_title(display_name(title, "สมชาย", "ใจดี")) == (title, "สมชาย ใจดี")


@given(names)
def test_split_title_loses_nothing(text):
    assert "".join(split_title(text)).replace(" ", "") == normalise(text).replace(" ", "")


@pytest.mark.parametrize(
    ("title", "first", "last"),
    [
        ("นางสาว", "น้ำทิพย์", "ก้ำแก้ว"), ("น.ส.", "นํ้าทิพย์ ", "ก้ำเเก้ว"), ("", "นางสาวน้ำทิพย์", "ก้ำแก้ว"),
        ("", "น้ำทิพย์ ก้ำแก้ว", ""), ("ดร.", "น้ำ\u200bทิพย์", "ก้ำแก้ว"), ("นางสาว", "นางสาวน้ำทิพย์", "ก้ำแก้ว"),
    ],
)
def test_one_person_has_one_key(title, first, last):
    assert name_key(title, first, last) == "นำทิพยกำแกว"


def test_other_persons_have_other_keys():
    people = [("สมชาย", "ใจดี"), ("สมชาย", "ใจงาม"), ("สมหญิง", "ใจดี"), ("สมชาย", ""), ("นาย", "")]
    assert len({name_key("นาย", *person) for person in people}) == len(people)


def test_a_name_is_cleaned_but_never_capitalised():
    assert clean_name(" somchai\u200b  เเก้ว ") == "somchai แก้ว"
    assert clean_name("x" * 60) == "x" * 60


def test_a_long_name_is_cut_before_a_whole_letter():
    assert clean_name("กกก้", 3) == "กก"
    assert clean_name("กก กก", 3) == "กก"
    assert len(clean_name("ก" * 500)) == 160


@given(names, st.integers(0, 20))
def test_a_cut_name_is_clean_and_short_enough(text, limit):
    cut = clean_name(text, limit)
    assert len(cut) <= limit
    assert normalise(text).startswith(cut)
    assert clean_name(cut, limit) == cut
