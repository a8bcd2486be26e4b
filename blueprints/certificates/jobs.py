"""The jobs of certificates by their kind."""

from __future__ import annotations

from blueprints.certificates import delivering, printing, register_paper
from core import work

DEEDS = {"issue": printing.issue, "print": printing.print_files, "merge": delivering.merge, "zip": delivering.pack,
         "preview": delivering.preview, "register": register_paper.make}


def run(job_id: int) -> None:
    """Do a job and write down how it ended. It may be run again after a crash: what is done stays done."""
    work.run(job_id, lambda job: DEEDS[job.kind](job))


def unfinished() -> list[int]:
    """Jobs of certificates whose worker was killed, to be run again."""
    return work.lost(DEEDS)
