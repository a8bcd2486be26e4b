"""What a file is, told from its bytes, and the name it is saved under."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.filetypes import EmptyFile, HoldsMacros, UnknownFile, recognise, safe_name


def zipped(*names: str, mimetype: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100


@pytest.mark.parametrize(("data", "name", "extension"), [
    (b"%PDF-1.4", "a.exe", "pdf"), (b"\xff\xd8\xff\xe0", "", "jpg"), (b"RIFF\0\0\0\0WEBPVP8 ", "", "webp"),
    (zipped("[Content_Types].xml", "ppt/presentation.xml"), "a.zip", "pptx"), (zipped("[Content_Types].xml", "word/document.xml"), "", "docx"),
    (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text"), "", "odt"), (zipped("a.txt"), "a.docx", "zip"),
    (OLE, "บันทึก.DOC", "doc")])
def test_the_bytes_decide(data: bytes, name: str, extension: str) -> None:
    assert recognise(data, name)[1] == extension


@pytest.mark.parametrize(("data", "fact"), [
    (b"", EmptyFile), (b"MZ program", UnknownFile), (b"<html>", UnknownFile), (b"PK broken", UnknownFile), (OLE, UnknownFile),
    (zipped("[Content_Types].xml", "word/vbaProject.bin"), HoldsMacros)])
def test_what_is_not_taken(data: bytes, fact: type) -> None:
    with pytest.raises(fact):
        recognise(data, "a.msi")


@given(st.binary(max_size=300), st.text(max_size=20))
def test_whatever_comes_gets_an_answer(data: bytes, name: str) -> None:
    with suppress(UnknownFile):
        assert recognise(b"PK" + data, name)[1] == "zip"


@pytest.mark.parametrize(("name", "extension", "safe"), [
    ("C:\\Users\\x\\แผนที่.PNG", "png", "แผนที่.png"), ("../../etc/passwd", "pdf", "passwd.pdf"), ("invoice.exe", "pdf", "invoice.pdf"),
    ("photo.jpeg", "jpg", "photo.jpg"), ("รายงาน.สรุปผล", "pdf", "รายงาน.สรุปผล.pdf"), ("...", "zip", "file.zip"), ('a"b\r\n.pdf', "pdf", "a b.pdf")])
def test_a_safe_name(name: str, extension: str, safe: str) -> None:
    assert safe_name(name, extension) == safe
