"""The plain certificate, for office printers: hairlines on white and next to no ink. Its emblem is a lotus in lines."""

from scripts.art.laithai import ogee
from scripts.art.lines import ACCENT, LANDSCAPE, SECOND, placed, ring, stroke, svg, tint

WIDTH, HEIGHT = LANDSCAPE


def corner() -> str:
    """Two sides of the frame that cross and run past each other."""
    return stroke(["M8.5 14H40", "M14 8.5V40"], ACCENT, 0.5) + stroke(["M8.5 16H34", "M16 8.5V34"], SECOND, 0.2)


def background() -> str:
    pieces = "".join(placed(corner(), x, y, size=size) for x, y, size in (
        (0, 0, (1, 1)), (WIDTH, 0, (-1, 1)), (0, HEIGHT, (1, -1)), (WIDTH, HEIGHT, (-1, -1))))
    sides = stroke(["M40 14H257", "M40 196H257", "M14 40V170", "M283 40V170"], tint(ACCENT, 55), 0.15)
    return svg(WIDTH, HEIGHT, pieces + sides)


def emblem() -> str:
    flower = "".join(placed(stroke([ogee(17 - abs(k), 40 - 3 * abs(k), 0.6)], ACCENT, 1.1), turn=26 * k) for k in (-3, 3, -2, 2, -1, 1, 0))
    return svg(100, 100, placed(ring(0, 0, 47, ACCENT, 1.4) + ring(0, 0, 43.6, SECOND, 0.6) + placed(flower, 0, 18)
                                + stroke(["M-22 24H22", "M-14 29H14"], SECOND, 1.1), 50, 50))
