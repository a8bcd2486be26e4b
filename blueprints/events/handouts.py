"""What organisers do with the poster and the files to hand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from core import history, storage
from core.errors import Refused
from core.filetypes import UnknownFile, recognise, safe_name
from core.images import clean_image
from models import Event, EventFile, StoredFile, db
from thai.text import normalise

MOST_FILES = 40
POSTER_PIXELS, POSTER_LONGEST = 60_000_000, 1800
_WIDTH = 200  # characters of a name


@dataclass(frozen=True)
class FileDetails:
    """A file as an organiser describes it; `row` is its place in the form."""

    row: int
    id: int
    name_th: str
    name_en: str
    position: int
    for_registered: bool
    remove: bool = False


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    data: bytes


class TooManyFiles(Refused):
    message = _l("An event may have up to %(most)s files. Remove some first, or put several into one ZIP archive.", most=MOST_FILES)
    field = "uploads"


class NotTaken(Refused):
    """One of the files is of no kind that we take; the sentence names it, and nothing was saved."""

    field = "uploads"

    def __init__(self, name: str, fact: UnknownFile) -> None:
        super().__init__(_l("“%(name)s”: %(reason)s", name=name, reason=fact.message))


def save_files(event: Event, details: Sequence[FileDetails], uploads: Sequence[Upload], for_registered: bool) -> None:
    """Write what is said of the files that are there, in the order of their positions, and add the new ones at the end.

    A file that somebody else removed meanwhile is passed over. Raises `NotTaken`, `TooManyFiles`; then nothing is saved.
    """
    there = {file.id: file for file in event.files}
    kept = []
    for given in sorted(details, key=lambda one: (one.position, one.row)):
        if (file := there.pop(given.id, None)) is None:
            continue
        if given.remove:
            event.files.remove(file)
            continue
        file.name_th, file.name_en, file.for_registered = given.name_th, given.name_en, given.for_registered
        kept.append(file)
    kept += there.values()
    for upload in uploads:
        if file := _new(event, upload, for_registered):
            kept.append(file)
    if len(kept) > MOST_FILES:
        raise TooManyFiles
    for position, file in enumerate(kept):
        file.position = position
    db.session.flush()
    history.record("event.files_changed", event=event, files=len(kept), added=len(uploads))


def _new(event: Event, upload: Upload, for_registered: bool) -> EventFile | None:
    """The file, unless it is there already: a form sent twice hands it out once."""
    try:
        media_type, extension = recognise(upload.data, upload.name)
    except UnknownFile as fact:
        raise NotTaken(upload.name, fact) from None
    file_name, sha256 = safe_name(upload.name, extension), storage.put(upload.data, media_type)
    if any((file.file_name, file.sha256) == (file_name, sha256) for file in event.files):
        return None
    name = normalise(file_name.rpartition(".")[0].replace("_", " "))[:_WIDTH]
    file = EventFile(name_th=name, file_name=file_name, sha256=sha256, for_registered=for_registered)
    event.files.append(file)
    return file


def put_poster(event: Event, data: bytes | None) -> None:
    """Show this picture as the event's poster, or none. Raises `core.images.BadImage`."""
    if data is None:
        event.poster_sha256 = None
    else:
        picture = clean_image(data, max_pixels=POSTER_PIXELS, keep_alpha=False, longest=POSTER_LONGEST)
        event.poster_sha256 = storage.put(*picture)
    db.session.flush()
    history.record("event.poster_changed", event=event, sha256=event.poster_sha256)


def of_event(event: Event, file_id: int) -> EventFile | None:
    """One file of this event."""
    return db.session.scalar(select(EventFile).where(EventFile.id == file_id, EventFile.event_id == event.id))


def plain_name(file: EventFile) -> str:
    """A name in ASCII for programs that cannot read Thai ones: file-12.pdf."""
    return f"file-{file.id}.{file.file_name.rpartition('.')[2]}"


def poster_type(sha256: str) -> str | None:
    """The media type of a stored file that is a poster; any other file stays unseen."""
    return db.session.scalar(select(StoredFile.media_type).where(
        StoredFile.sha256 == sha256, exists().where(Event.poster_sha256 == sha256)))
