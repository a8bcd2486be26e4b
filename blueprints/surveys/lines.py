"""The lines of the table that a survey's report is: items, means of sections, the grand mean."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from blueprints.surveys import queries
from blueprints.surveys.analysis import Tally, band
from blueprints.surveys.queries import SCORED, Figures
from blueprints.surveys.texts import WORDS
from core.locale import both
from models import BandSet, Survey

Line = tuple[str, str, Tally, str]  # "item", "section" or "grand"; label; figures; the mean in a word


def table(survey: Survey, figures: Figures, bands: BandSet | None = None) -> Iterator[Line]:
    """The lines of the report's table: each item, the mean of its section, and at the end the grand mean.

    Means are put into words by `bands`, the survey's own unless given.
    """
    words = bands or survey.bands
    for section in queries.sections(survey):
        scored = [item for item in section.items if item.kind in SCORED and item.id in figures.tallies]
        for item in scored:
            yield line("item", both(item.label_th, item.label_en), figures.tallies[item.id], words)
        if scored:
            yield line("section", section.label or _("All items"), figures.section(section), words)
    yield line("grand", _("Grand mean"), figures.grand, words)


def line(kind: str, label: str, tally: Tally, bands: BandSet) -> Line:
    """One line, its mean in a word of these bands."""
    return kind, label, tally, str(WORDS[band(tally.mean, bands)]) if tally.mean is not None else ""
