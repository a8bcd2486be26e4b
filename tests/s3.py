"""A store that speaks S3, for tests: objects in memory, one bucket, answers as S3's API reference says. It checks who signs, not the signature."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

KEY, SECRET = "ruam-test", "not-a-secret"
WRITTEN = "2026-11-24T00:00:00.000Z"


@dataclass
class Store:
    """What is kept, and what was asked."""

    address: str = ""
    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    broken: bool = False  # every answer is 500

    @property
    def settings(self) -> dict[str, str]:
        """What an installation has to know of it."""
        return {"STORAGE_URL": "s3://ruam/files", "S3_ENDPOINT": self.address, "S3_REGION": "ap-southeast-7", "S3_ACCESS_KEY": KEY,
                "S3_SECRET_KEY": SECRET}


class _Handler(BaseHTTPRequestHandler):
    protocol_version, wbufsize = "HTTP/1.1", 1 << 16  # an answer leaves as a whole
    store: Store

    def log_message(self, *_: object) -> None: ...

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **{key.replace("_", "-"): value for key, value in headers.items()}}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        at = urlsplit(self.path)
        bucket, _, key = unquote(at.path).removeprefix("/").partition("/")
        self.store.asked.append(f"{self.command} {key}")
        query = {name: values[0] for name, values in parse_qs(at.query, keep_blank_values=True).items()}
        if self.store.broken:
            return self.answer(500)
        if f"Credential={KEY}/" not in self.headers.get("Authorization", "") or bucket != "ruam":
            return self.answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        return getattr(self, f"on_{self.command.lower()}")(key, query, body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_one

    def on_get(self, key: str, query: dict[str, str], _body: bytes) -> None:
        if "list-type" in query:
            return self.list(query.get("prefix", ""))
        data = self.store.objects.get(key)
        if data is None:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        about = {"ETag": f'"{md5(data, usedforsecurity=False).hexdigest()}"', "Last_Modified": formatdate(usegmt=True)}
        if asked := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            first, last = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
            return self.answer(206, data[first:last + 1], Content_Range=f"bytes {first}-{last}/{len(data)}", **about)
        return self.answer(200, data, **about)

    on_head = on_get

    def list(self, prefix: str) -> None:
        found = "".join(f"<Contents><Key>{escape(key)}</Key><LastModified>{WRITTEN}</LastModified><ETag>x</ETag><Size>{len(data)}</Size></Contents>"
                        for key, data in sorted(self.store.objects.items()) if key.startswith(prefix))
        self.answer(200, f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode())

    def on_put(self, key: str, query: dict[str, str], body: bytes) -> None:
        if "partNumber" in query:
            self.store.parts[query["uploadId"]][int(query["partNumber"])] = body
        else:
            self.store.objects[key] = body
        self.answer(200, ETag='"x"')

    def on_post(self, key: str, query: dict[str, str], body: bytes) -> None:
        if "delete" in query:
            gone = re.findall(r"<Key>(.*?)</Key>", body.decode())
            for found in gone:
                self.store.objects.pop(found, None)
            return self.answer(200, f"<DeleteResult>{''.join(f'<Deleted><Key>{one}</Key></Deleted>' for one in gone)}</DeleteResult>".encode())
        if "uploads" in query:
            self.store.parts[key] = {}
            return self.answer(200, f"<InitiateMultipartUploadResult><UploadId>{key}</UploadId></InitiateMultipartUploadResult>".encode())
        self.store.objects[key] = b"".join(part for _number, part in sorted(self.store.parts.pop(query["uploadId"]).items()))
        return self.answer(200, b"<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")

    def on_delete(self, _key: str, query: dict[str, str], _body: bytes) -> None:
        self.store.parts.pop(query["uploadId"], None)
        self.answer(204)


@contextmanager
def s3() -> Iterator[Store]:
    """A store on loopback, gone afterwards."""
    store = Store()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": store}))
    store.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
