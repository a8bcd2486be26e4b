"""Keys and certificates made for a test, and a time stamp server on loopback."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from models import now

PASSWORD = "ความลับ-secret"
AGENCY = "ศูนย์ส่งเสริมตัวอย่าง"


@cache
def key(kind: str) -> Any:
    """A private key: "ec", "rsa", or one that is not for certificates."""
    makers = {"ec": lambda: ec.generate_private_key(ec.SECP256R1()), "rsa": lambda: rsa.generate_private_key(65537, 2048),
              "rsa1024": lambda: rsa.generate_private_key(65537, 1024), "ed": ed25519.Ed25519PrivateKey.generate, "ca": lambda: key("ec")}
    return makers[kind]()


def certificate(name: str, signing_key: Any, issuer: x509.Certificate | None = None, days: tuple[int, int] = (-1, 365), stamps: bool = False) -> Any:
    """A certificate for the key; without `issuer` it is a root of our own."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, AGENCY),
                         x509.NameAttribute(NameOID.COUNTRY_NAME, "TH")])
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
               .public_key(signing_key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(now() + timedelta(days=days[0])).not_valid_after(now() + timedelta(days=days[1]))
               .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
               .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, key_cert_sign=issuer is None,
                                            crl_sign=issuer is None, **usage), critical=True))
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(key("ca") if issuer else signing_key, SHA256())


@cache
def root() -> x509.Certificate:
    """The authority of the tests."""
    return certificate("Test Root", key("ca"), days=(-9999, 9999))


def write_p12(path: Path, kind: str = "ec", days: tuple[int, int] = (-1, 365), password: str = PASSWORD) -> x509.Certificate:
    """A .p12 at `path`, and the signing certificate in it."""
    leaf = certificate("ผู้อำนวยการตัวอย่าง", key(kind), root(), days)
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"test", key(kind), leaf, [root()], encryption))
    return leaf


@contextmanager
def time_stamp_server(seconds: float = 0.0) -> Iterator[str]:
    """The address of a server that stamps (RFC 3161) after so many seconds."""
    from asn1crypto import keys, tsp
    from asn1crypto import x509 as asn1
    from pyhanko.sign.timestamps import DummyTimeStamper

    der = key("rsa").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    leaf = certificate("Test TSA", key("rsa"), root(), stamps=True).public_bytes(Encoding.DER)
    stamper = DummyTimeStamper(asn1.Certificate.load(leaf), keys.PrivateKeyInfo.load(der))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            time.sleep(seconds)
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            body = stamper.request_tsa_response(tsp.TimeStampReq.load(asked)).dump() if asked else b""
            self.send_response(200 if asked else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
