"""What is copied from a certificate, or searched in it, is what it says: by two engines."""

import pytest

from blueprints.certificates.facts import printable
from core.pdf import html_to_pdf
from thai.pdftext import finisher

from .conftest import SIXTY_NAMES, make_facts
from .reading import pdfium, plain, poppler

WORDS = "น้ำ สำนักงานสาขาน้ำตาลทราย ก้ำแก้ว ป้า ฝั่ง ญี่ปุ่น กตัญญู ปฏิบัติ ฐานะผู้เชี่ยวชาญ ต๋ำ ตาลปุตฺโต ปี๊บ ค่ำ".split()


@pytest.mark.parametrize("read", [poppler, pdfium])
def test_every_hard_name_can_be_copied(hard, read):
    for facts, pdf in hard:
        text, facts = read(pdf), printable(facts)[0]
        for line in (facts.holder_th, facts.holder_en, facts.organisation, facts.number, facts.event_title, facts.place):
            assert plain(line) in text


@pytest.mark.parametrize("read", [poppler, pdfium])
def test_sixty_names_of_sixty_can_be_copied_from_the_printers_file(press, tmp_path, read):
    press.merge([make_facts(index, name) for index, name in enumerate(SIXTY_NAMES)], tmp_path / "merged.pdf")
    text = read((tmp_path / "merged.pdf").read_bytes())
    assert len(SIXTY_NAMES) == 60
    assert [name for name in SIXTY_NAMES if plain(name) not in text] == []


@pytest.mark.parametrize("read", [poppler, pdfium])
@pytest.mark.parametrize("weight", [400, 600, 700])
def test_words_in_each_weight(read, weight):
    html = "".join(f"<p style='font-weight:{weight}'>{word}" for word in WORDS)
    text = read(html_to_pdf(f"<html lang=th>{html}", css="body{font-family:Sarabun}", roots=()))
    assert text == "".join(map(plain, WORDS))


@pytest.mark.parametrize("weight", [400, 600, 700])
def test_no_cluster_is_read_twice(weight):
    """A raised tone mark is an object of its own to pdfium, which may put it after the next letter."""
    words = [consonant + vowel + tone + after for consonant in "กชญฐนปฝฟมยลศห" for vowel in "ิีึืัุ" for tone in "่้๊๋" for after in "มาแ"]
    html = "".join(f"<p style='margin:0;font:{weight} 20pt/1.6 Sarabun'>{word}" for word in words)
    assert pdfium(html_to_pdf(f"<html lang=th>{html}", css="", roots=())) == "".join(map(plain, words))


def test_without_the_finisher_words_are_lost(monkeypatch):
    """The control: should WeasyPrint mend this itself one day, thai/pdftext.py can go."""
    html = f"<html lang=th>{' '.join(WORDS)}"
    monkeypatch.setattr("core.pdf.finisher", lambda document, pdf: None)
    assert plain("น้ำ") not in pdfium(html_to_pdf(html, css="body{font-family:Sarabun}", roots=()))
    monkeypatch.setattr("core.pdf.finisher", finisher)
    assert plain("น้ำ") in pdfium(html_to_pdf(html, css="body{font-family:Sarabun}", roots=()))
