"""Where organisers may sign in besides here: providers of OpenID Connect, as the settings name them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

# What an administrator sets for each provider, as OIDC_<NAME>_<FIELD>.
FIELDS = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "LABEL_TH", "LABEL_EN", "DOMAINS", "CREATE", "TRUST", "ACR")


class ProviderError(ValueError):
    """A provider is not set up as it should be; the message says what to do."""


@dataclass(frozen=True)
class Provider:
    """One provider: `domains` are those of its people's e-mail addresses, () any; `create` lets newcomers have an account,
    `trust` lets a verified address open the account here that has it; `acr` are its words for a sign-in with two factors."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label_th: str
    label_en: str
    domains: tuple[str, ...] = ()
    create: bool = False
    trust: bool = False
    acr: tuple[str, ...] = ()


def reachable(url: object) -> bool:
    """Whether we connect to this address at all: HTTPS, or HTTP to this very machine."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or "")))
    except ValueError:
        return False


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def providers(names: str, environ: Mapping[str, str]) -> dict[str, Provider]:
    """The providers that OIDC_PROVIDERS names, in that order. Raises ProviderError."""
    return {name: _provider(name, environ) for name in names.split()}


def _provider(name: str, environ: Mapping[str, str]) -> Provider:
    prefix = f"OIDC_{name.upper()}_"
    value = {part: environ.get(prefix + part, "").strip() for part in FIELDS}
    if not re.fullmatch(r"[a-z0-9_]{1,30}", name):
        raise ProviderError(f"OIDC_PROVIDERS: {name!r} is no name; use small letters a–z, digits and _")
    if lacking := [prefix + part for part in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET") if not value[part]]:
        raise ProviderError(f"OIDC_PROVIDERS names {name}: set {', '.join(lacking)}")
    if not reachable(value["ISSUER"]):
        raise ProviderError(f"{prefix}ISSUER has to begin with https://")
    domains = tuple(value["DOMAINS"].lower().replace(",", " ").split())
    if (trust := _yes(prefix + "TRUST", value["TRUST"])) and not domains:
        raise ProviderError(f"{prefix}TRUST=yes needs {prefix}DOMAINS: whose addresses are to be trusted")
    return Provider(
        name, value["ISSUER"], value["CLIENT_ID"], value["CLIENT_SECRET"], value["LABEL_TH"] or value["LABEL_EN"] or name,
        value["LABEL_EN"] or value["LABEL_TH"] or name, domains, _yes(prefix + "CREATE", value["CREATE"]), trust,
        tuple(value["ACR"].split()))


def _yes(name: str, value: str) -> bool:
    if value.lower() not in ("", "yes", "no"):
        raise ProviderError(f"{name} is yes or no")
    return value.lower() == "yes"
