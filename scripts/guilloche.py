"""Draws the art of the formal certificate: its background and its emblem, as SVG.

Run `python scripts/guilloche.py` after a change here; the two files are kept because a certificate issued
today must look the same when it is looked at in ten years. Lengths are millimetres of an A4 page lying on its side.
The emblem is made up: a gear (industry) round a lotus on water, between two ears of rice.
"""

from collections.abc import Callable, Iterable
from math import cos, pi, sin
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "print" / "certificates" / "formal"
WIDTH, HEIGHT = 297.0, 210.0
TEAL, DEEP, GOLD, PAPER = "#2f6f76", "#0f3d47", "#a67c2e", "#fffdf8"
LIGHT_GOLD, PALE_GOLD, PALE_TEAL, BAND = "#c4a263", "#efe4c8", "#dfe9e6", "#f1f6f4"

Curve = Callable[[float], tuple[float, float]]


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0.", "-.").removeprefix("0") or "0"


def path(curve: Curve, start: float, end: float, steps: int, closed: bool = False) -> str:
    """The curve as cubic Béziers: each piece leaves and meets its ends along the curve's own tangent."""
    step = (end - start) / steps
    tiny = step * 1e-4

    def tangent(t: float) -> tuple[float, float]:
        (x0, y0), (x1, y1) = curve(t - tiny), curve(t + tiny)
        return (x1 - x0) / (2 * tiny), (y1 - y0) / (2 * tiny)

    x, y = curve(start)
    pieces = [f"M{number(x)} {number(y)}"]
    for i in range(steps):
        t0, t1 = start + i * step, start + (i + 1) * step
        (x0, y0), (x1, y1), (u0, v0), (u1, v1) = curve(t0), curve(t1), tangent(t0), tangent(t1)
        points = (x0 + u0 * step / 3, y0 + v0 * step / 3, x1 - u1 * step / 3, y1 - v1 * step / 3, x1, y1)
        pieces.append("C" + " ".join(map(number, points)))
    return "".join(pieces) + ("z" if closed else "")


def stroke(paths: Iterable[str], colour: str, width: float) -> str:
    return f'<path fill="none" stroke="{colour}" stroke-width="{width}" d="{"".join(paths)}"/>'


def rectangle(inset: float, colour: str, width: float) -> str:
    return (
        f'<rect x="{inset}" y="{inset}" width="{WIDTH - 2 * inset}" height="{HEIGHT - 2 * inset}" '
        f'fill="none" stroke="{colour}" stroke-width="{width}"/>'
    )


def rope(x0: float, y0: float, x1: float, y1: float, waves: int, half: float) -> str:
    """A band of interlaced waves along a straight side, `half` millimetres to either side of its axis."""
    length = abs(x1 - x0) + abs(y1 - y0)
    along = ((x1 - x0) / length, (y1 - y0) / length)

    def wave(phase: float, amplitude: float) -> Curve:
        def at(t: float) -> tuple[float, float]:
            off = amplitude * sin(2 * pi * waves * t + phase)
            return x0 + along[0] * t * length - along[1] * off, y0 + along[1] * t * length + along[0] * off

        return at

    def family(count: int, amplitude: float, turn: float) -> list[str]:
        return [path(wave(turn + 2 * pi * k / count, amplitude), 0, 1, waves * 2) for k in range(count)]

    return stroke(family(6, half, 0), TEAL, 0.11) + stroke(family(2, half * 0.52, pi / 2), GOLD, 0.2)


def rosette(x: float, y: float, radius: float, petals: int, turns: int, colour: str, width: float, inner: float) -> str:
    """A round of petals drawn `turns` times with shifting phase; `inner` is the share of the radius left open."""

    def petal(phase: float) -> Curve:
        def at(t: float) -> tuple[float, float]:
            r = radius * (inner + (1 - inner) * (0.5 + 0.5 * cos(petals * t + phase)))
            return x + r * cos(t), y + r * sin(t)

        return at

    return stroke((path(petal(2 * pi * k / turns), 0, 2 * pi, petals * 2, closed=True) for k in range(turns)), colour, width)


def lotus_field(x: float, y: float) -> str:
    """The large pale flower behind the name: three rings of pointed petals woven of parallel lines."""

    def ring(radius: float, depth: float, petals: int, shift: float, scale: float) -> Curve:
        def at(t: float) -> tuple[float, float]:
            swing = 0.5 + 0.5 * cos(petals * t + shift)
            r = radius * scale + depth * swing**1.6
            return x + 1.36 * r * cos(t), y + r * sin(t)

        return at

    lines = []
    for radius, depth, petals, count in ((54, 13, 24, 9), (41, 12, 24, 8)):
        for k in range(count):
            for turn in (1, -1):
                curve = ring(radius, depth, petals, turn * pi * k / count, 1 - k * 0.03)
                lines.append(path(curve, 0, 2 * pi, petals * 2, closed=True))
    return stroke(lines, PALE_GOLD, 0.16)


def corner_fan(right: bool, bottom: bool) -> str:
    """Parallel arcs of three petals opening from an inner corner of the frame."""
    x, y = (WIDTH - 16.4 if right else 16.4), (HEIGHT - 16.4 if bottom else 16.4)
    mirror = (-1 if right else 1, -1 if bottom else 1)

    def arc(radius: float) -> Curve:
        def at(t: float) -> tuple[float, float]:
            r = radius * (0.72 + 0.28 * abs(sin(3 * t)) ** 0.9)
            return x + mirror[0] * r * cos(t), y + mirror[1] * r * sin(t)

        return at

    return stroke((path(arc(8 + 1.7 * k), 0.0001, pi / 2 - 0.0001, 12) for k in range(12)), PALE_TEAL, 0.18)


