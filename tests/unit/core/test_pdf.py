"""Printing fetches nothing but its own files, and says so when something is missing."""

import http.server
import io
import logging
import threading
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from core import pdf
from core.assets import AssetMissing
from core.pdf import Unprintable, html_to_pdf


@pytest.fixture
def root(tmp_path) -> Path:
    """A document's own folder, beside a secret, with a link that leads out of it."""
    own = tmp_path / "own"
    own.mkdir()
    (tmp_path / "secret.txt").write_text("root:x")
    (tmp_path / "own-but-not").mkdir()
    (tmp_path / "own-but-not" / "secret.txt").write_text("root:x")
    (own / "link.txt").symlink_to(tmp_path / "secret.txt")
    (own / "good.txt").write_text("good")
    Image.new("RGB", (4, 4), "red").save(own / "red.png")
    return own


@pytest.fixture(scope="module")
def server():
    """A local address that counts who calls."""
    calls = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}", calls
        httpd.shutdown()


PROBES = [
    '<img src="{http}/img">',
    "<style>@import url({http}/css);</style>",
    '<link rel=stylesheet href="{http}/css">',
    '<div style="background:url({http}/bg)">x</div>',
    '<ul><li style="list-style-image:url({http}/li)">x</ul>',
    "<style>p::before{{content:url({http}/c)}}</style><p>x",
    '<svg width=9 height=9><image href="{http}/svg" width=9 height=9 /></svg>',
    '<base href="{http}/"><img src="based.png">',
    '<embed src="{http}/embed"><object data="{http}/object"></object>',
    '<img src="ftp://127.0.0.1:1/x">',
    '<img src="file:///etc/passwd">',
    '<link rel=attachment href="file:///etc/passwd">',
    '<link rel=attachment href="FILE:///etc/passwd">',
    '<link rel=attachment href="file:/etc/passwd">',
    '<link rel=attachment href="file://127.0.0.1/etc/passwd">',
    '<link rel=attachment href="file://localhost/etc/passwd">',
    '<link rel=attachment href="file:///proc/self/environ">',
    '<a rel=attachment href="file:///etc/passwd">x</a>',
    '<link rel=attachment href="link.txt">',
    '<link rel=attachment href="../secret.txt">',
    '<link rel=attachment href="../own-but-not/secret.txt">',
    '<link rel=attachment href="%2e%2e/secret.txt">',
    '<link rel=attachment href="good.txt/../../secret.txt">',
]


@pytest.mark.parametrize("probe", PROBES)
def test_what_is_not_the_documents_own_is_refused(root, server, probe):
    address, calls = server
    calls.clear()
    try:
        made = html_to_pdf(f"<html lang=th>{probe.format(http=address)}", css="", roots=(root,))
    except Unprintable:
        made = b""
    assert calls == []
    if made:  # a tag that WeasyPrint does not know: then nothing may have come in
        with pikepdf.open(io.BytesIO(made)) as document:
            assert not document.attachments


def test_the_documents_own_files_are_fetched(root):
    html = '<html lang=th><img src="red.png" alt=""><link rel=attachment href="good.txt">'
    with pikepdf.open(io.BytesIO(html_to_pdf(html, css="", roots=(root,)))) as document:
        assert document.attachments["good.txt"].get_file().read_bytes() == b"good"


def test_a_font_from_elsewhere_is_refused(root, server):
    css = f"@font-face{{font-family:x;src:url({server[0]}/font)}}"
    with pytest.raises(Unprintable):
        html_to_pdf("<html lang=th>x", css=css, roots=(root,))


def test_a_picture_bomb_is_refused(root):
    Image.new("1", (7000, 7000)).save(root / "bomb.png")
    with pytest.raises(Unprintable):
        html_to_pdf('<html lang=th><img src="bomb.png" alt="">', css="", roots=(root,))


def test_a_font_that_is_not_installed_is_an_error(monkeypatch):
    def missing(package, file):
        raise AssetMissing(f"{package}/{file}")

    monkeypatch.setattr(pdf, "vendor_path", missing)
    for cached in (pdf.font_file, pdf._fonts):
        monkeypatch.setattr(pdf, cached.__name__, cached.__wrapped__)
    with pytest.raises(AssetMissing, match="make assets"):
        html_to_pdf("<html lang=th>x", css="", roots=())


def test_the_log_is_left_as_it_was(root):
    before = list(logging.getLogger("weasyprint").handlers)
    with pytest.raises(Unprintable):
        html_to_pdf('<html lang=th><img src="gone.png" alt="">', css="", roots=(root,))
    assert logging.getLogger("weasyprint").handlers == before
