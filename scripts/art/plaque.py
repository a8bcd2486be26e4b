"""The plaque of an enterprise: a dark frame with a metal edge round an ivory plate with notched corners. Its emblem is a sprout in a nut."""

from math import cos, pi, sin

from scripts.art.lines import (
    ACCENT,
    LANDSCAPE,
    PAPER,
    SECOND,
    block,
    disc,
    fill,
    number,
    placed,
    ring,
    rope,
    rosette,
    smooth,
    stroke,
    svg,
    tint,
)

WIDTH, HEIGHT = LANDSCAPE
DARK, BRIGHT, SHINE = ACCENT, SECOND, tint(SECOND, 35)
GLEAM = ((0, 90), (0.18, 40), (0.34, 100), (0.52, 30), (0.7, 100), (0.86, 45), (1, 100))  # where along the metal, how much of its colour
METAL = ('<defs><linearGradient id="metal" x1="0" y1="0" x2="1" y2="1">'
         + "".join(f'<stop offset="{offset}" stop-color="{tint(SECOND, percent)}"/>' for offset, percent in GLEAM) + "</linearGradient></defs>")


def plate(inset: float, notch: float) -> str:
    """The outline of a plate whose corners are cut out round."""
    x0, y0, x1, y1, n = inset, inset, WIDTH - inset, HEIGHT - inset, notch
    return (f"M{number(x0 + n)} {number(y0)}H{number(x1 - n)}A{n} {n} 0 0 0 {number(x1)} {number(y0 + n)}V{number(y1 - n)}"
            f"A{n} {n} 0 0 0 {number(x1 - n)} {number(y1)}H{number(x0 + n)}A{n} {n} 0 0 0 {number(x0)} {number(y1 - n)}"
            f"V{number(y0 + n)}A{n} {n} 0 0 0 {number(x0 + n)} {number(y0)}z")


def screw(x: float, y: float) -> str:
    return (disc(x, y, 3.1, "url(#metal)") + ring(x, y, 3.1, DARK, 0.2) + disc(x, y, 2.2, SHINE) + ring(x, y, 2.2, BRIGHT, 0.25)
            + placed(block(-1.9, -0.25, 3.8, 0.5, tint(SECOND, 100)), x, y, 35))


def background() -> str:
    frame = block(0, 0, WIDTH, HEIGHT, DARK)
    colours = (tint(ACCENT, 70), tint(SECOND, 75))
    across, down = rope("across", WIDTH - 44, 30, 2.4, colours, 4), rope("down", HEIGHT - 44, 20, 2.4, colours, 4)
    weave = (placed(across, 22, 13.5) + placed(across, 22, HEIGHT - 13.5)
             + placed(down, 13.5, 22, 90) + placed(down, WIDTH - 13.5, 22, 90))
    edges = stroke([plate(7.5, 7)], tint(SECOND, 80), 0.35)
    metal = f'<path fill="url(#metal)" d="{plate(19, 9)}"/>'
    ivory = fill([plate(20.8, 8.6)], PAPER) + stroke([plate(22.6, 8.2)], tint(SECOND, 75), 0.22)
    screws = "".join(screw(x, y) for x in (14.5, WIDTH - 14.5) for y in (14.5, HEIGHT - 14.5))
    return svg(WIDTH, HEIGHT, METAL + frame + weave + edges + metal + ivory
               + rosette("field", 58, 40, 4, tint(SECOND, 13), 0.16, 0.66, WIDTH / 2, 100) + screws)


def emblem() -> str:
    nut = "M" + "L".join(f"{number(46 * sin(pi * k / 3))} {number(-46 * cos(pi * k / 3))}" for k in range(6)) + "z"
    leaf = smooth([(0, 8), (5, -6), (16, -13), (26, -13), (24, -1), (14, 7)], closed=True)
    sprout = fill([leaf], SECOND) + placed(fill([leaf], tint(SECOND, 60)), 0, 9, size=(-0.86, 0.86)) + stroke(["M0 30C0 18 -.6 14 0 4"], SECOND, 2.4)
    bars = "".join(block(x, 30 - h, 5, h, tint(SECOND, 40)) for x, h in ((-25, 7), (-17, 12), (12, 12), (20, 7)))
    return svg(100, 100, placed(
        fill([nut], SECOND) + f'<g transform="scale(.93)">{fill([nut], ACCENT)}</g><g transform="scale(.87)">{stroke([nut], SECOND, 0.8)}</g>'
        + f'<g transform="translate(0 -4)">{sprout}{bars}</g>', 50, 50))
