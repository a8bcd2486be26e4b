"""The extensions, and how the database is opened."""

from __future__ import annotations

from typing import Any

from flask import Flask, has_request_context, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from core import calls
from models import db

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

class _Csrf(CSRFProtect):
    """Guards what browsers send. A program's call shows its token and has no cookie that another site could use."""

    def protect(self, *args: Any, **kwargs: Any) -> None:
        if not calls.called():
            super().protect(*args, **kwargs)


class WriteOnRead(RuntimeError):
    """A page that only shows tried to change the database."""


babel = Babel()
csrf = _Csrf()
limiter = Limiter(get_remote_address)
migrate = Migrate()


def reading() -> bool:
    """Whether this is a request that must not change anything."""
    return has_request_context() and request.method in SAFE_METHODS


def init_app(app: Flask) -> None:
    """Bind every extension to the application and prepare its database engine."""
    is_sqlite = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
    options: dict[str, Any] = app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {})
    if is_sqlite:
        options.setdefault("connect_args", {"timeout": 30, "check_same_thread": False})
    else:
        options.setdefault("pool_pre_ping", True)  # a server that was restarted is noticed before it costs a request
        options.setdefault("connect_args", {"connect_timeout": 5})
    options.setdefault("hide_parameters", True)  # errors are logged, and what people typed is not
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    limiter.init_app(app)
    if is_sqlite:
        with app.app_context():
            _prepare_sqlite(db.engine)


def _prepare_sqlite(engine: Engine) -> None:
    # The driver's own BEGIN is switched off: a plain BEGIN takes the write lock only at the first write, and a rush of sign-ups
    # then fails with "database is locked" instead of waiting its turn.
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "busy_timeout=30000", "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if reading() else "BEGIN IMMEDIATE")


@event.listens_for(Session, "before_flush")
def _refuse_to_write_on_read(session: Session, _context: Any, _instances: Any) -> None:
    if reading() and (session.new or session.deleted or any(session.is_modified(row) for row in session.dirty)):
        raise WriteOnRead(f"{request.method} {request.path} must not change the database")
