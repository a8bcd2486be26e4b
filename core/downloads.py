"""Stored files on their way out, to be saved and never to be run."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, send_file

from core import storage


def attachment(sha256: str, media_type: str, name: str, fallback: str) -> Response:
    """A stored file to save under `name`; `fallback` is its name in ASCII for programs that know nothing else (RFC 6266 §4.3).

    Raises `storage.FileMissing`.
    """
    path = storage.path_of(sha256)
    if not path.exists():
        raise storage.FileMissing(sha256)
    response = send_file(path, mimetype=media_type, conditional=True, etag=sha256[:32])
    response.headers["Content-Disposition"] = disposition(name, fallback)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def disposition(name: str, fallback: str, kind: str = "attachment") -> str:
    """The Content-Disposition of a file called `name` (RFC 6266 §4.3, RFC 8187); `kind` "inline" shows it in the browser."""
    plain = name if name.isascii() and '"' not in name and "\\" not in name else fallback
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
