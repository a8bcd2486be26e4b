"""Why somebody gets no certificate, in words."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from blueprints.certificates.rules import CONDITIONS, Lack, Shortfall
from blueprints.checkin import queries as checkin
from core.locale import both
from models import CheckpointKind, Event

_PARTS: dict[CheckpointKind, Callable[..., str]] = {
    CheckpointKind.HALF_DAY: lambda **n: _("Attended %(have)s of %(of)s half-days; %(needed)s are needed.", **n),
    CheckpointKind.DAY: lambda **n: _("Attended %(have)s of %(of)s days; %(needed)s are needed.", **n),
    CheckpointKind.SESSION: lambda **n: _("Attended %(have)s of %(of)s sessions; %(needed)s are needed.", **n)}


def in_words(event: Event, parts: CheckpointKind) -> Callable[[Shortfall], str]:
    """What says a shortfall of this event's plan in a sentence; the names of checkpoints are read once."""
    names = {one.id: both(one.name_th, one.name_en) for one in checkin.checkpoints(event)}
    said: dict[Lack, Callable[[Shortfall], str]] = {
        Lack.CATEGORY: lambda lack: _("Of another category."),
        Lack.NOT_NAMED: lambda lack: _("Only those who are named get one."),
        Lack.ABSENT: lambda lack: _("Did not come: no scan at the door."),
        Lack.TOO_FEW: lambda lack: _PARTS[parts](have=lack.have, of=lack.of, needed=lack.needed),
        Lack.TOO_SHORT: lambda lack: _("Was there for %(have)s %% of the time; %(needed)s %% are needed.", have=lack.have, needed=lack.needed),
        Lack.COMPULSORY: lambda lack: _("Missed what is compulsory: %(names)s.", names=", ".join(names.get(one, "?") for one in lack.missed)),
        Lack.CONDITION: lambda lack: _("Has not done: %(what)s.", what=", ".join(str(CONDITIONS[key].label) for key in lack.asked)),
        Lack.REVOKED: lambda lack: _("The certificate was revoked. A new one needs an exception."),
        Lack.DENIED: lambda lack: _("Exception: gets none. %(reason)s", reason=lack.reason),
        Lack.TOO_FEW_PEOPLE: lambda lack: _("%(have)s of its %(of)s people fulfil the rule; %(needed)s are needed.", have=lack.have, of=lack.of,
                                            needed=lack.needed)}
    return lambda lack: said[lack.lack](lack)