def corner_knot(x: float, y: float) -> str:
    """The rosette that joins two sides of the band."""
    return (
        f'<circle cx="{x}" cy="{y}" r="6.3" fill="{PAPER}" stroke="{DEEP}" stroke-width=".45"/>'
        f'<circle cx="{x}" cy="{y}" r="5.8" fill="{BAND}" stroke="{GOLD}" stroke-width=".18"/>'
        + rosette(x, y, 5.5, 12, 5, TEAL, 0.11, 0.34)
        + rosette(x, y, 2.8, 8, 3, GOLD, 0.14, 0.3)
        + f'<circle cx="{x}" cy="{y}" r=".75" fill="{GOLD}"/>'
    )


def medallion(x: float, y: float) -> str:
    """The gold rosette that balances the QR code across the page."""
    return (
        rosette(x, y, 13.4, 24, 5, LIGHT_GOLD, 0.12, 0.6)
        + rosette(x, y, 8.6, 16, 4, TEAL, 0.09, 0.5)
        + rosette(x, y, 4.6, 8, 4, LIGHT_GOLD, 0.12, 0.05)
    )


def background() -> str:
    middle, reach = 11.75, 5.8
    far_x, far_y = WIDTH - middle, HEIGHT - middle
    band = (
        f'<path fill="{BAND}" fill-rule="evenodd" d="M8.5 8.5H288.5V201.5H8.5zM15 15V195H282V15z"/>'
        + "".join(rope(middle + reach, y, far_x - reach, y, 40, 2.7) for y in (middle, far_y))
        + "".join(rope(x, middle + reach, x, far_y - reach, 27, 2.7) for x in (middle, far_x))
    )
    rules = rectangle(8, DEEP, 0.9) + rectangle(9, GOLD, 0.16) + rectangle(14.7, DEEP, 0.35) + rectangle(16.4, GOLD, 0.22)
    fans = "".join(corner_fan(right, bottom) for right in (False, True) for bottom in (False, True))
    knots = "".join(corner_knot(x, y) for x in (middle, far_x) for y in (middle, far_y))
    paper = f'<path fill="{PAPER}" d="M0 0H297V210H0z"/>'
    return svg(WIDTH, HEIGHT, paper + lotus_field(148.5, 103) + fans + medallion(263, 169) + band + rules + knots)


def petal(length: float, width: float, angle: float, fill: str, line: str) -> str:
    shape = (
        f"M0 0C{number(-width)} {number(-length * 0.3)} {number(-width * 0.8)} {number(-length * 0.72)} 0 {number(-length)}"
        f"C{number(width * 0.8)} {number(-length * 0.72)} {number(width)} {number(-length * 0.3)} 0 0z"
    )
    return f'<path transform="rotate({angle})" d="{shape}" fill="{fill}" stroke="{line}" stroke-width=".7"/>'


def gear(teeth: int, outer: float, root: float) -> str:
    """A gear's outline round the origin: flat teeth with sloping flanks."""
    points = []
    for tooth in range(teeth):
        for share, radius in ((-0.3, root), (-0.19, outer), (0.19, outer), (0.3, root)):
            angle = 2 * pi * (tooth + share) / teeth
            points.append(f"{number(radius * sin(angle))} {number(-radius * cos(angle))}")
    return "M" + "L".join(points) + "z"


def rice_ear(side: int) -> str:
    """Half of the wreath: grains along an arc that rises from the foot of the gear on one side."""
    grains = []
    for k in range(13):
        angle = pi * (0.06 + 0.058 * k)  # from the foot, upwards
        for outward in (-1, 1):
            radius = 44.2 + outward * 2.1
            x, y = side * radius * sin(angle), radius * cos(angle)
            turn = -side * (angle * 180 / pi - 90) - 90 * side + side * outward * 24 + side * 90
            grains.append(
                f'<path transform="translate({number(x)} {number(y)}) rotate({number(turn)})" fill="{GOLD}" '
                'd="M0 2.6C-1.75 1.2 -1.6 -1.6 0 -3.6C1.6 -1.6 1.75 1.2 0 2.6z"/>'
            )
    stem = path(lambda a: (side * 44.2 * sin(a), 44.2 * cos(a)), pi * 0.02, pi * 0.79, 8)
    return stroke([stem], GOLD, 0.7) + "".join(grains)


def emblem() -> str:
    flower = (
        "".join(petal(21, 6.2, angle, GOLD, PAPER) for angle in (-78, 78))
        + "".join(petal(25, 7.6, angle, "#b98f3f", PAPER) for angle in (-52, 52))
        + "".join(petal(28, 8.6, angle, "#cba75c", PAPER) for angle in (-26, 26))
        + petal(30, 9, 0, "#e3c88c", PAPER)
    )
    water = "".join(
        stroke([path(lambda t, y=y, w=w: (w * t, y + 0.9 * sin(3 * pi * t)), -1, 1, 12)], colour, 1)
        for y, w, colour in ((15.6, 19, "#fff"), (19.4, 14, "#9cc3c4"), (23.2, 8, "#9cc3c4"))
    )
    return svg(
        100,
        100,
        '<g transform="translate(50 50)">' + rice_ear(-1) + rice_ear(1) + f'<path fill="{DEEP}" d="{gear(20, 38.5, 34.6)}"/>'
        f'<circle r="31.2" fill="{PAPER}"/><circle r="29.8" fill="{DEEP}"/>'
        f'<circle r="28.3" fill="none" stroke="{GOLD}" stroke-width=".5"/>'
        f'<g transform="translate(0 11.5)">{flower}</g>{water}</g>',
    )


def svg(width: float, height: float, content: str) -> str:
    size = f'width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{content}</svg>\n'


def main() -> None:
    for name, content in (("background.svg", background()), ("emblem.svg", emblem())):
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
