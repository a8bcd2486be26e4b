"""Words of surveys: for means, for kinds of lines, for sets of bands."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from models import BandSet, ItemKind

WORDS = {5: _l("most"), 4: _l("much"), 3: _l("medium"), 2: _l("little"), 1: _l("least")}
KINDS = {
    ItemKind.SECTION: _l("A heading"), ItemKind.LIKERT: _l("Five points, from most to least"),
    ItemKind.BEFORE_AFTER: _l("Five points before and after the event"), ItemKind.CHOICE: _l("One of several"), ItemKind.OPEN: _l("Free words"),
}
BANDS = {BandSet.HALVES: _l("4.51–5.00 is “most”, then every point"), BandSet.FIFTHS: _l("4.21–5.00 is “most”, then every 0.8")}
