"""The formal certificate: a woven border round a large pale flower. Its emblem is made up: a gear (industry) round a lotus on water,
between two ears of rice."""

from math import cos, pi, sin

from scripts.art.lines import (
    ACCENT,
    LANDSCAPE,
    PAPER,
    SECOND,
    Curve,
    Point,
    around,
    corners,
    disc,
    number,
    paper,
    path,
    placed,
    rectangle,
    ring,
    rope,
    rosette,
    stroke,
    svg,
    tint,
)

WIDTH, HEIGHT = LANDSCAPE
LINE, GOLD = tint(ACCENT, 78), tint(SECOND, 88)
LIGHT_GOLD, PALE_GOLD, PALE_LINE, BAND = tint(SECOND, 55), tint(SECOND, 24), tint(ACCENT, 13), tint(ACCENT, 6)


def lotus_field(x: float, y: float) -> str:
    """The large pale flower behind the name: two rings of pointed petals woven of parallel lines."""

    def flower(radius: float, depth: float, shift: float, scale: float) -> Curve:
        def at(t: float) -> Point:
            swing = 0.5 + 0.5 * cos(24 * t + shift)
            r = radius * scale + depth * swing**1.6
            return r * cos(t), r * sin(t)

        return at

    lines = [path(flower(radius, depth, turn * pi * k / count, 1 - k * 0.03), 0, pi / 12, 3)
             for radius, depth, count in ((54, 13, 9), (41, 12, 8)) for k in range(count) for turn in (1, -1)]
    return around("flower", stroke(lines, PALE_GOLD, 0.14), 24, x, y, (1.36, 1))


def corner_fan() -> str:
    """Parallel arcs of three petals opening from an inner corner of the frame."""

    def arc(radius: float) -> Curve:
        def at(t: float) -> Point:
            r = radius * (0.72 + 0.28 * abs(sin(3 * t)) ** 0.9)
            return 16.4 + r * cos(t), 16.4 + r * sin(t)

        return at

    return stroke((path(arc(8 + 1.7 * k), 0.0001, pi / 2 - 0.0001, 9) for k in range(12)), PALE_LINE, 0.18)


def corner_knot() -> str:
    """The rosette that joins two sides of the band."""
    return (disc(0, 0, 6.3, PAPER) + ring(0, 0, 6.3, ACCENT, 0.45) + disc(0, 0, 5.8, BAND) + ring(0, 0, 5.8, GOLD, 0.18)
            + rosette("knot", 5.5, 12, 5, LINE, 0.11, 0.34) + rosette("bud", 2.8, 8, 3, GOLD, 0.14, 0.3) + disc(0, 0, 0.75, GOLD))


def medallion(x: float, y: float) -> str:
    """The gold rosette that balances the QR code across the page."""
    return (rosette("rim", 13.4, 24, 6, LIGHT_GOLD, 0.12, 0.6, x, y) + rosette("iris", 8.6, 16, 5, LINE, 0.09, 0.5, x, y)
            + rosette("eye", 4.6, 8, 5, LIGHT_GOLD, 0.12, 0.05, x, y))


def background() -> str:
    middle, reach = 11.75, 5.8
    across = rope("across", WIDTH - 2 * (middle + reach), 36, 2.7, (LINE, GOLD), 5)
    down = rope("down", HEIGHT - 2 * (middle + reach), 24, 2.7, (LINE, GOLD), 5)
    band = f'<path fill="{BAND}" fill-rule="evenodd" d="M8.5 8.5H288.5V201.5H8.5zM15 15V195H282V15z"/>'
    band += placed(across, middle + reach, middle) + placed(across, middle + reach, HEIGHT - middle)
    band += placed(down, middle, middle + reach, 90) + placed(down, WIDTH - middle, middle + reach, 90)
    rules = rectangle(8, ACCENT, 0.9) + rectangle(9, GOLD, 0.16) + rectangle(14.7, ACCENT, 0.35) + rectangle(16.4, GOLD, 0.22)
    knots = "".join(placed(corner_knot(), x, y) for x in (middle, WIDTH - middle) for y in (middle, HEIGHT - middle))
    return svg(WIDTH, HEIGHT, paper() + lotus_field(148.5, 103) + corners(corner_fan()) + medallion(263, 169) + band + rules + knots)


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
        + "".join(petal(25, 7.6, angle, tint(SECOND, 80), PAPER) for angle in (-52, 52))
        + "".join(petal(28, 8.6, angle, tint(SECOND, 62), PAPER) for angle in (-26, 26))
        + petal(30, 9, 0, tint(SECOND, 42), PAPER)
    )
    water = "".join(
        stroke([path(lambda t, y=y, w=w: (w * t, y + 0.9 * sin(3 * pi * t)), -1, 1, 12)], colour, 1)
        for y, w, colour in ((15.6, 19, PAPER), (19.4, 14, tint(ACCENT, 40)), (23.2, 8, tint(ACCENT, 40)))
    )
    return svg(
        100,
        100,
        '<g transform="translate(50 50)">' + rice_ear(-1) + rice_ear(1) + f'<path fill="{ACCENT}" d="{gear(20, 38.5, 34.6)}"/>'
        f'<circle r="31.2" fill="{PAPER}"/><circle r="29.8" fill="{ACCENT}"/>'
        f'<circle r="28.3" fill="none" stroke="{GOLD}" stroke-width=".5"/>'
        f'<g transform="translate(0 11.5)">{flower}</g>{water}</g>',
    )
