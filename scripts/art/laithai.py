"""Motifs of Thai line art: the leaf of a border (krajang), the four-petalled flower (pracham yam), flames on a vine (kanok)."""

from collections.abc import Sequence
from math import atan2, pi, sin

from scripts.art.lines import Point, disc, fill, number, placed, ring, smooth, stroke, tapered, trace


def ogee(width: float, height: float, waist: float = 0.5) -> str:
    """A pointed petal that stands on the origin: full below, drawn in to a tip."""
    w, h = width / 2, height
    side = ((0, 0), (-w * 0.86, -h * 0.1), (-w, -h * 0.36), (-w * waist, -h * 0.68), (-w * 0.1, -h * 0.93), (0, -h))
    return smooth(side) + "L" + smooth([(-x, y) for x, y in side[::-1]])[1:] + "z"


def krajang(width: float, height: float, colour: str, heart: str, line: float) -> str:
    """One leaf of a row: its outline, the leaf within, and a drop."""
    return stroke([ogee(width, height), ogee(width * 0.62, height * 0.66)], colour, line) + fill([ogee(width * 0.3, height * 0.36)], heart)


def leaf(name: str, width: float, height: float, colours: tuple[str, str], line: float) -> str:
    """The definition of a leaf with the seed that stands before it in a row: drawn once, used often."""
    seed = placed(fill([ogee(width * 0.2, height * 0.42)], colours[0]), -width / 2)
    return f'<defs><g id="{name}">{krajang(width * 0.94, height, *colours, line)}{seed}</g></defs>'


def row(name: str, x0: float, y0: float, x1: float, y1: float, count: int, inward: int = 1) -> str:
    """The leaf side by side along a straight line, upwards for one who walks from its start to its end, or the other way."""
    length, turn = abs(x1 - x0) + abs(y1 - y0), atan2(y1 - y0, x1 - x0) * 180 / pi
    uses = "".join(f'<use href="#{name}" x="{number((i + 0.5) * length / count)}"/>' for i in range(count))
    return placed(uses, x0, y0, turn, (1, inward))


def prachamyam(radius: float, colour: str, heart: str, paper: str, line: float) -> str:
    """The flower of four great petals and four small ones round a seed, about the origin."""
    small = "".join(placed(fill([ogee(radius * 0.5, radius * 0.74)], heart), turn=45 + 90 * k) for k in range(4))
    great = "".join(placed(fill([ogee(radius * 0.74, radius)], colour) + stroke([ogee(radius * 0.5, radius * 0.74)], paper, line)
                           + fill([ogee(radius * 0.2, radius * 0.5)], paper), turn=90 * k) for k in range(4))
    return small + great + disc(0, 0, radius * 0.26, paper) + ring(0, 0, radius * 0.2, colour, line) + disc(0, 0, radius * 0.11, heart)


def flame(length: float, bend: float, fat: float = 0.2) -> str:
    """A kanok: a drop that leans one way and flicks its tip the other, upwards from the origin; `bend` in turns of a radian."""
    k = bend / length
    line = trace((0, 0), -pi / 2, [(length * 0.5, 2.4 * k, 1.4 * k), (length * 0.5, -0.6 * k, -4.6 * k)], length / 60)
    return tapered(line, lambda t: length * fat * (sin(pi * t**0.62) * (1 - 0.35 * t) + 0.1 * (1 - t)), 9)


def vine(line: Sequence[Point], thick: float, colour: str) -> str:
    """A stem that grows thinner to its end."""
    return fill([tapered(line, lambda t: thick * (1 - 0.75 * t), max(8, len(line) // 12))], colour)


def leaves(line: Sequence[Point], places: Sequence[tuple[float, float, int, float]], colour: str, lean: float = 52) -> str:
    """Flames on a stem: each at a share of its length, so long, to its left (-1) or right (1), so far bent."""
    drawn = []
    for share, length, side, bend in places:
        i = min(len(line) - 2, int(share * (len(line) - 1)))
        (x0, y0), (x1, y1) = line[i], line[i + 1]
        turn = atan2(y1 - y0, x1 - x0) * 180 / pi + 90
        drawn.append(placed(fill([flame(length, bend)], colour), x0, y0, turn + side * lean, (-side, 1)))
    return "".join(drawn)


def beads(line: Sequence[Point], count: int, radius: float, colour: str) -> str:
    """Dots along a line, smaller to its end."""
    return "".join(disc(*line[round(i * (len(line) - 1) / count)], radius * (1 - 0.7 * i / count), colour) for i in range(count))


def diamond(x: float, y: float, width: float, height: float, colour: str) -> str:
    x, y, w, h = x, y, width / 2, height / 2
    points = " ".join(f"{number(a)} {number(b)}" for a, b in ((x - w, y), (x, y - h), (x + w, y), (x, y + h)))
    return f'<polygon fill="{colour}" points="{points}"/>'
