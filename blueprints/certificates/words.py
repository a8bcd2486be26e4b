"""Placeholders of a certificate: what stands in braces in a design's words, and what it becomes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from blueprints.certificates.design import Box, Design
from blueprints.certificates.facts import Facts
from thai.dates import certificate_date
from thai.digits import to_thai

#: Those that differ from holder to holder.
PERSONAL = frozenset({"holder", "holder_en", "organisation", "number", "replaces"})
#: Those that an issue shares.
SHARED = frozenset({"heading_th", "heading_en", "preamble", "deed", "event", "event_en", "programme", "programme_en", "dates", "dates_en",
                    "hours", "place", "hosts", "issued", "site"})
_GROUP = re.compile(r"\[([^\[\]]*)\]")
_FIELD = re.compile(r"\{(\w+(?:\|\w+)*)\}")


def values(design: Design, facts: Facts) -> dict[str, str]:
    """What each placeholder stands for; an empty one has nothing to say."""
    programme = f"โครงการ{facts.programme_title.removeprefix('โครงการ')}" if facts.programme_title else ""
    said = {
        "heading_th": design.heading_th, "preamble": design.preamble, "deed": design.deed, "event": facts.event_title,
        "programme": programme, "dates": facts.dates_text, "hours": facts.hours, "place": facts.place, "hosts": together(facts.hosts),
        "issued": certificate_date(facts.issued_on), "holder": facts.holder_th, "organisation": facts.organisation,
        "replaces": f"ออกแทนเลขที่ {facts.replaces}" if facts.replaces else ""}
    if design.thai_digits:  # titles stay as they were given: คลัสเตอร์ 4.0 is a name
        said |= {name: to_thai(said[name]) for name in ("dates", "hours")}
    return said | {
        "heading_en": design.heading_en, "event_en": facts.event_title_en, "programme_en": facts.programme_title_en,
        "dates_en": facts.dates_text_en, "holder_en": facts.holder_en, "number": facts.number,
        "site": urlsplit(facts.verify_url).netloc.lower()}


def filled(text: str, known: Mapping[str, str]) -> str:
    """The words with their placeholders filled in. What stands in [ ] is left out when a placeholder in it is empty; words whose
    placeholders are all empty come to nothing. {a|b} is the first of several that is not empty. What looks like a placeholder and is
    none stays as it is."""
    said = [words for field in _FIELD.findall(text) if (words := _said(field, known)) is not None]
    if said and not any(said):
        return ""
    text = _GROUP.sub(lambda group: "" if "" in (_said(field, known) for field in _FIELD.findall(group[1])) else group[1], text)
    return re.sub(" +", " ", _FIELD.sub(lambda found: found[0] if (words := _said(found[1], known)) is None else words, text)).strip(" ")


def _said(field: str, known: Mapping[str, str]) -> str | None:
    """What stands for the field, the first of its alternatives that is not empty; None when it is no placeholder of ours."""
    names = field.split("|")
    return next((known[name] for name in names if known.get(name)), "") if all(name in known for name in names) else None


def names_in(text: str) -> list[str]:
    """The names that stand in braces."""
    return [name for field in _FIELD.findall(text) for name in field.split("|")]


def is_personal(box: Box) -> bool:
    """Whether the box differs from holder to holder."""
    return box.kind == "qr" or any(PERSONAL & set(names_in(paragraph.text)) for paragraph in box.paragraphs)


def unknown(text: str) -> list[str]:
    """Names in braces that are no placeholders of ours."""
    return [name for name in dict.fromkeys(names_in(text)) if name not in PERSONAL | SHARED]


def together(hosts: tuple[str, ...]) -> str:
    """The hosts as one phrase: A ร่วมกับ B และ C."""
    first, rest = hosts[:1], hosts[1:]
    return " ร่วมกับ ".join((*first, " และ ".join(rest)) if rest else first)
