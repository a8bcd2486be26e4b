"""The certificate of an office: two rules, kanok scrolls in the upper corners, much white. Its emblem is a four-petalled flower."""


from scripts.art.laithai import flame, krajang, leaves, prachamyam, vine
from scripts.art.lines import ACCENT, LANDSCAPE, PAPER, SECOND, disc, fill, paper, placed, rectangle, ring, rosette, svg, tint, trace

WIDTH, HEIGHT = LANDSCAPE
GOLD = tint(SECOND, 92)


def scroll() -> str:
    """A vine that leaves the corner along the upper side: a great curl, then a small one the other way, then a flame."""
    stem = trace((17.5, 17.5), 0.62, [(12, -0.035, -0.05), (17, 0.05, 0.085), (15, 0.09, 0.24), (9, 0.24, 0.62)], 0.25)
    branch = trace(stem[100], -0.62, [(10, 0.03, 0.02), (13, -0.05, -0.1), (11, -0.1, -0.34), (5, -0.34, -0.9)], 0.25)
    end = trace(branch[80], 0.02, [(14, 0.035, -0.02), (14, -0.03, 0.02)], 0.25)
    green = leaves(stem, [(0.1, 5.4, -1, 0.8), (0.12, 6.4, 1, 0.8), (0.24, 7, 1, 0.9), (0.3, 5.4, -1, 0.8), (0.38, 7.2, -1, 0.8),
                          (0.46, 6.8, -1, 0.9), (0.55, 6, -1, 0.9), (0.64, 5.2, -1, 0.9), (0.73, 4.2, -1, 0.9), (0.82, 3.2, -1, 0.9)], GOLD)
    green += leaves(branch, [(0.16, 5, -1, 0.8), (0.3, 5.4, 1, 0.8), (0.42, 5.6, 1, 0.8), (0.54, 5, 1, 0.9), (0.66, 4.2, 1, 0.9),
                             (0.78, 3.2, 1, 0.9), (0.88, 2.4, 1, 0.9)], GOLD)
    green += leaves(end, [(0.18, 4.6, -1, 0.8), (0.36, 4.4, 1, 0.8), (0.52, 4, -1, 0.8), (0.68, 3.4, 1, 0.8), (0.84, 3, -1, 0.8)], GOLD, 40)
    tip = placed(fill([flame(7, 0.5)], GOLD), *end[-1], turn=92)
    return (green + tip + vine(stem, 0.62, GOLD) + vine(branch, 0.5, GOLD) + vine(end, 0.42, GOLD)
            + disc(*stem[-1], 1.1, ACCENT) + disc(*branch[-1], 0.8, ACCENT))


def corner() -> str:
    """The scroll along both sides, and a flower where they part."""
    mirrored = f'<g transform="matrix(0 1 1 0 0 0)">{scroll()}</g>'
    return scroll() + mirrored + placed(prachamyam(5.6, ACCENT, GOLD, PAPER, 0.2), 18.2, 18.2, 45)


def foot() -> str:
    """A lower corner: one flower and three flames."""
    flames = "".join(placed(fill([flame(length, 0.7)], GOLD), 18 + 2.6 * (side > 0), 18 + 2.6 * (side < 0), turn, (-side, 1))
                     for length, turn, side in ((9, 96, 1), (9, 174, -1)))
    return flames + placed(prachamyam(4.2, ACCENT, GOLD, PAPER, 0.18), 18, 18, 45)


def background() -> str:
    rules = rectangle(9, ACCENT, 1.1) + rectangle(10.6, GOLD, 0.3) + rectangle(12.6, GOLD, 0.16)
    top = placed(corner()) + placed(corner(), WIDTH, size=(-1, 1))
    bottom = placed(foot(), 0, HEIGHT, size=(1, -1)) + placed(foot(), WIDTH, HEIGHT, size=(-1, -1))
    return svg(WIDTH, HEIGHT, paper() + rosette(148.5, 106, 62, 32, 5, tint(SECOND, 10), 0.18, 0.62) + rules + top + bottom)


def emblem() -> str:
    leaf = krajang(12.6, 13.5, PAPER, GOLD, 0.55)
    wreath = "".join(placed(placed(leaf, 0, -33), turn=360 * k / 20) for k in range(20))
    return svg(100, 100, placed(
        disc(0, 0, 49, GOLD) + disc(0, 0, 48, ACCENT) + wreath + ring(0, 0, 32.6, GOLD, 0.9) + disc(0, 0, 31, PAPER)
        + ring(0, 0, 29.4, GOLD, 0.4) + placed(prachamyam(28, ACCENT, GOLD, PAPER, 0.7)), 50, 50))
