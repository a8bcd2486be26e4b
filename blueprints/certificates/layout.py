"""From a design and facts to the HTML of certificates: what stands where, at which size. Lengths are points.

A certificate is a static layer, equal for a whole issue, under a personal one (name, organisation, number, QR code).
Both are positioned absolutely, so either can be rendered without the other and nothing moves.
"""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from blueprints.certificates.design import Design, Load
from blueprints.certificates.facts import Facts
from core.paper import MM, TEMPLATES, data_uri, environment, squeezed
from core.pdf import font_file
from core.qr import qr_data_uri
from thai.dates import certificate_date
from thai.fitting import count_lines, fit_lines, fit_size, text_width

FOLDER = TEMPLATES / "certificates"

NAME_WIDTH, NAME_HEIGHT = 206 * MM, 23 * MM
NAME_SIZE, NAME_SIZE_ONE_LINE = 32.0, 21.0  # a name that would be smaller than this on one line gets two
NAME_LEADING, LEADING = 1.42, 1.5
BODY_WIDTH, BODY_HEIGHT = 224 * MM, 36.5 * MM
SIGNATURES_WIDTH, SIGNATURE_WIDTH = 184 * MM, 78 * MM


class Line(NamedTuple):
    """A paragraph with its size, the width it is wrapped to, and a class of the style sheet."""

    text: str
    size: float
    width: float = 0.0
    style: str = ""


def certificate_html(design: Design, facts: Facts, load: Load, *, static: bool, people: Iterable[Facts], title: str) -> str:
    """The document: the static layer of `facts`, or a page with the personal layer for each of `people`, or both."""
    html = (
        environment(FOLDER)
        .get_template(f"{design.template}/certificate.html")
        .render(
            title=title,
            issued=facts.issued_at.isoformat(),
            author=", ".join(facts.hosts),
            static=static_layer(design, facts, load) if static else None,
            people=[personal_layer(person) for person in people] or [None],
        )
    )
    return squeezed(html)


def style_sheet(design: Design) -> str:
    """The design's style sheet, with its background: only the static layer shows it."""
    return (FOLDER / design.template / "certificate.css").read_text(encoding="utf-8")


def personal_layer(facts: Facts) -> dict:
    """What the template shows of one holder."""
    name = fit_lines(facts.holder_th, font_file("Sarabun", 700), NAME_SIZE, NAME_WIDTH, NAME_SIZE_ONE_LINE)
    count = len(name.lines)
    latin = _line(facts.holder_en, 13 if count == 1 else 9.5, NAME_WIDTH)
    room = NAME_HEIGHT - (latin.size * LEADING if latin.text else 0)
    size = min(name.size, NAME_SIZE if count == 1 else NAME_SIZE_ONE_LINE, room / (count * NAME_LEADING))
    return {
        "name": name.lines,
        "name_size": size,
        "name_top": (room - count * size * NAME_LEADING) / 2,
        "latin": latin,
        "organisation": _line(facts.organisation, 13, NAME_WIDTH),
        "number": _line(f"เลขที่ {facts.number}", 11.5, 78 * MM),
        "qr": Markup(qr_data_uri(facts.verify_url, scale=3)),
    }


def static_layer(design: Design, facts: Facts, load: Load) -> dict:
    """What the template shows of everything that an issue shares."""
    return {
        "design": design,
        "emblem": data_uri(load(design.emblem_sha256)) if design.emblem_sha256 else "emblem.svg",
        "hosts": _line(_together(facts.hosts), 13, BODY_WIDTH, 600),
        "body": _body(design, facts),
        "issued": certificate_date(facts.issued_on),
        "site": urlsplit(facts.verify_url).netloc.lower(),
        "signatures": _signatures(design, load),
    }


def _together(hosts: tuple[str, ...]) -> str:
    """The hosts as one phrase: A ร่วมกับ B และ C."""
    first, rest = hosts[:1], hosts[1:]
    return " ร่วมกับ ".join((*first, " และ ".join(rest)) if rest else first)


def _line(text: str, size: float, width: float, weight: int = 400) -> Line:
    """One line, shrunk as far as it must to stay within `width`."""
    return Line(text, fit_size(text, font_file("Sarabun", weight), size, width, 1))


def _body(design: Design, facts: Facts) -> list[Line]:
    """What was attended, in up to five paragraphs that shrink together until they fit their box."""
    programme = f"โครงการ{facts.programme_title.removeprefix('โครงการ')}" if facts.programme_title else ""
    when = " ".join(filter(None, (facts.dates_text, facts.hours, facts.place and f"ณ {facts.place}")))
    latin = " · ".join(filter(None, (facts.event_title_en, facts.programme_title_en, facts.dates_text_en)))
    paragraphs = [
        (design.deed, 13.5, 400, "deed"),
        (f"“{facts.event_title}”", 19.5, 600, "event"),
        (programme, 13.5, 400, "programme"),
        (when, 13.5, 400, "when"),
        (latin, 10, 400, "body-latin"),
    ]
    scale = 1.0
    while True:
        lines = [_paragraph(text, size * scale, weight, style) for text, size, weight, style in paragraphs if text]
        if sum(count * line.size * LEADING for line, count in lines) <= BODY_HEIGHT or scale < 0.3:
            return [line for line, _ in lines]
        scale -= 0.04


def _paragraph(text: str, size: float, weight: int, style: str) -> tuple[Line, int]:
    """The paragraph with the width that makes its lines about equally long, and how many lines it takes."""
    font = font_file("Sarabun", weight)
    count = count_lines(text, font, size, BODY_WIDTH)
    width = BODY_WIDTH if count == 1 else min(BODY_WIDTH, text_width(text, font, size) / count * 1.2)
    return Line(text, size, width, style), count


def _signatures(design: Design, load: Load) -> list[dict]:
    """The signatories from left to right, each in an equal share of the row, all names at one size."""
    count = len(design.signatories)
    share = SIGNATURES_WIDTH / max(1, count)
    width = min(SIGNATURE_WIDTH, share)
    names = [_line(f"({signatory.name})", 12.5, width - 2 * MM) for signatory in design.signatories]
    return [
        {
            "left": share * index + (share - width) / 2,
            "width": width,
            "image": data_uri(load(signatory.image_sha256)) if signatory.image_sha256 else None,
            "name": name._replace(size=min(line.size for line in names)),
            "positions": [line for line in (signatory.position, signatory.acting_for) if line],
            "size": 10.5 if count < 3 else 8.8,
        }
        for index, (signatory, name) in enumerate(zip(design.signatories, names, strict=True))
    ]
