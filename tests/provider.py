"""An OpenID provider on this machine, for tests: discovery, consent without asking, tokens, keys, userinfo – and every way to be wrong."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from core.providers import Provider

CLIENT, SECRET = "ruam", "a secret between the two of us"


class LocalProvider:
    """Signs in whoever comes as `person`. Tests change what it says: `person`, `token` (over the ID token), `key`, `algorithm`,
    `about` (over discovery), `moved` (discovery is elsewhere), `delay` in seconds."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.server = server
        self.issuer = f"http://127.0.0.1:{server.server_port}/realms/cmu"
        self.keys = KeySet([RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})])
        self.key, self.algorithm, self.delay = self.keys.keys[0], "RS256", 0.0
        self.person: dict[str, Any] = {"sub": "248289761001", "name": "นก ใจดี", "email": "nok@cmu.ac.th", "email_verified": True}
        self.token: dict[str, Any] = {}
        self.about: dict[str, Any] = {}
        self.by_userinfo = False  # e-mail and name there alone
        self.moved = False
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def provider(self, **given: Any) -> Provider:
        """Its place in our settings."""
        return Provider(**{"name": "cmu", "issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET,
                           "label_th": "บัญชี มช.", "label_en": "CMU account"} | given)

    def consent(self, url: str) -> str:
        """What a browser does with the address of the consent page: path and query on our side to which it is sent back."""
        try:
            build_opener(_Stay).open(url, timeout=10)
        except HTTPError as answer:
            back = urlsplit(answer.headers["Location"])
            return f"{back.path}?{back.query}"
        raise AssertionError("the provider sends back")

    def answer(self, path: str, query: dict[str, str], form: dict[str, str], headers: Any) -> tuple[int, Any]:
        """Status and JSON, or where to send the browser."""
        time.sleep(self.delay)
        self.asked.append(path)
        name = path.removeprefix("/realms/cmu/")
        if name == ".well-known/openid-configuration" and self.moved:
            return 302, f"{self.issuer}/moved"
        if name in (".well-known/openid-configuration", "moved"):
            ends = {f"{end}_endpoint": f"{self.issuer}/{end}" for end in ("authorization", "token", "userinfo")}
            return 200, {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **ends} | self.about
        if name == "keys":
            return 200, self.keys.as_dict(private=False)
        if name == "authorization":
            code = f"code-{len(self.codes)}"
            self.codes[code] = query
            return 302, query["redirect_uri"] + "?" + urlencode({"code": code, "state": query["state"]})
        if name == "userinfo":
            return (200, self.person) if headers["Authorization"] == "Bearer opaque" else (401, {})
        return self._token(form, headers) if name == "token" else (404, {})

    def _token(self, form: dict[str, str], headers: Any) -> tuple[int, Any]:
        begun = self.codes.pop(form.get("code", ""), None)
        known = headers["Authorization"] == "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if not known or begun is None or begun["redirect_uri"] != form["redirect_uri"] or begun["code_challenge"] != _s256(form["code_verifier"]):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        told = {"sub": self.person["sub"]} if self.by_userinfo else self.person
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"]} | told | self.token
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        signed = _unsigned(header, claims) if self.algorithm == "none" else jwt.encode(header, claims, self.key, algorithms=[self.algorithm])
        return 200, {"access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)) + "."


@contextmanager
def local_provider() -> Iterator[LocalProvider]:
    """A provider that runs until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            self.reply(_single(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def reply(self, form: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            status, said = served.answer(parts.path, _single(parts.query), form, self.headers)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", said)
            body = b"" if status == 302 else json.dumps(said).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(BrokenPipeError):  # who asked did not wait
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = LocalProvider(server)
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join(5)


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
