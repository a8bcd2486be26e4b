"""The certificate of a university: a deep band with the crest on the left, a serif, two hairlines. Its crest is a book under a flame."""

from math import cos, pi, sin

from scripts.art.lines import ACCENT, LANDSCAPE, PAPER, SECOND, Point, block, disc, fill, number, paper, path, placed, ring, smooth, stroke, svg, tint

WIDTH, HEIGHT = LANDSCAPE
BAND = 66.0
LINE, GOLD = tint(ACCENT, 84), tint(SECOND, 80)


def weave() -> str:
    """Arcs that rise in the band like the tiers of a hall, cut off at its edges."""
    arcs = []
    for centre in (0.0, BAND):
        for k in range(1, 25):
            radius = 5.5 * k

            def at(t: float, radius: float = radius, centre: float = centre) -> Point:
                return centre + radius * cos(t) * (1 if centre == 0 else -1), HEIGHT - radius * sin(t)

            reach = 0.0 if radius <= BAND else pi / 2 - _asin(BAND / radius)
            arcs.append(path(at, reach, pi / 2, 4))
    return stroke(arcs, LINE, 0.22)


def _asin(value: float) -> float:
    low, high = 0.0, pi / 2
    for _ in range(40):
        low, high = ((low + high) / 2, high) if sin((low + high) / 2) < value else (low, (low + high) / 2)
    return low


def background() -> str:
    band = block(0, 0, BAND, HEIGHT, ACCENT) + weave() + block(BAND, 0, 1.5, HEIGHT, GOLD) + block(BAND + 2.3, 0, 0.3, HEIGHT, GOLD)
    disc_place = disc(BAND / 2, 49, 20.4, PAPER) + ring(BAND / 2, 49, 19.3, GOLD, 0.35) + ring(BAND / 2, 49, 21.6, GOLD, 0.5)
    right, left = WIDTH - 10, BAND + 11
    rules = stroke([f"M{number(left)} 12H{number(right)}", f"M{number(left)} 198H{number(right)}"], GOLD, 0.3)
    return svg(WIDTH, HEIGHT, paper() + band + disc_place + rules)


def emblem() -> str:
    shield = "M-33 -38H33V0C33 23 15 36 0 43C-15 36 -33 23 -33 0z"
    inner = "M-29.6 -34.6H29.6V0C29.6 20.6 13.6 32.6 0 39C-13.6 32.6 -29.6 20.6 -29.6 0z"
    page = "M0 22C-6 17 -15 15.6 -23 17V-4C-15 -5.4 -6 -4 0 1z"
    book = fill([page], PAPER) + placed(fill([page], PAPER), size=(-1, 1)) + stroke(["M0 1V22"], ACCENT, 1)
    lines = stroke([f"M-19.5 {number(y)}C-14 {number(y - 0.8)} -8 {number(y + 0.2)} -3.4 {number(y + 2.8)}" for y in (1.4, 6, 10.6)],
                   tint(ACCENT, 45), 0.8)
    fire = [(0, -4), (-6.4, -9), (-5, -16.5), (-1.6, -21), (1, -29), (4.4, -21.6), (6.2, -14.6), (5, -8.4)]
    rays = stroke([f"M{number(15 * sin(a))} {number(-14 - 15 * cos(a))}L{number(19 * sin(a))} {number(-14 - 19 * cos(a))}"
                   for a in (-1.9, -1.45, -1, -0.55, 0.55, 1, 1.45, 1.9)], GOLD, 1)
    return svg(100, 100, placed(
        fill([shield], GOLD) + fill([inner], ACCENT) + book + lines + placed(lines, size=(-1, 1)) + fill([smooth(fire, closed=True)], GOLD)
        + fill([smooth([(x * 0.42, -6 + (y + 6) * 0.5) for x, y in fire], closed=True)], PAPER) + rays, 50, 48, size=(1.04, 1.04)))
