"""The certificate in two languages: two woven rings that share a middle. Its emblem is the same two rings."""

from math import cos, pi, sin

from scripts.art.lines import ACCENT, LANDSCAPE, PAPER, SECOND, Curve, Point, disc, paper, path, rectangle, ring, stroke, svg, tint

WIDTH, HEIGHT = LANDSCAPE


def woven(x: float, y: float, radius: float, colour: str) -> str:
    """A ring of strands that wave round it."""

    def strand(phase: float, depth: float) -> Curve:
        def at(t: float) -> Point:
            r = radius + depth * sin(18 * t + phase)
            return x + r * cos(t), y + r * sin(t)

        return at

    return stroke((path(strand(2 * pi * k / 6, 6.5), 0, 2 * pi, 54, closed=True) for k in range(6)), colour, 0.2)


def corner(x: float, y: float) -> str:
    return disc(x, y, 3.1, PAPER) + ring(x, y, 2.4, ACCENT, 0.4) + ring(x, y, 1.3, SECOND, 0.3) + disc(x, y, 0.5, SECOND)


def background() -> str:
    rings = woven(112, 105, 62, tint(ACCENT, 12)) + woven(185, 105, 62, tint(SECOND, 20))
    frame = rectangle(9, tint(ACCENT, 80), 0.7) + rectangle(11, tint(SECOND, 70), 0.25)
    knots = "".join(corner(x, y) for x in (10, WIDTH - 10) for y in (10, HEIGHT - 10))
    return svg(WIDTH, HEIGHT, paper() + rings + frame + knots)


def emblem() -> str:
    def band(x: float, colour: str) -> str:
        return ring(x, 50, 26, colour, 6.4) + ring(x, 50, 26, PAPER, 0.8) + ring(x, 50, 20.4, colour, 0.7)

    over = path(lambda t: (34 + 26 * cos(t), 50 + 26 * sin(t)), -1.25, -0.55, 3)
    return svg(100, 100, band(34, ACCENT) + band(66, SECOND) + stroke([over], PAPER, 9) + stroke([over], ACCENT, 6.4) + stroke([over], PAPER, 0.8))
