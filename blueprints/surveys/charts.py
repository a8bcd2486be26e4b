"""Charts as SVG that look the same on a page and on paper: no style, no script, colours that print in grey too. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup, escape

WIDTH, ROW, LABEL, FIGURE = 760, 34, 340, 64  # in the drawing's own units
#: From least to most, dark enough to tell apart when printed in grey.
SHADES = ("#8c2f39", "#c77d5c", "#d9cba3", "#6f94b5", "#26357a")


def bars(rows: Sequence[tuple[str, Decimal | None]], most: Decimal, title: str) -> Markup:
    """A horizontal bar for each (label, figure); `most` is the whole width. A long label is cut with an ellipsis, and whole in its tooltip."""
    room, height = WIDTH - LABEL - FIGURE, max(1, len(rows)) * ROW
    parts = []
    for n, (label, figure) in enumerate(rows):
        middle, width = n * ROW + ROW / 2, float(figure or 0) / float(most) * room
        parts.append(Markup(
            '<text x="{}" y="{}" text-anchor="end" dominant-baseline="middle" font-size="14" fill="currentColor"><title>{}</title>{}</text>'
            '<rect x="{}" y="{}" width="{:.1f}" height="{}" rx="3" fill="{}"/>'
            '<text x="{:.1f}" y="{}" dominant-baseline="middle" font-size="14" fill="currentColor">{}</text>').format(
                LABEL - 10, middle, label, _short(label), LABEL, middle - 10, width, 20, SHADES[-1], LABEL + width + 8, middle,
                "–" if figure is None else figure))
    return _svg(height, parts, title)


def stacks(rows: Sequence[tuple[str, Sequence[int]]], title: str) -> Markup:
    """How many gave 1 to 5 points, as shares of a bar for each (label, counts)."""
    room, height = WIDTH - LABEL - FIGURE, max(1, len(rows)) * ROW
    parts = []
    for n, (label, counts) in enumerate(rows):
        middle, left, whole = n * ROW + ROW / 2, float(LABEL), sum(counts)
        parts.append(Markup('<text x="{}" y="{}" text-anchor="end" dominant-baseline="middle" font-size="14" fill="currentColor">'
                            '<title>{}</title>{}</text>').format(LABEL - 10, middle, label, _short(label)))
        for shade, count in zip(SHADES, counts, strict=True):
            width = room * count / whole if whole else 0.0
            if count:
                parts.append(Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="20" fill="{}"><title>{}</title></rect>').format(
                    left, middle - 10, width, shade, count))
            left += width
        parts.append(Markup('<text x="{}" y="{}" dominant-baseline="middle" font-size="14" fill="currentColor">n = {}</text>').format(
            WIDTH - FIGURE + 8, middle, whole))
    return _svg(height, parts, title)


def lines(points: Sequence[tuple[str, Sequence[int]]], names: Sequence[str], goals: Sequence[int | None], title: str) -> Markup:
    """How figures grow from point to point: for each (label, one figure of each name) a dot on the line of its name, and a broken
    line at each goal. Lines differ in colour, and in their dots: round, square."""
    left, top, height, right = 60, 16, 240, WIDTH - 150
    most = max([1, *(figure for _label, figures in points for figure in figures), *(goal for goal in goals if goal)])
    step, every = (right - left) / max(1, len(points) - 1), -(-len(points) // 6)

    def y(figure: int) -> float:
        return top + height * (1 - figure / most)

    parts = [Markup('<line x1="{0}" y1="{2}" x2="{1}" y2="{2}" stroke="currentColor" stroke-opacity=".4"/>').format(left, right, top + height)]
    for n, (label, _figures) in enumerate(points):
        if n % every == 0:
            parts.append(_words(left + n * step, top + height + 20, label, "middle"))
    labels: list[tuple[float, Markup]] = []
    for series, (name, goal) in enumerate(zip(names, goals, strict=True)):
        colour, figures = (SHADES[-1], SHADES[0])[series % 2], [figures[series] for _label, figures in points]
        dots = [(left + n * step, y(figure)) for n, figure in enumerate(figures)]
        parts.append(Markup('<polyline fill="none" stroke="{}" stroke-width="2.5" points="{}"/>').format(
            colour, " ".join(f"{a:.1f},{b:.1f}" for a, b in dots)))
        for (across, down), figure in zip(dots, figures, strict=True):
            shape = ('<circle cx="{0:.1f}" cy="{1:.1f}" r="4" fill="{2}"><title>{3}</title></circle>' if series % 2 == 0 else
                     '<rect x="{4:.1f}" y="{5:.1f}" width="8" height="8" fill="{2}"><title>{3}</title></rect>')
            parts.append(Markup(shape).format(across, down, colour, figure, across - 4, down - 4))
        if goal:
            parts.append(Markup('<line x1="{0}" y1="{2:.1f}" x2="{1}" y2="{2:.1f}" stroke="{3}" stroke-dasharray="6 5"/>').format(
                left, right, y(goal), colour))
            parts.append(_words(left - 8, y(goal), str(goal), "end"))
        if figures:
            labels.append((y(figures[-1]), Markup("{} {}").format(name, figures[-1])))
    below = -99.0
    for down, text in sorted(labels):  # two that end close together stand below one another
        below = max(down, below + 18)
        parts.append(_words(right + 12, below, text, "start"))
    return _svg(top + height + 36, parts, title)


def _words(across: float, down: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" dominant-baseline="middle" font-size="14" fill="currentColor">{}</text>').format(
        across, down, anchor, text)


def _svg(height: int, parts: Sequence[Markup], title: str) -> Markup:
    return Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}" font-family="Sarabun, sans-serif">{}</svg>'
                  ).format(WIDTH, height, escape(title), Markup("").join(parts))


def _short(label: str) -> str:
    """As much as fits beside the bars: Thai marks above and below take no room."""
    room, out = 42, ""
    for char in label:
        room -= 0 if char == "\u0e31" or "\u0e34" <= char <= "\u0e3a" or "\u0e47" <= char <= "\u0e4e" else 1
        if room < 0:
            return out.rstrip() + "…"
        out += char
    return out
