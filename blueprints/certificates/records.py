"""An issued certificate is evidence: code cannot change what was printed, and cannot delete it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import inspect

from models import Certificate

#: What may be written after the issue; everything else is as printed.
MUTABLE = {"file_sha256", "signature", "status", "status_at", "status_reason", "status_by_id", "replaced_by", "named_holder_id"}
#: Written once, by whoever makes the file.
ONCE = ("file_sha256", "signature")


class Immutable(RuntimeError):
    """Code tried to change what is printed on an issued certificate."""


def changed_columns(certificate: Certificate) -> Iterator[str]:
    """The attributes of an issued certificate that are about to be written."""
    for attribute in inspect(certificate).attrs:
        if attribute.history.has_changes():
            yield attribute.key


@sqlalchemy_event.listens_for(Certificate, "before_update")
def _only_status_changes(_mapper: Any, _connection: Any, certificate: Certificate) -> None:
    changed = set(changed_columns(certificate))
    if changed - MUTABLE or any(name in changed and any(_former(certificate, name)) for name in ONCE):
        raise Immutable(sorted(changed))


def _former(certificate: Certificate, name: str) -> Sequence[Any]:
    return inspect(certificate).attrs[name].history.deleted or ()


@sqlalchemy_event.listens_for(Certificate, "before_delete")
def _never_deleted(_mapper: Any, _connection: Any, certificate: Certificate) -> None:
    raise Immutable(f"certificate {certificate.id} cannot be deleted")
