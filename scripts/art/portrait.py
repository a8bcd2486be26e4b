"""The standing certificate: a border of leaves (krajang) round a pale wheel of petals. Its emblem is a lotus in a ring."""

from scripts.art.formal import petal
from scripts.art.laithai import leaf, ogee, prachamyam, row
from scripts.art.lines import ACCENT, PAPER, PORTRAIT, SECOND, disc, fill, paper, placed, rectangle, ring, rosette, stroke, svg, tint

WIDTH, HEIGHT = PORTRAIT
GOLD, LINE = tint(SECOND, 90), tint(ACCENT, 80)


def border() -> str:
    """Leaves along all sides, pointing inwards, with a flower in each corner."""
    edge, far_x, far_y, reach = 10.6, WIDTH - 10.6, HEIGHT - 10.6, 17.0
    rows = leaf("leaf", 5.5, 4.6, (LINE, GOLD), 0.22) + "".join((
        row("leaf", reach, edge, WIDTH - reach, edge, 32, -1), row("leaf", reach, far_y, WIDTH - reach, far_y, 32),
        row("leaf", edge, reach, edge, HEIGHT - reach, 48), row("leaf", far_x, reach, far_x, HEIGHT - reach, 48, -1)))
    flowers = "".join(placed(prachamyam(4.3, ACCENT, GOLD, PAPER, 0.2), x, y) for x in (13, WIDTH - 13) for y in (13, HEIGHT - 13))
    return rows + flowers


def background() -> str:
    rules = "".join(rectangle(inset, colour, width, PORTRAIT) for inset, colour, width in (
        (8.4, ACCENT, 1), (9.6, GOLD, 0.25), (16.6, GOLD, 0.25), (17.4, ACCENT, 0.4)))
    petals = stroke([ogee(15.5, 26), ogee(11, 19), ogee(6, 11)], tint(SECOND, 26), 0.18)
    wheel = f'<defs><g id="petal">{petals}</g></defs>' + "".join(
        placed('<use href="#petal" y="-44"/>', 105, 141, 15 * k) for k in range(24))
    wheel += rosette("wheel", 42, 48, 3, tint(SECOND, 20), 0.16, 0.88, 105, 141)
    return svg(WIDTH, HEIGHT, paper(PORTRAIT) + wheel + rules + border())


def emblem() -> str:
    flower = "".join(petal(length, width, angle, tint(SECOND, percent), PAPER) for length, width, angle, percent in (
        (26, 7.4, -80, 85), (26, 7.4, 80, 85), (31, 9, -54, 100), (31, 9, 54, 100), (35, 10.4, -27, 75), (35, 10.4, 27, 75), (38, 11, 0, 50)))
    rim = "".join(placed(placed(fill([ogee(4.6, 6.4)], SECOND), 0, -41.6), turn=360 * k / 32) for k in range(32))
    return svg(100, 100, placed(
        ring(0, 0, 48.8, SECOND, 0.8) + rim + ring(0, 0, 40.6, SECOND, 0.8) + disc(0, 0, 39, ACCENT) + ring(0, 0, 36.8, SECOND, 0.5)
        + placed(flower, 0, 16) + stroke(["M-20 21.5H20", "M-13 25.5H13"], tint(SECOND, 60), 1.2), 50, 50))
