"""Whether this installation can serve: what a load balancer and an administrator ask."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from core import heartbeat
from core import storage as files
from core.config import ROOT
from models import db

log = logging.getLogger(__name__)
ROOM = 64 << 20  # bytes that must be free where files are kept


@cache
def heads() -> frozenset[str]:
    """The revisions that the code wants."""
    return frozenset(ScriptDirectory(str(ROOT / "migrations")).get_heads())


def database() -> bool:
    """It answers."""
    db.session.connection()
    return True


def migrations() -> bool:
    """It is at the revision that the code wants."""
    return set(MigrationContext.configure(db.session.connection()).get_current_heads()) == set(heads())


def storage() -> bool:
    """Files can be written, and there is room."""
    folder = Path(current_app.config["STORAGE_DIR"])
    folder = next(path for path in (folder, *folder.parents) if path.exists())
    files.size_of("0" * 64)  # a bucket answers
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def worker() -> bool:
    """At least one worker gave a sign of life."""
    return any(each.lives for each in heartbeat.workers())


CHECKS: dict[str, Callable[[], bool]] = {"database": database, "migrations": migrations, "storage": storage, "worker": worker}


def check() -> dict[str, bool]:
    """Each check and whether it went well."""
    found = {}
    for name, ask in CHECKS.items():
        try:
            found[name] = ask()
        except Exception as error:  # whatever it is, it is not ready
            log.warning("not ready: %s: %s", name, type(error).__name__)
            db.session.rollback()
            found[name] = False
    return found
