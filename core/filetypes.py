"""What a file is, told from its bytes: its name may say anything."""

from __future__ import annotations

import io
import re
import zipfile

from flask_babel import lazy_gettext as _l

from core.errors import Refused
from thai.text import normalise

_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_START = ((b"%PDF-", "application/pdf", "pdf"), (b"\x89PNG\r\n\x1a\n", "image/png", "png"), (b"\xff\xd8\xff", "image/jpeg", "jpg"),
             (b"GIF87a", "image/gif", "gif"), (b"GIF89a", "image/gif", "gif"))
_BY_PART = (("word/", _OFFICE + "wordprocessingml.document", "docx"), ("xl/", _OFFICE + "spreadsheetml.sheet", "xlsx"),
            ("ppt/", _OFFICE + "presentationml.presentation", "pptx"))
_OPEN_DOCUMENT = {"application/vnd.oasis.opendocument.text": "odt", "application/vnd.oasis.opendocument.spreadsheet": "ods",
                  "application/vnd.oasis.opendocument.presentation": "odp"}
_OLD_OFFICE = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint"}
_SAME = {"jpeg": "jpg", "jpe": "jpg"}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


class UnknownFile(Refused):
    """The file is of no kind that we take."""

    message = _l("We take PDF, Word, Excel, PowerPoint and OpenDocument files, pictures (JPEG, PNG, GIF, WebP) and ZIP archives. "
                 "Save the file as one of these and choose it again.")


class HoldsMacros(UnknownFile):
    message = _l("This Office file holds macros, which can do harm on other people's machines. Save it without macros, or as PDF.")


class EmptyFile(UnknownFile):
    message = _l("This file is empty. Please choose another file.")


def recognise(data: bytes, name: str = "") -> tuple[str, str]:
    """The media type and the extension of a file. `name` only tells the old formats of Office from each other.

    Raises `EmptyFile`, `HoldsMacros`, `UnknownFile`.
    """
    if not data:
        raise EmptyFile
    for start, media_type, extension in _BY_START:
        if data.startswith(start):
            return media_type, extension
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp", "webp"
    if data.startswith(b"PK"):
        return _in_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") and (extension := _extension(name)) in _OLD_OFFICE:
        return _OLD_OFFICE[extension], extension
    raise UnknownFile


def _in_zip(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 100:
                media_type = archive.read("mimetype").decode("ascii", "replace")
                if media_type in _OPEN_DOCUMENT:
                    return media_type, _OPEN_DOCUMENT[media_type]
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError):
        raise UnknownFile from None
    if "[Content_Types].xml" in names:
        if any(part.endswith("vbaProject.bin") for part in names):
            raise HoldsMacros
        for folder, media_type, extension in _BY_PART:
            if any(part.startswith(folder) for part in names):
                return media_type, extension
    return "application/zip", "zip"


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def safe_name(name: str, extension: str, longest: int = 150) -> str:
    """A name to save the file under: no path, nothing that an operating system forbids, and the extension that is true."""
    name = _UNSAFE.sub(" ", re.split(r"[/\\]", name)[-1])
    stem, dot, given = name.rpartition(".")
    if dot and (_SAME.get(given.lower(), given.lower()) == extension or (given.isascii() and given.isalnum() and len(given) <= 4)):
        name = stem
    return f"{normalise(name).strip(' .')[:longest] or 'file'}.{extension}"
