"""One transaction at the edge. A view opens it, services flush inside it, and whatever leaves the house waits for the commit."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from core.errors import ChangedMeanwhile, ConstraintBroken
from models import db

_WAITING = "after_commit"
log = logging.getLogger(__name__)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what happens inside, or nothing of it.

    Raises `ConstraintBroken` with the constraint's name when the database refuses, and `ChangedMeanwhile` when somebody else
    wrote the same row first.
    """
    try:
        yield
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise ConstraintBroken(constraint_name(error)) from error
    except StaleDataError as error:
        db.session.rollback()
        raise ChangedMeanwhile from error
    except BaseException:
        db.session.rollback()
        raise
    else:
        waiting = db.session.info.pop(_WAITING, [])
        for call in waiting:
            try:
                call()
            except Exception:  # the person is told what is true: it is saved; what was to follow is found again by the sweeps
                log.exception("what was to follow a commit")
    finally:
        db.session.info.pop(_WAITING, None)


def after_commit(call: Callable[[], object]) -> None:
    """Do this once the surrounding transaction is in the database, and not at all if it fails."""
    db.session.info.setdefault(_WAITING, []).append(call)


def constraint_name(error: IntegrityError) -> str:
    """The name of the broken constraint. SQLite names only checks; for a unique index it lists the columns, so we look it up."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None and diagnostics.constraint_name:
        return diagnostics.constraint_name
    message = str(error.orig)
    if found := re.search(r"CHECK constraint failed: (\w+)", message):
        return found[1]
    if found := re.search(r"index '(\w+)'", message):
        return found[1]
    if found := re.search(r"UNIQUE constraint failed: ([\w., ]+)", message):
        columns = {part.strip() for part in found[1].split(",")}
        table = db.metadata.tables[next(iter(columns)).split(".")[0]]
        names = {column.split(".")[1] for column in columns}
        for rule in [*table.constraints, *table.indexes]:
            if {c.name for c in rule.columns} == names and (getattr(rule, "unique", True)) and rule.name:
                return str(rule.name)
    return message
