"""A design as one file, from one installation to another: a zip of design.json and its pictures. Equal designs make equal files.

What comes in is trusted in nothing: entries and sizes are counted before anything is unpacked, pictures are made anew, the design keeps
every rule of `design_rules`.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.certificates import design_rules, gallery
from blueprints.certificates.design import Asset, Design, Load, Signatory
from core import storage
from core.errors import Refused
from core.images import clean_image, flat_jpeg
from models import StoredFile, db

FORMAT = 1
MOST_BYTES, MOST_UNPACKED, MOST_ENTRIES = 20_000_000, 60_000_000, 60
MOST_PIXELS, LONGEST_SIDE = 40_000_000, 3508
_EPOCH = (1980, 1, 1, 0, 0, 0)


class NotADesign(Refused):
    message = _l("This file is not a design of this product, or it is damaged. Export it again and choose that file.")
    field = "file"


class NewerDesign(Refused):
    message = _l("This design comes from a newer version of the product. Bring this installation up to date first.")
    field = "file"


class ForOwners(Refused):
    message = _l("This design has HTML or CSS of its own. The owner of the event or of the programme may bring it in: send the file there.")
    field = "file"


def allow(design: Design, *, expert: bool) -> None:
    """Raises `ForOwners` for an expert's HTML, CSS or pictures in the hands of somebody who may not write them."""
    if not expert and (design.html or design.css or design.assets):
        raise ForOwners


def exported(design: Design, load: Load, *, signatures: bool) -> bytes:
    """The design and its pictures as one file. The pictures of signatures stay behind unless `signatures`."""
    design = gallery.resolved(replace(design, specimen=False))
    if not signatures:
        design = replace(design, signatories=tuple(replace(one, image_sha256=None) for one in design.signatories))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        words = json.dumps({"format": FORMAT, "design": design.to_json()}, ensure_ascii=False, indent=1, sort_keys=True)
        archive.writestr(zipfile.ZipInfo("design.json", _EPOCH), words, zipfile.ZIP_DEFLATED)
        for sha256 in sorted(set(_named(design))):
            archive.writestr(zipfile.ZipInfo(f"pictures/{sha256}", _EPOCH), load(sha256))
    return file.getvalue()


def imported(data: bytes) -> Design:
    """The design of an exported file, its pictures in storage. Raises `NotADesign`, `NewerDesign`, `BadImage` and what `design_rules` raises."""
    if len(data) > MOST_BYTES:
        raise NotADesign
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            design = _read(archive)
            design_rules.check(design)
            return _with_pictures(design, lambda sha256: _entry(archive, f"pictures/{sha256}"))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, TypeError, ValueError, AttributeError, EOFError, OSError, RuntimeError) as error:
        raise NotADesign from error


def _read(archive: zipfile.ZipFile) -> Design:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise NotADesign
    whole = json.loads(_entry(archive, "design.json"))
    if isinstance(whole.get("format"), int) and whole["format"] > FORMAT:
        raise NewerDesign
    if whole.get("format") != FORMAT:
        raise NotADesign
    return replace(Design.from_json(whole["design"]), specimen=False)


def _entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """An entry's bytes, of no more than its header says: a header that lies is a damaged file."""
    with archive.open(name) as entry:
        data = entry.read(archive.getinfo(name).file_size + 1)
    if len(data) > archive.getinfo(name).file_size:
        raise NotADesign
    return data


def _named(design: Design) -> list[str]:
    named = [design.emblem_sha256, design.background_sha256, *(one.image_sha256 for one in design.signatories),
             *(box.picture_sha256 for box in design.boxes), *(one.sha256 for one in design.assets)]
    return [one for one in named if one]


def _with_pictures(design: Design, load: Load) -> Design:
    known: dict[tuple[str, bool], str] = {}

    def kept(sha256: str | None, flat: bool = False) -> Any:
        if sha256 is None:
            return None
        if (sha256, flat) not in known:
            known[sha256, flat] = _keep(load(sha256), sha256, flat)
        return known[sha256, flat]

    return replace(
        design, emblem_sha256=kept(design.emblem_sha256), background_sha256=kept(design.background_sha256, flat=True),
        signatories=tuple(_signatory(one, kept) for one in design.signatories),
        boxes=tuple(replace(box, picture_sha256=kept(box.picture_sha256)) for box in design.boxes),
        assets=tuple(Asset(one.name, kept(one.sha256)) for one in design.assets))


def _signatory(one: Signatory, kept: Callable[[str | None], Any]) -> Signatory:
    return replace(one, image_sha256=kept(one.image_sha256))


def _keep(data: bytes, sha256: str, flat: bool) -> str:
    """A picture in storage. One that this installation made already is that one, if the file holds its bytes and not its name alone; any
    other is made anew."""
    here = hashlib.sha256(data).hexdigest() == sha256 and db.session.scalar(select(StoredFile.media_type).where(StoredFile.sha256 == sha256))
    if here in (("image/jpeg",) if flat else ("image/png", "image/jpeg")):
        return sha256
    if flat:
        return storage.put(flat_jpeg(data, max_pixels=MOST_PIXELS, longest=LONGEST_SIDE), "image/jpeg")
    return storage.put(*clean_image(data, max_pixels=MOST_PIXELS, keep_alpha=True, longest=LONGEST_SIDE))
