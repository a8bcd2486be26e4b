"""What strangers see of a holder whose event keeps names back, and who knows the name already. Pure."""

from __future__ import annotations

from dataclasses import replace

from blueprints.certificates.facts import Facts
from blueprints.registration.people import masked_name
from models import CertificateKind
from thai.names import split_title
from thai.organisations import fold_organisation
from thai.text import fold

SHORTEST = 2  # folded characters that a family name has at least


def masked(facts: Facts) -> Facts:
    """The facts with กัญญา ศ. for the holder, and without the organisation, which would tell who that is. An enterprise is no person:
    its certificate stays as it is."""
    if facts.kind == CertificateKind.ENTERPRISE:
        return facts
    return replace(facts, holder_th=_initials(facts.holder_th), holder_en=_initials(facts.holder_en), organisation="")


def _words(name: str) -> list[str]:
    """Of the name without its title; what follows a comma, such as Ph.D., is no name."""
    return split_title(name)[1].split(",")[0].split()


def _initials(name: str) -> str:
    words = _words(name)
    return masked_name(words[0] if len(words) > 1 else "", words[-1]).strip() if words else ""


def knows(facts: Facts, typed: str) -> bool:
    """Whether somebody who types this has the paper: the family name of a person, or more of the name's end; the name of an enterprise;
    the whole name of someone who has but one. A part of a name does not do, for with that one could leaf through the numbers."""
    wanted = {fold(typed), fold(split_title(typed)[1])}
    if facts.kind == CertificateKind.ENTERPRISE:
        return any(name and fold_organisation(typed) == fold_organisation(name) for name in (facts.holder_th, facts.holder_en))
    return any(len(end) >= SHORTEST and end in wanted for name in (facts.holder_th, facts.holder_en) for end in _ends(name))


def _ends(name: str) -> list[str]:
    """ศรีสุข, กัญญาศรีสุข and นางสาวกัญญาศรีสุข, folded."""
    words = _words(name)
    return [fold("".join(words[start:])) for start in range(1 if len(words) > 1 else 0, len(words))] + [fold("".join(words)), fold(name)]
