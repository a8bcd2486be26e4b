"""Signatures: appended to the file, checked by pyHanko, with a time stamp where there is one, and refused in plain words."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from blueprints.certificates import signing
from blueprints.certificates.facts import Facts
from core import p12
from core.p12 import Seal
from tests.keys import AGENCY, PASSWORD, root, time_stamp_server, write_p12


@pytest.fixture(scope="module")
def file(hard: list[tuple[Facts, bytes]]) -> bytes:
    return hard[0][1]


@pytest.fixture
def sealed(tmp_path: Path) -> Callable[..., Seal]:
    """Makes a .p12 and says how to sign with it."""

    def make(kind: str = "ec", url: str = "", **given: Any) -> Seal:
        write_p12(tmp_path / f"{kind}.p12", kind, **given)
        return Seal(str(tmp_path / f"{kind}.p12"), given.get("password", PASSWORD), url)

    return make


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_signature_is_appended_and_holds(file: bytes, tmp_path: Path, kind: str) -> None:
    leaf = write_p12(tmp_path / "a.p12", kind)
    signed, kept = signing.sign(file, Seal(str(tmp_path / "a.p12"), PASSWORD), "กสอ. ๑/๒๕๖๓")
    assert signed.startswith(file), "what was there stays byte for byte"
    assert kept["fingerprint"] == leaf.fingerprint(SHA256()).hex() and AGENCY in kept["signer"] and "Test Root" in kept["issuer"]
    assert kept["timestamped"] is False and kept["signed_at"].endswith("Z")
    found = signing.read(signed)
    assert found == signing.Found(kept["fingerprint"], intact=True, trusted=False, timestamped=False)
    assert signing.read(signed, (root().public_bytes(Encoding.DER),)) == signing.Found(kept["fingerprint"], True, True, False)
    assert signing.read(file) is None
    with pikepdf.open(tmp_path / "a.pdf" if (tmp_path / "a.pdf").write_bytes(signed) else "") as pdf:
        field = pdf.Root.AcroForm.Fields[0]
        assert "๑/๒๕๖๓" in str(field.V.Reason) and str(field.V.SubFilter) == "/ETSI.CAdES.detached"
        assert list(map(float, field.Rect)) == [0, 0, 0, 0], "nothing is drawn on the page"


def test_a_flipped_byte_is_found(file: bytes, sealed: Callable[..., Seal]) -> None:
    signed = bytearray(signing.sign(file, sealed(), "1")[0])
    where = file.index(b"stream", len(file) // 2) + 40
    signed[where] ^= 1
    found = signing.read(bytes(signed))
    assert found is not None and not found.intact


def test_what_is_added_after_the_signature_is_found(file: bytes, sealed: Callable[..., Seal]) -> None:
    signed = signing.sign(file, sealed(), "1")[0]
    again = signing.read(signed + b"\n% one more line\n")
    assert again is not None and not again.intact


def test_the_key_is_parsed_once(file: bytes, sealed: Callable[..., Seal], monkeypatch: pytest.MonkeyPatch) -> None:
    seal = sealed("rsa")
    signing.sign(file, seal, "1")
    _, signer, _ = signing._tools(seal)
    monkeypatch.setattr(type(signer.signing_key), "dump", lambda _: pytest.fail("parsed again"))
    assert signing.read(signing.sign(file, seal, "2")[0])


def test_a_time_stamp_is_in_the_signature(file: bytes, sealed: Callable[..., Seal]) -> None:
    with time_stamp_server() as url:
        signed, kept = signing.sign(file, sealed(url=url), "1")
    assert kept["timestamped"] is True
    assert signing.read(signed) == signing.Found(kept["fingerprint"], True, False, True)


def test_a_server_that_does_not_answer_is_left_alone_for_a_while(file: bytes, sealed: Callable[..., Seal], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "TSA_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        seal = sealed(url=f"http://127.0.0.1:{silent.getsockname()[1]}/")
        began = time.monotonic()
        made = [signing.sign(file, seal, str(n)) for n in range(4)]
    assert time.monotonic() - began < 3
    assert [kept["timestamped"] for _, kept in made] == [False] * 4
    assert all(found and found.intact for found in (signing.read(signed) for signed, _ in made))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:1/", "nonsense"])
def test_a_wrong_address_of_the_server_does_not_stop_anything(file: bytes, sealed: Callable[..., Seal], url: str) -> None:
    assert signing.sign(file, sealed(url=url), "1")[1]["timestamped"] is False


def config(path: Path, **given: str) -> dict[str, str]:
    return {"CERTIFICATE_P12": str(path), "CERTIFICATE_P12_PASSWORD": PASSWORD, "CERTIFICATE_P12_PASSWORD_FILE": "", "TIMESTAMP_URL": ""} | given


def test_nothing_is_signed_without_a_file() -> None:
    assert p12.seal_of(config(Path()) | {"CERTIFICATE_P12": ""}) is None


def test_the_password_may_be_in_a_file_and_is_shown_nowhere(tmp_path: Path) -> None:
    write_p12(tmp_path / "a.p12")
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    seal = p12.seal_of(config(tmp_path / "a.p12", CERTIFICATE_P12_PASSWORD="", CERTIFICATE_P12_PASSWORD_FILE=str(tmp_path / "password")))
    assert seal and seal.password == PASSWORD and PASSWORD not in repr(seal)
    write_p12(tmp_path / "open.p12", password="")
    assert p12.seal_of(config(tmp_path / "open.p12", CERTIFICATE_P12_PASSWORD=""))


@pytest.mark.parametrize(("fact", "kind", "days", "given"), [
    (p12.NoKeyFile, "ec", (-1, 1), {"CERTIFICATE_P12": "/nowhere.p12"}),
    (p12.WrongPassword, "ec", (-1, 1), {"CERTIFICATE_P12_PASSWORD": "wrong"}),
    (p12.WrongPassword, "ec", (-1, 1), {"CERTIFICATE_P12": __file__}),
    (p12.WrongPassword, "ec", (-1, 1), {"CERTIFICATE_P12_PASSWORD_FILE": "/nowhere"}),
    (p12.NoKeyInside, "rsa1024", (-1, 1), {}),
    (p12.NoKeyInside, "ed", (-1, 1), {}),
    (p12.Expired, "ec", (-2, -1), {}),
    (p12.NotYetValid, "ec", (1, 2), {}),
])
def test_what_cannot_sign_is_said(tmp_path: Path, fact: type, kind: str, days: tuple[int, int], given: dict[str, str]) -> None:
    write_p12(tmp_path / "a.p12", kind, days)
    with pytest.raises(fact):
        p12.seal_of(config(tmp_path / "a.p12", **given))
    state = p12.state_of(config(tmp_path / "a.p12", **given))
    assert state and isinstance(state.problem, fact)

