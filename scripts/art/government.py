"""The certificate of an office: two rules, wings of kanok flames in the corners, much white. Its emblem is a four-petalled flower."""

from scripts.art.laithai import flame, krajang, ogee, prachamyam
from scripts.art.lines import (
    ACCENT,
    LANDSCAPE,
    PAPER,
    SECOND,
    around,
    disc,
    fill,
    number,
    paper,
    placed,
    rectangle,
    ring,
    stroke,
    svg,
    tint,
)

WIDTH, HEIGHT = LANDSCAPE
GOLD = tint(SECOND, 92)
EDGE = 12.6  # of the inner rule


def kanok() -> str:
    """One flame of ten millimetres: gold, with a vein, and a small one at its foot."""
    outer, foot = flame(10, 0.85, 0.26), flame(3.6, 1.1, 0.3)
    body = f'<path fill="{GOLD}" stroke="{PAPER}" stroke-width=".34" d="{outer}"/>'
    vein = placed(stroke([flame(6.6, 0.85, 0.2)], PAPER, 0.26), 0, -1)
    bud = f'<path fill="{ACCENT}" stroke="{PAPER}" stroke-width=".3" d="{foot}"/>'
    return body + vein + placed(bud, 1.5, 0.2, 24, (-1, 1))


def use(x: float, y: float, turn: float, size: float, mirror: int = 1) -> str:
    return f'<use href="#kanok" transform="translate({number(x)} {number(y)}) rotate({number(turn)}) scale({number(mirror * size)} {number(size)})"/>'


def wing(first: float, count: int, shrink: float) -> str:
    """Flames along the upper side from the corner, each smaller than the one before, all leaning away."""
    flames, x, length = [], EDGE + 4.4 + first * 0.62, first
    for _ in range(count):
        flames.append(use(x, EDGE + 0.3, 152, length / 10))
        x, length = x + length * 0.46, length * shrink
    return "".join(flames[::-1]) + disc(x + 0.6, EDGE + 1.3, 0.5, ACCENT) + disc(x + 2.6, EDGE + 1.2, 0.35, GOLD)


def corner(first: float, count: int, shrink: float) -> str:
    """A wing along both sides, three flames between them, a flower where they meet."""
    side = wing(first, count, shrink)
    middle, size = EDGE + 5.6, first / 10
    leaf = (f'<path fill="{GOLD}" stroke="{PAPER}" stroke-width=".34" d="{ogee(7.4, 14)}"/>' + stroke([ogee(4.8, 10.4)], PAPER, 0.26)
            + fill([ogee(2.2, 6.6)], ACCENT))
    heart = "".join(use(middle, middle, turn, size * scale, mirror) for turn, scale, mirror in (
        (93, 1.06, 1), (177, 1.06, -1)))
    return (side + f'<g transform="matrix(0 1 1 0 0 0)">{side}</g>' + heart + placed(leaf, middle, middle, 135, (size, size))
            + placed(prachamyam(5.4, ACCENT, GOLD, PAPER, 0.2), middle, middle, 45))


def background() -> str:
    rules = rectangle(8.6, ACCENT, 1.2) + rectangle(10.3, GOLD, 0.3) + rectangle(EDGE, GOLD, 0.2)
    upper, lower = corner(15, 13, 0.9), corner(9, 9, 0.88)
    pieces = (placed(upper) + placed(upper, WIDTH, size=(-1, 1)) + placed(lower, 0, HEIGHT, size=(1, -1))
              + placed(lower, WIDTH, HEIGHT, size=(-1, -1)))
    petals = stroke([ogee(17, 30), ogee(11.5, 21), ogee(6, 12)], tint(SECOND, 13), 0.2)
    buds = stroke([ogee(9, 16)], tint(SECOND, 13), 0.2)
    wheel = around("petal", placed(petals, 0, -34), 20, 148.5, 104) + around("bud", placed(buds, 0, -17), 16, 148.5, 104)
    return svg(WIDTH, HEIGHT, paper() + f'<defs><g id="kanok">{kanok()}</g></defs>' + wheel + rules + pieces)


def emblem() -> str:
    leaf = placed(krajang(12.2, 13.5, PAPER, GOLD, 0.55), 0, -33)
    return svg(100, 100, placed(
        disc(0, 0, 49, GOLD) + disc(0, 0, 48, ACCENT) + around("leaf", leaf, 20) + ring(0, 0, 32.6, GOLD, 0.9) + disc(0, 0, 31, PAPER)
        + ring(0, 0, 29.4, GOLD, 0.4) + placed(prachamyam(28, ACCENT, GOLD, PAPER, 0.7)), 50, 50))
