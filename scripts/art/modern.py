"""The modern certificate: a strip of quarters and discs at the right edge, and white. Its emblem is four quarters that meet."""

from scripts.art.lines import ACCENT, LANDSCAPE, PAPER, SECOND, block, disc, fill, number, paper, placed, svg, tint

WIDTH, HEIGHT = LANDSCAPE
TILE = 21.0
SOFT, PALE, WARM = tint(ACCENT, 45), tint(ACCENT, 12), tint(SECOND, 35)
COLOURS = {"a": ACCENT, "s": SECOND, "m": SOFT, "p": PALE, "w": WARM, "o": PAPER}
#: From the top, three tiles a row: ground, shape, colour of the shape. q is a quarter (1 to 4: its corner), d a disc, h half a disc,
#: l a leaf; ---- is the white that the QR code stands on.
ROWS = """
pq1a ad-s pq4m
pl1w pq2a sh3w
ah1m wq3s pd-a
pq4s mq1p aq2s
wd-a ph2m pl2a
sq1p aq4w pq3s
pq3m ph1a md-p
---- ---- pq1m
---- ---- ph2a
---- ---- pd-m
""".split()


def quarter(corner: int) -> str:
    """A quarter of a disc as wide as the tile, round one of its corners: 1 top left, then clockwise."""
    x, y = ((0, 0), (TILE, 0), (TILE, TILE), (0, TILE))[corner - 1]
    (a, b), (c, d) = (((TILE, 0), (0, TILE)), ((TILE, TILE), (0, 0)), ((0, TILE), (TILE, 0)), ((0, 0), (TILE, TILE)))[corner - 1]
    return f"M{number(x)} {number(y)}L{number(a)} {number(b)}A{TILE} {TILE} 0 0 1 {number(c)} {number(d)}z"


def half(side: int) -> str:
    """Half a disc on one side of the tile: 1 top, then clockwise."""
    r = TILE / 2
    return (f"M0 0A{r} {r} 0 0 0 {TILE} 0z", f"M{TILE} 0A{r} {r} 0 0 0 {TILE} {TILE}z", f"M{TILE} {TILE}A{r} {r} 0 0 0 0 {TILE}z",
            f"M0 {TILE}A{r} {r} 0 0 0 0 0z")[side - 1]


def leaf(lean: int) -> str:
    """What two quarters share: 1 from top left to bottom right, 2 the other way."""
    t = TILE
    return (f"M0 0A{t} {t} 0 0 1 {t} {t}A{t} {t} 0 0 1 0 0z", f"M{t} 0A{t} {t} 0 0 1 0 {t}A{t} {t} 0 0 1 {t} 0z")[lean - 1]


def tile(code: str) -> str:
    ground = block(0, 0, TILE + 0.06, TILE + 0.06, COLOURS[code[0]])  # over the seam to the next
    if code[1] == "d":
        return ground + disc(TILE / 2, TILE / 2, TILE * 0.3, COLOURS[code[3]])
    return ground + fill([{"q": quarter, "h": half, "l": leaf}[code[1]](int(code[2]))], COLOURS[code[3]])


def background() -> str:
    left = WIDTH - 3 * TILE
    tiles = "".join(placed(tile(code), left + TILE * (i % 3), TILE * (i // 3)) for i, code in enumerate(ROWS) if code != "----")
    return svg(WIDTH, HEIGHT, paper() + tiles + block(left, 7 * TILE, 2 * TILE, 0.1, PAPER) + block(20, 58.2, 26, 1.5, SECOND))


def emblem() -> str:
    parts = "".join(placed(fill([quarter(corner)], colour), x, y) for corner, colour, x, y in (
        (3, ACCENT, 0, 0), (4, SOFT, TILE, 0), (2, SECOND, 0, TILE), (1, ACCENT, TILE, TILE)))
    return svg(100, 100, f'<g transform="scale({100 / TILE / 2:.4f})">{parts}</g>')
