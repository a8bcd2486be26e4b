"""Rules and verdicts in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from blueprints.certificates.eligibility import Verdict
from blueprints.certificates.rules import (
    BY_NAME,
    CONDITIONS,
    COUNTED,
    Basis,
    Lack,
    Rule,
    Shortfall,
    needed_of,
    scheduled,
)
from blueprints.certificates.timetable import Part
from blueprints.checkin import queries as checkin
from core.locale import both, medium_date
from models import CertificateKind, CheckpointKind, Event

KINDS = {
    CertificateKind.ATTENDANCE: _l("Participants"), CertificateKind.SPEAKER: _l("Speakers"),
    CertificateKind.ORGANISER: _l("Organisers"), CertificateKind.ENTERPRISE: _l("Enterprises"),
}
TOO_FEW = {
    CheckpointKind.HALF_DAY: _l("Attended %(have)s of %(of)s half-days; %(needed)s are asked."),
    CheckpointKind.DAY: _l("Attended %(have)s of %(of)s days; %(needed)s are asked."),
    CheckpointKind.SESSION: _l("Attended %(have)s of %(of)s sessions; %(needed)s are asked."),
}
ASKED = {
    CheckpointKind.HALF_DAY: _l("attended %(needed)s of %(of)s half-days"), CheckpointKind.DAY: _l("attended %(needed)s of %(of)s days"),
    CheckpointKind.SESSION: _l("attended %(needed)s of %(of)s sessions"),
}


class Names:
    """What an event's checkpoints and categories are called."""

    def __init__(self, event: Event) -> None:
        self.checkpoints = {one.id: both(one.name_th, one.name_en) for one in checkin.checkpoints(event)}
        self.categories = {one.id: both(one.name_th, one.name_en) for one in event.categories}


def reasons(verdict: Verdict, rule: Rule, names: Names) -> list[str]:
    """Why somebody gets none, or would get none today: every reason, a sentence each."""
    return [_WORDS[one.lack](one, verdict, rule, names) for one in verdict.shortfalls]


def exception_in_words(verdict: Verdict) -> str:
    """The exception that grants a certificate, and who made it; "" without one."""
    return _decided(verdict) if verdict.decision and verdict.decision.granted else ""


def _decided(verdict: Verdict) -> str:
    assert verdict.decision is not None
    by = verdict.decision.by or _("a former organiser")
    if verdict.decision.granted:
        return _("Gets one by exception of %(name)s: %(reason)s", name=by, reason=verdict.decision.reason)
    return _("Gets none by exception of %(name)s: %(reason)s", name=by, reason=verdict.decision.reason)


def _revoked(verdict: Verdict) -> str:
    assert verdict.held is not None and verdict.held.revoked_at is not None
    return _("Certificate %(number)s was revoked on %(day)s. Only an exception gives a new one.", number=verdict.held.number,
             day=medium_date(verdict.held.revoked_at))


def _of_people(lack: Shortfall) -> str:
    if not lack.of:
        return _("None of its people came or holds a seat.")
    return ngettext("%(have)s of its %(num)s person fulfils the rule; %(needed)s are asked.",
                    "%(have)s of its %(num)s people fulfil the rule; %(needed)s are asked.", lack.of, have=lack.have, needed=lack.needed)


_WORDS: dict[Lack, Callable[[Shortfall, Verdict, Rule, Names], str]] = {
    Lack.CATEGORY: lambda _lack, verdict, _rule, names: _("The category “%(name)s” gets none.", name=names.categories.get(verdict.category_id, "")),
    Lack.NO_SEAT: lambda *_given: _("Holds no seat."),
    Lack.ABSENT: lambda *_given: _("Did not come: no scan at a door that counts."),
    Lack.TOO_FEW: lambda lack, _verdict, rule, _names: str(TOO_FEW[rule.parts]) % {"have": lack.have, "of": lack.of, "needed": lack.needed},
    Lack.TOO_SHORT: lambda lack, *_more: _("Was there %(have)s %% of the time; %(needed)s %% are asked.", have=lack.have, needed=lack.needed),
    Lack.COMPULSORY: lambda lack, _verdict, _rule, names: _(
        "Missed what must be attended: %(names)s.", names=", ".join(names.checkpoints.get(one, "") for one in lack.missed)),
    Lack.CONDITION: lambda lack, *_more: _("Not fulfilled: %(names)s.", names=", ".join(str(CONDITIONS[key].label) for key in lack.asked)),
    Lack.TOO_FEW_PEOPLE: lambda lack, *_more: _of_people(lack),
    Lack.REVOKED: lambda _lack, verdict, *_more: _revoked(verdict),
    Lack.DENIED: lambda _lack, verdict, *_more: _decided(verdict),
}


def asked(rule: Rule, kind: CertificateKind, parts: Sequence[Part], names: Names) -> list[str]:
    """What a rule asks, a phrase each."""
    if kind in BY_NAME and not rule.categories:
        return [_("whoever is named")]
    found = [_basis(rule, parts)]
    if kind is CertificateKind.ENTERPRISE:
        found = [ngettext("%(num)s person of the enterprise: %(what)s", "%(num)s people of the enterprise: %(what)s", rule.people, what=found[0])]
    if missing := [names.checkpoints[part.checkpoint_id] for part in parts if part.checkpoint_id in rule.compulsory]:
        found.append(_("attended: %(names)s", names=", ".join(missing)))
    if rule.categories is not None:
        found.append(_("only: %(names)s", names=", ".join(names.categories[one] for one in rule.categories if one in names.categories)))
    found += [str(CONDITIONS[key].label) for key in rule.conditions if key in CONDITIONS]
    return [*found, _("besides, whoever is named")] if kind in BY_NAME else found


def _basis(rule: Rule, parts: Sequence[Part]) -> str:
    if rule.basis is Basis.COUNT:
        there = sum(part.kind is rule.parts for part in parts)
        return str(ASKED[rule.parts]) % {"needed": needed_of(rule, there), "of": there}
    if rule.basis is Basis.TIME:
        return _("was there at least %(share)s %% of the time", share=rule.needed)
    return _("holds a seat") if rule.basis is Basis.SEAT else _("let in at least once")


def impossible(rule: Rule, parts: Sequence[Part]) -> str:
    """Why nobody can fulfil the rule as the event's checkpoints are now; "" when somebody can."""
    there = sum(part.kind is rule.parts for part in parts)
    if rule.basis is Basis.COUNT and rule.parts in COUNTED and there < needed_of(rule, there):
        return _("Nobody can fulfil this rule: the event has fewer checkpoints of that kind than it asks. Add them at the door, or change the rule.")
    if rule.basis is Basis.TIME and not scheduled(parts):
        return _("Nobody can fulfil this rule: no entrance, day or half-day is open while the event goes on.")
    return ""
