"""Made-up signatures for specimens: ink that nobody's hand has drawn."""

import io
import random
from math import pi, sin

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 900, 300  # pixels
OVERSAMPLED = 3
INK = (24, 48, 112)

Point = tuple[float, float]


def demo_signature(seed: int) -> bytes:
    """A transparent PNG, 900 × 300 pixels, of a signature that belongs to nobody; equal seeds give equal bytes."""
    dice = random.Random(seed)
    ink = Image.new("L", (WIDTH * OVERSAMPLED, HEIGHT * OVERSAMPLED), 0)
    pen = ImageDraw.Draw(ink)
    for stroke in (_letters(dice), _flourish(dice)):
        _draw(pen, stroke, dice.uniform(1.2, 1.5))
    ink = ink.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    picture = Image.new("RGBA", ink.size, INK)
    picture.putalpha(ink)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def demo_path(seed: int) -> str:
    """The same hand as SVG path data in a box of 600 × 200, as a phone at the door records it."""
    dice = random.Random(seed)
    strokes = []
    for stroke in (_letters(dice), _flourish(dice)):
        dense = [point for i in range(len(stroke) - 1) for point in _spline(stroke, i, steps=8)]
        strokes.append("L".join(f"{min(max(x, 0), 1) * 600:.1f} {min(max(y, 0), 1) * 200:.1f}" for x, y in dense))
    return "".join(f"M{stroke}" for stroke in strokes)


def _letters(dice: random.Random) -> list[Point]:
    """A tall first loop, then a line of small ones with an ascender or a tail here and there, rising to the right."""
    tall, lean = dice.uniform(0.36, 0.5), dice.uniform(0.01, 0.05)
    points = dice.choice(
        (
            [(0.12, 0.56), (0.07, 0.42), (0.14 + lean, 0.52 - tall), (0.19, 0.4), (0.12, 0.74), (0.1, 0.66), (0.2, 0.5)],
            [(0.24, 0.34), (0.19, 0.5 - tall), (0.08, 0.46), (0.12, 0.78), (0.22, 0.6), (0.15, 0.4), (0.2, 0.52)],
            [(0.06, 0.34), (0.12, 0.24), (0.1, 0.76), (0.07, 0.72), (0.16 + lean, 0.5 - tall), (0.2, 0.5)],
        )
    )
    x = 0.24
    for _ in range(dice.randint(3, 6)):
        height = dice.choice((0.1, 0.12, 0.15, dice.uniform(0.25, 0.38)))
        foot = dice.choice((0.0, 0.02, 0.03, dice.uniform(0.1, 0.24)))
        width = dice.uniform(0.035, 0.065)
        points += [(x + width * 0.9, 0.5 - height), (x + width * 0.35, 0.5 - height * 0.7), (x + width * 0.7, 0.54 + foot)]
        x += width * 1.5
    end = (x + dice.uniform(0.16, 0.24), 0.46 + dice.uniform(-0.12, 0.06))
    return _risen([*points, (x + 0.05, 0.5), (x + 0.11, 0.53), end], dice.uniform(0.02, 0.14))


def _flourish(dice: random.Random) -> list[Point]:
    """The line below, drawn in one go and sometimes back again."""
    start, end, y = dice.uniform(0.2, 0.3), dice.uniform(0.6, 0.86), dice.uniform(0.74, 0.8)
    line = [(start + (end - start) * t / 6, y - 0.05 * sin(pi * t / 6)) for t in range(7)]
    back = [(end - 0.04, y + 0.045), ((start + end) / 2, y + 0.06)]
    return _risen(line + back * dice.randint(0, 1), dice.uniform(0.04, 0.12))


def _risen(points: list[Point], rise: float) -> list[Point]:
    return [(x, y - rise * (x - 0.5)) for x, y in points]


def _draw(pen: ImageDraw.ImageDraw, points: list[Point], pressure: float) -> None:
    """The points joined by a Catmull-Rom spline, with dots that grow where the hand slows down."""
    dense = [point for i in range(len(points) - 1) for point in _spline(points, i)]
    radius = 0.0
    for i, (x, y) in enumerate(dense):
        before, after = dense[max(0, i - 1)], dense[min(len(dense) - 1, i + 1)]
        speed = ((after[0] - before[0]) ** 2 + (after[1] - before[1]) ** 2) ** 0.5
        ends = min(1.0, i / 60, (len(dense) - i) / 60)  # the pen touches down and lifts gently
        target = pressure * (1.7 + 2.4 / (1 + speed * 550)) * (0.45 + 0.55 * ends)
        radius += (target - radius) * 0.08
        centre_x, centre_y, r = x * WIDTH * OVERSAMPLED, y * HEIGHT * OVERSAMPLED, radius * OVERSAMPLED
        pen.ellipse((centre_x - r, centre_y - r, centre_x + r, centre_y + r), fill=255)


def _spline(points: list[Point], i: int, steps: int = 240) -> list[Point]:
    p0, p1, p2, p3 = points[max(0, i - 1)], points[i], points[i + 1], points[min(len(points) - 1, i + 2)]

    def at(t: float, axis: int) -> float:
        a, b, c, d = p0[axis], p1[axis], p2[axis], p3[axis]
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)

    return [(at(step / steps, 0), at(step / steps, 1)) for step in range(steps)]
