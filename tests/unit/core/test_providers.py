"""Providers of single sign-on: how they are set up, whom we connect to, and what is believed of what they say."""

from __future__ import annotations

from typing import Any

import pytest

from core import config, doctor, oidc
from core.config import ROOT
from core.providers import FIELDS, Provider, ProviderError, providers, reachable
from tests.provider import local_provider

CMU = {"OIDC_CMU_ISSUER": "https://id.cmu.ac.th", "OIDC_CMU_CLIENT_ID": "ruam", "OIDC_CMU_CLIENT_SECRET": "quiet"}


def test_several_in_their_order_with_little_said() -> None:
    environ = {name.replace("CMU", "DIP_1"): value for name, value in CMU.items()} | CMU | {
        "OIDC_CMU_LABEL_TH": "บัญชี มช.", "OIDC_CMU_DOMAINS": "CMU.ac.th, student.cmu.ac.th", "OIDC_CMU_CREATE": "yes", "OIDC_CMU_TRUST": "Yes",
        "OIDC_CMU_ACR": "gold silver"}
    loaded = config.load({"SECRET_KEY": "x", "OIDC_PROVIDERS": "dip_1 cmu"} | environ)["OIDC_PROVIDERS"]
    assert list(loaded) == ["dip_1", "cmu"]
    dip, cmu = loaded.values()
    assert (dip.label_th, dip.label_en, dip.domains, dip.create, dip.trust) == ("dip_1", "dip_1", (), False, False)
    assert cmu == Provider("cmu", "https://id.cmu.ac.th", "ruam", "quiet", "บัญชี มช.", "บัญชี มช.", ("cmu.ac.th", "student.cmu.ac.th"),
                           True, True, ("gold", "silver"))
    assert "quiet" not in repr(cmu)


def test_none_unless_named() -> None:
    assert config.load({"SECRET_KEY": "x", **CMU})["OIDC_PROVIDERS"] == {}


@pytest.mark.parametrize(("names", "more", "told"), [
    ("dip", {}, "OIDC_DIP_ISSUER"), ("cmu", {"OIDC_CMU_CLIENT_SECRET": " "}, "OIDC_CMU_CLIENT_SECRET"), ("C/U", {}, "small letters"),
    ("cmu", {"OIDC_CMU_ISSUER": "http://id.cmu.ac.th"}, "https"), ("cmu", {"OIDC_CMU_TRUST": "yes"}, "DOMAINS"),
    ("cmu", {"OIDC_CMU_CREATE": "maybe"}, "yes or no")])
def test_a_mistake_is_told_by_the_name_of_its_setting(names: str, more: dict[str, str], told: str) -> None:
    with pytest.raises(ProviderError, match=told):
        providers(names, CMU | more)


@pytest.mark.parametrize(("url", "is_so"), [
    ("https://id.cmu.ac.th/token", True), ("http://127.0.0.1:8080/token", True), ("http://localhost/token", True), ("http://[::1]/token", True),
    ("http://id.cmu.ac.th", False), ("http://127.0.0.1.evil.example", False), ("http://169.254.169.254/", False), ("file:///etc/passwd", False),
    ("https://", False), ("http://[", False), ("", False), (None, False), (7, False)])
def test_whom_we_connect_to(url: object, is_so: bool) -> None:
    assert reachable(url) is is_so


def person(claims: dict[str, Any], more: dict[str, Any] | None = None, **given: Any) -> oidc.Person:
    provider = Provider(**{"name": "cmu", "issuer": "https://id.cmu.ac.th", "client_id": "", "client_secret": "", "label_th": "",
                           "label_en": ""} | given)
    return oidc._person(provider, {"sub": "1"} | claims, more or {})


@pytest.mark.parametrize(("claims", "email"), [
    ({"email": "Nok@CMU.ac.th", "email_verified": True}, "nok@cmu.ac.th"), ({"email": "nok@cmu.ac.th", "email_verified": "true"}, "nok@cmu.ac.th"),
    ({"email": "nok@cmu.ac.th", "xms_edov": 1}, "nok@cmu.ac.th"), ({"email": "nok@cmu.ac.th", "email_verified": "false"}, ""),
    ({"email": "nok@cmu.ac.th"}, ""), ({"email": ["nok@cmu.ac.th"], "email_verified": True}, ""), ({"email_verified": True}, "")])
def test_which_address_is_believed(claims: dict[str, Any], email: str) -> None:
    assert person(claims).email == email


def test_google_has_to_name_the_domain() -> None:
    claims = {"email": "nok@cmu.ac.th", "email_verified": True}
    assert person(claims, issuer=oidc.GOOGLE, domains=("cmu.ac.th",)).email == ""
    assert person(claims | {"hd": "cmu.ac.th"}, issuer=oidc.GOOGLE, domains=("cmu.ac.th",)).email == "nok@cmu.ac.th"
    assert person(claims, issuer=oidc.GOOGLE).email == "nok@cmu.ac.th"


@pytest.mark.parametrize(("claims", "is_so"), [
    ({"amr": ["pwd", "mfa"]}, True), ({"amr": ["pwd", "otp"]}, False), ({"acr": "gold"}, True), ({"acr": "1"}, False), ({}, False)])
def test_two_factors_count_when_the_token_says_so(claims: dict[str, Any], is_so: bool) -> None:
    assert person(claims, {"acr": "gold", "amr": ["mfa"]}, acr=("gold",)).two_factors is is_so


def test_doctor_asks_every_provider() -> None:
    assert "password" in doctor.check_providers({"OIDC_PROVIDERS": {}})
    with local_provider() as local:
        settings = {"OIDC_PROVIDERS": {"cmu": local.provider()}}
        assert local.issuer in doctor.check_providers(settings)
        local.about = {"issuer": "https://evil.example"}
        with pytest.raises(doctor.Ailment, match="evil") as told:
            doctor.check_providers(settings)
    assert "OIDC_CMU_ISSUER" in told.value.remedy


def test_every_setting_of_a_provider_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text()
    assert [name for name in FIELDS if f"`OIDC_<NAME>_{name}`" not in text] == []
