"""Draw static/img/og.png, the picture that a shared link shows: `python -m scripts.draw_og_image`."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from core.assets import vendor_path

OUTPUT = Path(__file__).resolve().parent.parent / "static/img/og.png"
WIDTH, HEIGHT, SCALE = 1200, 630, 4  # drawn four times larger, then reduced, for smooth curves
NIGHT, RAISED, WHITE, QUIET, GOLD = "#1b2552", "#2a3566", "#ffffff", "#c9d0ee", "#e8c06a"


def mark(left: int, top: int, size: int) -> Image.Image:
    """The mark of favicon.svg on the whole picture: an open arc that gathers, and the one who joins."""
    picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), NIGHT)
    draw = ImageDraw.Draw(picture)
    unit = size * SCALE / 48

    def disc(x: float, y: float, radius: float, colour: str) -> None:
        draw.ellipse([(left * SCALE + (x - radius) * unit, top * SCALE + (y - radius) * unit),
                      (left * SCALE + (x + radius) * unit, top * SCALE + (y + radius) * unit)], fill=colour)

    draw.rounded_rectangle([left * SCALE, top * SCALE, (left + size) * SCALE, (top + size) * SCALE], 12 * unit, RAISED)
    centre, radius, stroke = (24.92, 24.13), 12.0, 5.5
    box = [left * SCALE + (centre[0] - radius - stroke / 2) * unit, top * SCALE + (centre[1] - radius - stroke / 2) * unit,
           left * SCALE + (centre[0] + radius + stroke / 2) * unit, top * SCALE + (centre[1] + radius + stroke / 2) * unit]
    draw.arc(box, 197.6, 65, WHITE, round(stroke * unit))
    disc(13.5, 20.5, stroke / 2, WHITE)
    disc(30, 35, stroke / 2, WHITE)
    disc(21, 34, 5, GOLD)
    draw.rectangle([0, (HEIGHT - 14) * SCALE, WIDTH * SCALE, HEIGHT * SCALE], GOLD)
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def main() -> None:
    """Write the picture."""
    picture = mark(100, 165, 260)
    draw = ImageDraw.Draw(picture)
    bold, regular = (str(vendor_path("sarabun", f"Sarabun_{face}.ttf")) for face in ("600SemiBold", "400Regular"))
    draw.text((430, 300), "รวม", WHITE, ImageFont.truetype(bold, 190), anchor="ls")
    draw.text((432, 375), "ลงทะเบียน · เช็กอิน · เกียรติบัตร", WHITE, ImageFont.truetype(regular, 46), anchor="ls")
    draw.text((432, 430), "Registration · Check-in · Certificates", QUIET, ImageFont.truetype(regular, 36), anchor="ls")
    picture.quantize(64).save(OUTPUT, optimize=True)


if __name__ == "__main__":
    main()
