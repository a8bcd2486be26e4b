"""Stored files on their way out, to be saved and never to be run."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request, send_file

from core import storage


def stored(sha256: str, media_type: str) -> Response:
    """A stored file, a piece at a time, or the ranges that are asked for. Raises `storage.FileMissing`."""
    size = storage.size_of(sha256)
    if size is None:
        raise storage.FileMissing(sha256)
    response = send_file(storage.open_file(sha256), mimetype=media_type, conditional=False, etag=sha256)
    response.content_length = size
    return response.make_conditional(request.environ, accept_ranges=True, complete_length=size)


def attachment(sha256: str, media_type: str, name: str, fallback: str) -> Response:
    """A stored file to save under `name`; `fallback` is its name in ASCII for programs that know nothing else (RFC 6266 §4.3).

    Raises `storage.FileMissing`.
    """
    response = stored(sha256, media_type)
    response.headers["Content-Disposition"] = disposition(name, fallback)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def disposition(name: str, fallback: str, kind: str = "attachment") -> str:
    """The Content-Disposition of a file called `name` (RFC 6266 §4.3, RFC 8187); `kind` "inline" shows it in the browser."""
    plain = name if name.isascii() and '"' not in name and "\\" not in name else fallback
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
