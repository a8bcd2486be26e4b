"""What every design keeps, a design as a file, and an expert's HTML in its sandbox."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pikepdf
import pypdfium2
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from blueprints.certificates import design_rules, gallery, sandbox, transfer
from blueprints.certificates.design import Asset, Box, Design, Paragraph, Signatory
from blueprints.certificates.pdf import Press, looks_the_same, render_one
from blueprints.certificates.sandbox import Broken
from core import storage
from core.errors import Refused
from core.images import BadImage

from .conftest import make_facts

KEYS = sorted(gallery.templates())


def png(colour: str = "red", size: tuple[int, int] = (40, 30)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def changed(called: str, /, **given: Any) -> Design:
    """The formal design with one box changed."""
    whole = gallery.resolved(Design())
    return replace(whole, boxes=tuple(replace(box, **given) if box.name == called else box for box in whole.boxes))


@pytest.mark.parametrize("key", KEYS)
def test_the_built_in_designs_keep_the_rules(key: str) -> None:
    design_rules.check(gallery.resolved(Design(template=key)))


@pytest.mark.parametrize("broken", [
    changed("holder", x=200.0), changed("holder", y=-1.0), changed("holder", width=0.0), changed("holder", x=float("nan")),
    changed("holder", x="5"), changed("holder", x=True), changed("holder", kind="script"), changed("holder", align="justify"),
    changed("holder", leading=9.0), changed("holder", colour="red; x"), changed("qr", width=10.0), changed("qr", hidden=True),
    changed("scan", kind="qr", width=30.0, height=30.0, y=20.0), changed("scan", kind="qr", width=5.0, height=5.0),
    changed("holder", hidden=True), changed("number", hidden=True), changed("scan", name="qr"), changed("scan", name=""),
    changed("scan", paragraphs=(Paragraph("{secret}", 9),)), changed("scan", paragraphs=(Paragraph("x", 3),)),
    changed("scan", paragraphs=(Paragraph("x", 9, family="Courier"),)), changed("scan", paragraphs=(Paragraph("x" * 401, 9),)),
    changed("scan", paragraphs=(Paragraph("x", 9),) * 9), changed("scan", picture_sha256="../../etc/passwd"),
    Design(template="../formal"), Design(palette={"ink": "red"}), Design(palette={"other": "#ffffff"}), Design(palette={"ink": 3}),  # type: ignore[dict-item]
    Design(signatories=(Signatory("ก", "ข"),) * 5), Design(heading_th="ก" * 401), Design(assets=(Asset("../x", "a" * 64),)),
    replace(gallery.resolved(Design()), boxes=gallery.resolved(Design()).boxes + tuple(
        Box(f"b{n}", 0, 0, 1, 1, kind="line") for n in range(40)))])
def test_what_breaks_a_rule_is_refused_in_words(broken: Design) -> None:
    with pytest.raises(Refused) as caught:
        design_rules.check(broken)
    assert str(caught.value.message)


SCALED = st.floats(0, 40, allow_nan=False)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(KEYS), x=SCALED, y=SCALED, text=st.text(st.characters(exclude_categories=("Cs",)), max_size=40), bold=st.booleans())
def test_a_design_comes_back_from_its_file_as_it_went(app: Flask, key: str, x: float, y: float, text: str, bold: bool) -> None:
    box = Box("own", x, y, 30.0, 8.0, paragraphs=(Paragraph(text.replace("{", "").replace("}", ""), 12, weight=700 if bold else 400),))
    whole = gallery.resolved(Design(template=key, signatories=(Signatory("นาย ก", "ข", "ค"),), thai_digits=bold))
    whole = replace(whole, boxes=(*whole.boxes, box))
    file = transfer.exported(whole, {}.__getitem__, signatures=True)
    assert transfer.imported(file) == whole and transfer.exported(whole, {}.__getitem__, signatures=True) == file


def test_pictures_travel_and_signatures_only_when_asked(app: Flask) -> None:
    pictures = {storage.put(png(colour), "image/png"): png(colour) for colour in ("red", "blue", "green")}
    emblem, signature, asset = pictures
    design = gallery.resolved(Design(emblem_sha256=emblem, signatories=(Signatory("ก", "ข", "", signature),), assets=(Asset("a.png", asset),)))
    assert transfer.imported(transfer.exported(design, storage.read, signatures=True)) == design
    without = transfer.imported(transfer.exported(design, storage.read, signatures=False))
    assert without == replace(design, signatories=(Signatory("ก", "ข"),))


def test_a_picture_from_elsewhere_is_made_anew(app: Flask) -> None:
    design = gallery.resolved(Design(emblem_sha256="a" * 64, background_sha256="b" * 64))
    strange = {"a" * 64: png() + b"<script>", "b" * 64: png("blue", (5000, 3000))}
    back = transfer.imported(transfer.exported(design, strange.__getitem__, signatures=True))
    assert b"<script>" not in storage.read(back.emblem_sha256 or "")
    with Image.open(storage.path_of(back.background_sha256 or "")) as background:
        assert (background.format, background.mode, max(background.size)) == ("JPEG", "RGB", 3508)


def file_of(words: Any, **entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("design.json", words if isinstance(words, bytes) else json.dumps(words))
        for name, data in entries.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_who_knows_the_name_of_a_stored_picture_but_has_not_its_bytes_does_not_get_it(app: Flask) -> None:
    signature = storage.put(png("green"), "image/png")
    design = gallery.resolved(Design(signatories=(Signatory("ก", "ข", "", signature),)))
    back = transfer.imported(transfer.exported(design, {signature: png("blue", (8, 8))}.__getitem__, signatures=True))
    assert back.signatories[0].image_sha256 not in (None, signature)


GOOD = gallery.resolved(Design()).to_json()


@pytest.mark.parametrize("hostile", [
    b"", b"PK\x03\x04", b"x" * 1000, file_of(b"[]"), file_of(b"{"), file_of({}), file_of({"format": 2, "design": GOOD}), file_of({"format": "1"}),
    file_of({"format": 1, "design": GOOD | {"evil": 1}}), file_of({"format": 1, "design": GOOD | {"boxes": "x"}}),
    file_of({"format": 1, "design": GOOD | {"boxes": [{"name": "a"}]}}), file_of({"format": 1, "design": GOOD | {"signatories": [1]}}),
    file_of({"format": 1, "design": GOOD | {"emblem_sha256": "a" * 64}}), file_of({"format": 1, "design": GOOD | {"template": "x"}}),
    file_of(b"[" * 100_000), file_of({"format": 1, "design": GOOD}, **{f"pictures/{n}": b"" for n in range(70)}),
    file_of({"format": 1, "design": GOOD}, bomb=b"\0" * 70_000_000), file_of({"format": 1, "design": GOOD | {"html": "<script>"}}),
    file_of({"format": 1, "design": GOOD})[:-30]])
def test_hostile_files_are_refused(app: Flask, hostile: bytes) -> None:
    with pytest.raises(Refused):
        transfer.imported(hostile)


def test_a_file_whose_picture_is_none_is_refused(app: Flask) -> None:
    with pytest.raises(BadImage):
        transfer.imported(file_of({"format": 1, "design": GOOD | {"emblem_sha256": "a" * 64}}, **{"pictures/" + "a" * 64: b"GIF89a"}))


@pytest.mark.parametrize(("html", "line"), [
    ("<p>\n<script>1</script>", 2), ("<link rel=attachment href=file:///etc/passwd>", 1), ("<img src='file:///etc/passwd'>", 1),
    ("<img src=http://127.0.0.1/x>", 1), ("<iframe>", 1), ("<base href=x>", 1), ("<a href='javascript:x'>", 1), ("{% if %}", 1), ("{{ x", 1),
    ("<p>\n\n<div style='background:url(/etc/passwd)'>", 3), ("< object data=x>", 1)])
def test_what_reaches_out_is_refused_with_its_line(html: str, line: int) -> None:
    with pytest.raises(Refused) as caught:
        sandbox.check(html, "")
    assert caught.value.field == "html" and str(line) in str(caught.value.message)


@pytest.mark.parametrize("deep", [
    "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}", "{% if 1 %}" * 2_000 + "{% endif %}" * 2_000, "{{ " + "-" * 20_000 + "1 }}"])
def test_what_is_nested_too_deeply_is_refused_in_words(deep: str) -> None:
    with pytest.raises(Refused) as caught:
        sandbox.check("", deep)
    assert caught.value.field == "css" and str(caught.value.message)


@pytest.mark.parametrize("css", ["@import 'x'", ".a{background:url(x.png)}", ".a{background:url('http://x/y')}", "@font-face{src:url(file:///x)}"])
def test_style_sheets_that_reach_out_are_refused(css: str) -> None:
    with pytest.raises(Refused):
        sandbox.check("", css)
    sandbox.check("{{ boxes() }}", ".a{background:url({{ asset('x.png') }})}")


@pytest.mark.parametrize("html", [
    "{{ ''.__class__.__mro__ }}", "{{ boxes.__globals__ }}", "{{ person.__init__ }}", "{% include '/etc/passwd' %}", "{% import 'x' as y %}",
    "{% extends 'x' %}", "{{ unknown }}", "{% for i in range(10**9) %}{% endfor %}", "{{ cycler }}", "{{ lipsum() }}", "{{ asset('none') }}",
    "{{ 1/0 }}", "{{ 1" + "+1" * 15_000 + " }}", "{% for i in range(2) %}" * 25 + "{% endfor %}" * 25, "{{ facts['x'] }}", "{{ words.update({}) }}"])
def test_the_sandbox_stops_what_is_not_plain_data(html: str, pictures: dict) -> None:
    with pytest.raises(Broken):
        render_one(Design(html=html), make_facts(1), pictures.__getitem__)


@pytest.mark.parametrize(("template", "size", "whole"), [
    ("formal", (1200, 400), False), ("formal", (900, 900), False), ("formal", (400, 800), True), ("portrait", (400, 1200), False),
    ("portrait", (900, 400), True)])
def test_an_own_background_is_never_stretched(pictures: dict, template: str, size: tuple[int, int], whole: bool) -> None:
    wide, high = size
    picture = Image.new("RGB", size, "red")
    ImageDraw.Draw(picture).ellipse((wide / 2 - 100, high / 2 - 100, wide / 2 + 99, high / 2 + 99), fill="blue")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95)
    bare = Design(template=template, background_sha256="b" * 64, html="{% if static %}<p> </p>{% endif %}")
    pdf = render_one(bare, make_facts(1), {**pictures, "b" * 64: file.getvalue()}.__getitem__)
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    is_blue = page.split()[2].point(lambda value: 255 * (value > 150)) if not whole else ImageChops.subtract(page.split()[2], page.split()[0])
    left, top, right, bottom = is_blue.point(lambda value: 255 * (value > 100)).getbbox()
    assert abs((right - left) - (bottom - top)) <= 3 and abs((left + right) / 2 - page.width / 2) <= 2
    assert (page.getpixel((2, 2)) == (255, 255, 255)) is whole


@given(st.tuples(*[st.integers(0, 255)] * 6))
def test_contrast_is_that_of_the_norm(parts: tuple[int, ...]) -> None:
    one, other = ("#" + bytes(half).hex() for half in (parts[:3], parts[3:]))
    assert 1 <= design_rules.contrast(one, other) == design_rules.contrast(other, one) <= 21.001
    assert design_rules.contrast(one, one) == 1 and round(design_rules.contrast("#777777", "#ffffff"), 2) == 4.48


def text_of(pdf: bytes) -> str:
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()


def test_an_experts_html_prints_and_is_pressed_in_layers_where_that_shows_the_same(design: Design, pictures: dict) -> None:
    asset = {**pictures, "c" * 64: png()}
    good = replace(design, html="{{ boxes() }}{% if static %}<p class=extra>คำขวัญ {{ words.event }}</p>{% endif %}",
                   assets=(Asset("a.png", "c" * 64),), css=".extra{position:absolute;left:20mm;top:195mm;background:url({{ asset('a.png') }})}")
    sandbox.check(good.html, good.css)
    pdf = next(Press(good, asset.__getitem__).individual([make_facts(1, "ญาณี")]))
    assert "คำขวัญ" in text_of(pdf) and "ญาณี" in text_of(pdf)
    assert looks_the_same(good, make_facts(1, "ญาณี"), asset.__getitem__)
    moving = replace(design, html="{{ boxes() }}<p>{% if person %}{{ person.holder_th }}<br>{% endif %}</p>{% if static %}<p>ถัดไป</p>{% endif %}")
    assert not looks_the_same(moving, make_facts(1, "ญาณี"), asset.__getitem__)


def test_a_name_is_no_template_in_an_experts_html(design: Design, pictures: dict) -> None:
    pdf = render_one(replace(design, html="{{ boxes() }}<p>{% if person %}{{ person.holder_th }}{% endif %}</p>"), make_facts(1, "<b>{{7*7}}"),
                     pictures.__getitem__)
    assert text_of(pdf).count("<b>{{7*7}}") == 2


def test_nothing_is_fetched_and_nothing_is_attached_even_past_the_check(design: Design, pictures: dict) -> None:
    asked = []

    class Trap(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Trap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        for html in (f"<img src={url}/a>", f"<link rel=stylesheet href={url}/b>", "<link rel=attachment href=file:///etc/passwd>",
                     "<img src=file:///etc/passwd>", f"<object data={url}/c></object>", f"<div style='background:url({url}/d)'>x</div>",
                     f"<svg><image href='{url}/e'/><use href='{url}/f#x'/></svg>", "<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\">"
                     f"<image href=\"{url}/g\"/></svg>'>"):
            try:
                pdf = render_one(replace(design, html="{{ boxes() }}" + html), make_facts(1), pictures.__getitem__)
            except Exception as refused:  # a document that names what is not its own may also be refused whole
                assert "passwd" in str(refused) or url in str(refused) or "fetch" in str(refused).lower(), refused
                continue
            with pikepdf.open(io.BytesIO(pdf)) as document:
                assert list(document.attachments) == ["certificate.json"]
            assert b"root:" not in pdf
    finally:
        server.shutdown()
    assert asked == []
