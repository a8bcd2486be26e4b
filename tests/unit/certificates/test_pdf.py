"""Certificates as files: one page, nothing outside its frame, the same by either way, the facts inside."""

import io
import json
import re
import subprocess
import sys

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import ImageChops

from blueprints.certificates.design import Design, Signatory
from blueprints.certificates.facts import Facts, printable
from blueprints.certificates.pdf import Press, render_one
from core.pdf import MissingGlyph, html_to_pdf

from .conftest import HARD_NAMES, make_facts
from .reading import MM, image, text_boxes

FRAME = (17.4 * MM, 17.4 * MM, (297 - 17.4) * MM, (210 - 17.4) * MM)  # the inner rule of the border


def assert_inside_the_frame(pdf: bytes) -> None:
    for left, bottom, right, top in text_boxes(pdf):
        assert FRAME[0] <= left and right <= FRAME[2] and FRAME[1] <= bottom and top <= FRAME[3]


def test_design_and_facts_survive_json(design):
    facts = make_facts(1)
    assert Design.from_json(json.loads(json.dumps(design.to_json()))) == design
    assert Facts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


def test_each_certificate_has_one_page_of_a4_with_nothing_outside_its_frame(hard):
    for _, pdf in hard:
        document = pypdfium2.PdfDocument(pdf)
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx((297 * MM, 210 * MM), abs=0.01)
        assert_inside_the_frame(pdf)


def test_long_titles_and_four_signatories_stay_in_the_frame(pictures):
    signatory = Signatory("รองศาสตราจารย์ ดร.ปิ่นมณี ญาณวุฒิเมธาวี", "ผู้อำนวยการศูนย์ส่งเสริมอุตสาหกรรมภาคที่ 1", "ปฏิบัติราชการแทน อธิบดี")
    title = "ประชุมเชิงปฏิบัติการยกระดับการรวมกลุ่มและเชื่อมโยงอุตสาหกรรมการแพทย์ครบวงจร " * 4
    facts = make_facts(1, HARD_NAMES[0], event_title=title, programme_title=title, event_title_en="Northern Medical " * 20)
    pdf = render_one(Design(signatories=(signatory,) * 4), facts, pictures.__getitem__)
    assert_inside_the_frame(pdf)
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    last_of_body, given = (text.get_charbox(text.search(words).get_next()[0]) for words in ("17 July 2020", "ให้ไว้ ณ วันที่"))
    assert last_of_body[1] > given[3]  # the body ends above the date of issue


def test_a_stamped_certificate_looks_the_same_as_a_direct_one(hard, design, pictures):
    for facts, pdf in hard[:2]:
        assert ImageChops.difference(image(pdf), image(render_one(design, facts, pictures.__getitem__))).getbbox() is None


def test_the_printers_file_looks_the_same_and_holds_the_static_layer_once(hard, press, tmp_path):
    people = [facts for facts, _ in hard]
    press.merge(people, tmp_path / "merged.pdf")
    merged = (tmp_path / "merged.pdf").read_bytes()
    assert len(pypdfium2.PdfDocument(merged)) == len(people)
    for page in (0, len(people) - 1):
        assert ImageChops.difference(image(hard[page][1]), image(merged, page)).getbbox() is None
    with pikepdf.open(io.BytesIO(merged)) as pdf:
        assert len({page.Resources.XObject.Layer0.objgen for page in pdf.pages}) == 1
        assert str(pdf.docinfo.Title).endswith(f"{people[0].number} – {people[-1].number}")


def test_the_printers_file_may_mix_events(press, tmp_path):
    people = [make_facts(1), make_facts(2, event_title="อบรมเชิงปฏิบัติการ"), make_facts(3)]
    press.merge(people, tmp_path / "merged.pdf")
    with pikepdf.open(tmp_path / "merged.pdf") as pdf:
        first, second, third = (page.Resources.XObject.Layer0.objgen for page in pdf.pages)
    assert first == third != second


def test_nobody_to_print_for(press, tmp_path):
    with pytest.raises(ValueError):
        press.merge([], tmp_path / "merged.pdf")


def test_the_qr_code_opens_the_verification_page(hard):
    for facts, pdf in hard:
        assert [found.text for found in zxingcpp.read_barcodes(image(pdf))] == [facts.verify_url]


def test_the_facts_are_inside_as_json(hard, design, pictures):
    facts, stamped = hard[0]
    for pdf in (stamped, render_one(design, facts, pictures.__getitem__)):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            attached = document.attachments["certificate.json"]
            assert attached.obj.AFRelationship == "/Data"
            assert Facts.from_json(json.loads(attached.get_file().read_bytes())) == printable(facts)[0]
            assert {spec.objgen for spec in document.Root.AF} == {attached.obj.objgen} != {(0, 0)}


def test_each_file_names_its_own_holder_and_nobody_else(hard):
    for facts, pdf in hard:
        holder = printable(facts)[0].holder_th
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert str(document.docinfo.Title) == f"เกียรติบัตร {facts.number} {holder}"
            with document.open_metadata() as metadata:
                assert metadata["dc:title"] == f"เกียรติบัตร {facts.number} {holder}"
                assert metadata.pdfa_status == "3B"
            assert len(document.pages[0].Resources.XObject.Overlay.Resources.XObject) == 1  # one QR code
        text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
        assert re.findall(r"\d{4}/2563", text) == re.findall(r"\d{4}/2563", facts.number)


def test_equal_input_gives_equal_bytes(design, pictures, tmp_path):
    people = [make_facts(index, name) for index, name in enumerate(HARD_NAMES[:3])]
    runs = []
    for run in range(2):
        press = Press(design, pictures.__getitem__)
        press.merge(people, tmp_path / f"{run}.pdf")
        files = [*press.individual(people), render_one(design, people[0], pictures.__getitem__)]
        runs.append([(tmp_path / f"{run}.pdf").read_bytes(), *files])
    assert runs[0] == runs[1]


def test_markup_in_a_name_is_printed_as_typed(hard):
    for typed in ("<b>x</b>", "{{7*7}}"):
        pdf = next(pdf for facts, pdf in hard if facts.holder_th == typed)
        assert typed in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()


def test_characters_that_cannot_be_drawn_are_named_and_left_out():
    facts, missing = printable(make_facts(1, "😀 ยิ้ม 田中 แย้ม", hosts=("ศูนย์ 😀",)))
    assert (facts.holder_th, facts.hosts, set(missing)) == ("ยิ้ม แย้ม", ("ศูนย์",), set("😀田中"))
    assert printable(facts) == (facts, "")


def test_a_character_that_slips_through_is_an_error_not_a_box():
    with pytest.raises(MissingGlyph) as caught:
        html_to_pdf("<html lang=th>ก田น", css="body{font-family:Sarabun}", roots=())
    assert caught.value.characters == "田"


def test_only_our_fonts_are_embedded(hard):
    names = set()
    with pikepdf.open(io.BytesIO(hard[0][1])) as pdf:
        for obj in pdf.objects:
            if isinstance(obj, pikepdf.Dictionary) and obj.get("/Type") == "/Font":
                names.add(str(obj.BaseFont).split("+")[-1])
    assert names == {"Sarabun", "Sarabun-Semi-Bold", "Sarabun-Bold", "Srisakdi-Bold"}


def test_a_missing_picture_is_an_error(design):
    with pytest.raises(KeyError):
        next(Press(design, {}.__getitem__).individual([make_facts(1)]))


def test_a_web_process_that_imports_this_does_not_carry_weasyprint():
    code = "import sys, blueprints.certificates.pdf, core.pdf; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
