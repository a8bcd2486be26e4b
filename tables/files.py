"""Files by their digest, and the background tasks that people wait for."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from tables.base import DIGEST, Key, choice, db, now, pk


class StoredFile(db.Model):
    """A file kept for ever under the SHA-256 of its bytes; the bytes are in storage, never in the database."""

    __tablename__ = "stored_file"
    sha256: Mapped[str] = mapped_column(DIGEST, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    media_type: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(default=now)


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(db.Model):
    """A background task that a person waits for: what it does, how far it is, what came of it."""

    __tablename__ = "job"
    id: Key = pk()
    kind: Mapped[str] = mapped_column(String(40))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    options: Mapped[dict[str, Any] | None]  # what was ordered, as the kind understands it
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(500), default="")
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)  # last sign of life: a job whose worker was killed is taken up again
    cancel_asked_at: Mapped[datetime | None]  # the worker stops at the next chunk; what is done stays done
    finished_at: Mapped[datetime | None]

    @property
    def is_over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
