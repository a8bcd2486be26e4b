"""Lines and shapes as SVG: smooth curves, guilloche, tapered strokes. Lengths are millimetres, colours names of a certificate's palette."""

from collections.abc import Callable, Iterable, Sequence
from math import cos, hypot, pi, sin

LANDSCAPE, PORTRAIT = (297.0, 210.0), (210.0, 297.0)
INK, ACCENT, SECOND, PAPER = "{{ink}}", "{{accent}}", "{{second}}", "{{paper}}"

Point = tuple[float, float]
Curve = Callable[[float], Point]


def tint(colour: str, percent: int) -> str:
    """So much of a palette's colour on the paper."""
    return colour.replace("}}", f"-{percent}}}}}")


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0.", "-.").removeprefix("0") or "0"


def path(curve: Curve, start: float, end: float, steps: int, closed: bool = False) -> str:
    """The curve as cubic Béziers: each piece leaves and meets its ends along the curve's own tangent."""
    step = (end - start) / steps
    tiny = step * 1e-4

    def tangent(t: float) -> Point:
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


def smooth(points: Sequence[Point], closed: bool = False) -> str:
    """A Catmull-Rom spline through the points, as cubic Béziers."""
    count = len(points)

    def at(i: int) -> Point:
        return points[i % count] if closed else points[min(max(i, 0), count - 1)]

    pieces = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for i in range(count if closed else count - 1):
        a, b, c, d = at(i - 1), at(i), at(i + 1), at(i + 2)
        ends = (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6, c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6, *c)
        pieces.append("C" + " ".join(map(number, ends)))
    return "".join(pieces) + ("z" if closed else "")


def stroke(paths: Iterable[str], colour: str, width: float) -> str:
    return f'<path fill="none" stroke="{colour}" stroke-width="{width}" d="{"".join(paths)}"/>'


def fill(paths: Iterable[str], colour: str) -> str:
    return f'<path fill="{colour}" d="{"".join(paths)}"/>'


def disc(x: float, y: float, radius: float, colour: str) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{colour}"/>'


def ring(x: float, y: float, radius: float, colour: str, width: float) -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def block(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<path fill="{colour}" d="M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"/>'


def rectangle(inset: float, colour: str, width: float, page: Point = LANDSCAPE) -> str:
    """A frame so far inside the edges of the page."""
    return (f'<rect x="{inset:g}" y="{inset:g}" width="{page[0] - 2 * inset:g}" height="{page[1] - 2 * inset:g}" '
            f'fill="none" stroke="{colour}" stroke-width="{width}"/>')


def placed(content: str, x: float = 0, y: float = 0, turn: float = 0, size: tuple[float, float] = (1, 1)) -> str:
    """The drawing moved, then turned by degrees, then made larger or mirrored."""
    scale = f" scale({size[0]:g} {size[1]:g})" if size != (1, 1) else ""
    rotate = f" rotate({number(turn)})" if turn else ""
    return f'<g transform="translate({number(x)} {number(y)}){rotate}{scale}">{content}</g>'


def corners(content: str, page: Point = LANDSCAPE) -> str:
    """A drawing of the top left corner in all four, mirrored."""
    width, height = page
    return "".join(placed(content, x, y, size=size) for x, y, size in (
        (0, 0, (1, 1)), (width, 0, (-1, 1)), (0, height, (1, -1)), (width, height, (-1, -1))))


def trace(start: Point, heading: float, bends: Iterable[tuple[float, float, float]], step: float = 0.5) -> list[Point]:
    """Points of a line that starts in a direction (radians) and whose curvature runs evenly from one value to another in each
    (length, from, to): what a hand draws."""
    (x, y), points = start, [start]
    for length, first, last in bends:
        count = max(2, round(length / step))
        for i in range(count):
            heading += (first + (last - first) * (i + 0.5) / count) * length / count
            x, y = x + cos(heading) * length / count, y + sin(heading) * length / count
            points.append((x, y))
    return points


def tapered(line: Sequence[Point], width: Callable[[float], float], pieces: int = 10) -> str:
    """A closed shape along a line, so wide to either side as `width` says from 0 (its root) to 1 (its tip)."""
    left, right = [], []
    for i in range(pieces + 1):
        at = round(i * (len(line) - 1) / pieces)
        before, after = line[max(0, at - 1)], line[min(len(line) - 1, at + 1)]
        length = hypot(after[0] - before[0], after[1] - before[1]) or 1
        across = (-(after[1] - before[1]) / length, (after[0] - before[0]) / length)
        half, (x, y) = width(i / pieces), line[at]
        left.append((x + across[0] * half, y + across[1] * half))
        right.append((x - across[0] * half, y - across[1] * half))
    tail = smooth(right[::-1])
    return smooth(left) + "L" + tail[1:] + "z"


def repeated(name: str, unit: str, transforms: Iterable[str]) -> str:
    """A unit drawn at each place; its name is its own in the picture."""
    return f'<defs><g id="{name}">{unit}</g></defs>' + "".join(f'<use href="#{name}" transform="{one}"/>' for one in transforms)


def around(name: str, unit: str, count: int, x: float = 0, y: float = 0, size: tuple[float, float] = (1, 1)) -> str:
    """A unit about the origin, drawn so many times round a centre."""
    return placed(repeated(name, unit, (f"rotate({number(360 * k / count)})" for k in range(count))), x, y, size=size)


def rope(name: str, length: float, waves: int, half: float, colours: tuple[str, str], strands: int = 6) -> str:
    """A band of interlaced waves along the x axis, `half` millimetres to either side of it."""
    step = length / waves

    def wave(phase: float, amplitude: float) -> str:
        return path(lambda t: (t * step, amplitude * sin(2 * pi * t + phase)), 0, 1, 3)

    unit = (stroke((wave(2 * pi * k / strands, half) for k in range(strands)), colours[0], 0.12)
            + stroke((wave(pi / 2 + pi * k, half * 0.52) for k in range(2)), colours[1], 0.22))
    return repeated(name, unit, (f"translate({number(k * step)} 0)" for k in range(waves)))


def rosette(name: str, radius: float, petals: int, turns: int, colour: str, width: float, inner: float, x: float = 0, y: float = 0) -> str:
    """A round of petals drawn `turns` times with shifting phase; `inner` is the share of the radius left open."""

    def petal(phase: float) -> Curve:
        def at(t: float) -> Point:
            r = radius * (inner + (1 - inner) * (0.5 + 0.5 * cos(petals * t + phase)))
            return r * cos(t), r * sin(t)

        return at

    unit = stroke((path(petal(2 * pi * k / turns), 0, 2 * pi / petals, 3) for k in range(turns)), colour, width)
    return around(name, unit, petals, x, y)


def paper(page: Point = LANDSCAPE) -> str:
    return block(0, 0, *page, PAPER)


def svg(width: float, height: float, content: str) -> str:
    size = f'width="{width:g}mm" height="{height:g}mm" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{content}</svg>\n'
