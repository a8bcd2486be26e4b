"""OpenID Connect: the way to a provider, and what comes back. authlib speaks the protocol; here it is kept within bounds."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OAuthError, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from email_validator import EmailNotValidError, validate_email
from joserfc.errors import JoseError
from requests import RequestException, Timeout

from core.providers import Provider, reachable

SECONDS = 5  # that an answer may take to begin, and to go on
KEPT = 3600  # seconds that a provider's addresses and keys are believed
REST = 10  # seconds that a provider which did not answer is left alone: whoever waits for it holds one of our threads
LEEWAY = 60  # seconds that the provider's clock may differ
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# Signed by a key that only the provider has: neither "none" nor a secret that is shared with us.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
GOOGLE = "https://accounts.google.com"


class Away(Exception):
    """The provider does not answer, or not as a provider does; the text is for the administrator."""

    def __init__(self, provider: Provider, text: str) -> None:
        self.provider = provider
        super().__init__(f"{provider.issuer}: {text}")


class Untrusted(Exception):
    """What came back does not prove who the person is; the text is for the administrator."""

    def __init__(self, provider: Provider, text: str) -> None:
        self.provider = provider
        super().__init__(f"{provider.issuer}: {text}")


@dataclass(frozen=True)
class Person:
    """Whom a provider vouches for. `email` is "" unless the provider says that it belongs to the person; `two_factors` only if
    it says so."""

    issuer: str
    subject: str
    email: str
    name: str
    two_factors: bool = False


class _Wire(OAuth2Session):
    """Requests that end in time and lead nowhere else."""

    def request(self, method: str, url: str, **kwargs: Any) -> Any:
        return super().request(method, url, **kwargs | {"timeout": SECONDS, "allow_redirects": False})


class _Client(OAuth2Mixin, OpenIDMixin, BaseApp):  # type: ignore[misc]
    client_cls = _Wire

    def __init__(self, provider: Provider) -> None:
        found = discover(provider)
        offered = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        method = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        super().__init__(None, provider.name, client_id=provider.client_id, client_secret=provider.client_secret, client_kwargs={
            "scope": "openid email profile", "code_challenge_method": "S256", "token_endpoint_auth_method": method})
        self.server_metadata = {name: found[name] for name in ("issuer", *ENDPOINTS)} | {
            "id_token_signing_alg_values_supported": SIGNATURES, "userinfo_endpoint": found.get("userinfo_endpoint")}


_clients: dict[Provider, tuple[float, _Client | None]] = {}  # when it was asked, None if it did not answer


def discover(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0). Raises Away."""
    url = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        with _Wire() as wire:
            answer = wire.request("GET", url, withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
    except (RequestException, ValueError) as error:
        raise Away(provider, f"{url}: {error}") from error
    if not isinstance(found, dict) or found.get("issuer") != provider.issuer:
        raise Away(provider, f"{url} names another issuer: {found.get('issuer') if isinstance(found, dict) else 'none'}")
    if wrong := [name for name in ENDPOINTS if not reachable(found.get(name))]:
        raise Away(provider, f"{url} names no address with https:// for {', '.join(wrong)}")
    return found


def _client(provider: Provider) -> _Client:
    asked, client = _clients.get(provider, (-math.inf, None))
    age = time.monotonic() - asked
    if client is not None and age < KEPT:
        return client
    if client is None and age < REST:
        raise Away(provider, "it did not answer a moment ago")
    try:
        client = _Client(provider)
    except Away:
        _clients[provider] = (time.monotonic(), None)
        raise
    _clients[provider] = (time.monotonic(), client)
    return client


def begin(provider: Provider, back: str) -> tuple[str, dict[str, str]]:
    """Where to send the browser, and what to remember until it comes back to the address `back`: state, nonce, code_verifier.

    Raises Away.
    """
    begun = _client(provider).create_authorization_url(back)
    return begun.pop("url"), begun


def finish(provider: Provider, back: str, code: str, begun: dict[str, str]) -> Person:
    """Who came back with this code. Raises Away, Untrusted."""
    client = _client(provider)
    try:
        token = client.fetch_access_token(back, code=code, code_verifier=begun["code_verifier"])
        claims = client.parse_id_token(token, begun["nonce"], leeway=LEEWAY, claims_options={
            "iss": {"essential": True, "value": provider.issuer}, "aud": {"essential": True, "value": provider.client_id}})
        if claims is None:
            raise Untrusted(provider, "no ID token")
        return _person(provider, dict(claims), _more(client, token, claims))
    except RequestException as error:
        if isinstance(error, Timeout):
            _clients[provider] = (time.monotonic(), None)
        raise Away(provider, str(error)) from error
    except (JoseError, OAuthError, ValueError, KeyError, TypeError) as error:
        raise Untrusted(provider, f"{type(error).__name__}: {error}") from error


def _more(client: _Client, token: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """What some providers tell only when asked again: the e-mail address and the name."""
    if "email" in claims or not reachable(client.server_metadata["userinfo_endpoint"]):
        return {}
    told = client.userinfo(token=token)
    return told if told.get("sub") == claims["sub"] else {}


def _person(provider: Provider, claims: dict[str, Any], more: dict[str, Any]) -> Person:
    said = more | claims
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise Untrusted(provider, "the subject is no text of up to 255 characters")
    amr = claims.get("amr") or []
    return Person(provider.issuer, claims["sub"], _own_email(provider, said), str(said.get("name") or ""),
                  "mfa" in amr or claims.get("acr") in provider.acr)


def _own_email(provider: Provider, said: dict[str, Any]) -> str:
    """The address that the provider has verified (Microsoft Entra says so by xms_edov), lower case, or "".

    Google verifies addresses of strangers' accounts too; of a domain's own accounts it names the domain.
    """
    if not any(said.get(claim) in (True, 1, "true", "1") for claim in ("email_verified", "xms_edov")):
        return ""
    try:
        email = validate_email(str(said.get("email", "")).strip().lower(), check_deliverability=False).normalized
    except EmailNotValidError:
        return ""
    if provider.issuer == GOOGLE and provider.domains and said.get("hd") not in provider.domains:
        return ""
    return email
