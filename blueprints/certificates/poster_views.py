"""The code for the room, as a poster to print and as a page for the projector."""

from __future__ import annotations

from flask import Response, render_template

from blueprints.certificates import bp
from blueprints.certificates.delivery_texts import STEPS
from blueprints.certificates.job_views import BASE
from blueprints.events.queries import hosts_of_event
from core import access, downloads, storage
from core.locale import in_language, local
from core.qr import qr_svg
from core.web import address
from models import Event, Role
from thai.dates import date_range


@bp.get(f"{BASE}/poster.pdf")
@access.on_event(Role.VIEWER)
def poster(event: Event) -> Response:
    from blueprints.certificates import poster as paper  # the renderer is heavy: only who prints loads it

    hosts = hosts_of_event(event)
    occasion = paper.Occasion(
        event.title_th or event.title_en, _dates(event), tuple(host.organisation.name_th for host in hosts), _address(event),
        tuple(storage.read(host.logo_sha256) for host in hosts[:paper.EMBLEMS] if host.logo_sha256))
    response = Response(paper.poster(occasion), mimetype="application/pdf")
    response.headers["Content-Disposition"] = downloads.disposition(
        f"{paper.HEADING} {event.title_th}"[:80].replace("/", "-") + ".pdf", f"certificate-poster-{event.slug}.pdf", "inline")
    return response


@bp.get(f"{BASE}/screen")
@access.on_event(Role.VIEWER)
def screen(event: Event) -> str:
    """For a projector: the code as large as the wall, and how it goes in both languages."""
    return render_template("certificates/screen.html", event=event, qr=qr_svg(_address(event)), address=_address(event),
                           ways=[(code, _steps(code)) for code in ("th", "en")])


def _address(event: Event) -> str:
    return address("certificates.finder", slug=event.slug)


def _dates(event: Event) -> str:
    return date_range(local(event.starts_at, event.timezone).date(), local(event.ends_at, event.timezone).date())


def _steps(language: str) -> list[str]:
    with in_language(language):
        return [str(step) for step in STEPS]
