"""Designs as people keep them: a change is a new version, and what is issued keeps the version that it was issued with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy import func, select

from blueprints.certificates import design_rules, gallery
from blueprints.certificates.design import Asset, Design, Signatory
from blueprints.certificates.facts import printable
from core import storage
from models import CertificateDesign, CertificateKind, CertificatePlan, Event, User, db


@dataclass(frozen=True)
class SignatoryCommand:
    """Who signs. `image` is a new signature picture (PNG, already cleaned); without one the former picture stays, unless `no_image`."""

    name: str
    position: str
    acting_for: str = ""
    image: bytes | None = None
    no_image: bool = False


@dataclass(frozen=True)
class DesignCommand:
    """What the page of a design says; what is not given (None) stays as it was, a picture too, unless it is to go. Another `template` brings
    its own boxes and colours. `background` is a JPEG."""

    deed: str
    signatories: tuple[SignatoryCommand, ...]
    template: str | None = None
    heading_th: str | None = None
    heading_en: str | None = None
    preamble: str | None = None
    thai_digits: bool | None = None
    tagged: bool | None = None
    palette: dict[str, str] = field(default_factory=dict)
    emblem: bytes | None = None
    no_emblem: bool = False
    background: bytes | None = None
    no_background: bool = False


def save_words(plan: CertificatePlan, command: DesignCommand, actor: User | None) -> CertificateDesign:
    """The plan's design as its page says. Raises what `design_rules.check` raises."""
    before = Design.from_json(plan.design.content)
    former = {signatory.name: signatory.image_sha256 for signatory in before.signatories}
    signatories = tuple(Signatory(one.name, one.position, one.acting_for, None if one.no_image else kept_picture(one.image, former.get(one.name)))
                        for one in command.signatories if one.name)
    words = {name: said for name in ("template", "heading_th", "heading_en", "preamble", "thai_digits", "tagged")
             if (said := getattr(command, name)) is not None}
    same = words.get("template", before.template) == before.template
    return save_design(plan, replace(
        before, **words, deed=command.deed, signatories=signatories,
        palette=before.palette | command.palette if same else {}, boxes=before.boxes if same else (),
        emblem_sha256=None if command.no_emblem else kept_picture(command.emblem, before.emblem_sha256),
        background_sha256=None if command.no_background else kept_picture(command.background, before.background_sha256)), actor)


def kept_picture(picture: bytes | None, former: str | None) -> str | None:
    """A new picture in storage, or the former one where none is given."""
    if picture is None:
        return former
    return storage.put(picture, "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg")


def save_design(plan: CertificatePlan, design: Design, actor: User | None) -> CertificateDesign:
    """Keep the design as the plan's next version; an unchanged one stays the version it is. Raises what `design_rules.check` raises."""
    design = gallery.resolved(printable(design)[0])
    design_rules.check(design)
    if plan.design.content == design.to_json():
        return plan.design
    plan.design = new_version(plan.event, plan.kind, design, actor)
    db.session.flush()
    return plan.design


def save_expert(plan: CertificatePlan, html: str, css: str, actor: User | None) -> CertificateDesign:
    """The plan's design with an expert's own HTML and CSS. Raises `sandbox.Forbidden` and `sandbox.Unreadable`."""
    return save_design(plan, replace(Design.from_json(plan.design.content), html=html.strip(), css=css.strip()), actor)


def add_asset(plan: CertificatePlan, name: str, picture: bytes, actor: User | None) -> CertificateDesign:
    """The plan's design with a picture of that name, in place of a former one."""
    before = Design.from_json(plan.design.content)
    picture_sha256 = kept_picture(picture, None) or ""
    return save_design(plan, replace(before, assets=(*(one for one in before.assets if one.name != name), Asset(name, picture_sha256))), actor)


def remove_asset(plan: CertificatePlan, name: str, actor: User | None) -> CertificateDesign:
    """The plan's design without that picture."""
    before = Design.from_json(plan.design.content)
    return save_design(plan, replace(before, assets=tuple(one for one in before.assets if one.name != name)), actor)


def new_version(event: Event, kind: CertificateKind, design: Design, actor: User | None) -> CertificateDesign:
    """A row for the design, with the version after the newest."""
    last = db.session.scalar(select(func.max(CertificateDesign.version)).where(CertificateDesign.event_id == event.id,
                                                                                CertificateDesign.name == kind.value)) or 0
    row = CertificateDesign(programme_id=event.programme_id, event_id=event.id, name=kind.value, content=gallery.resolved(design).to_json(),
                            version=last + 1, created_by_id=actor.id if actor else None)
    db.session.add(row)
    db.session.flush()
    return row
