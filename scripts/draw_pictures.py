"""Draw what needs pixels: og.png, which a shared link shows, and icon.png of the app at the door. `python -m scripts.draw_pictures`."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from core.assets import vendor_path

IMAGES = Path(__file__).resolve().parent.parent / "static/img"
SCALE = 4  # drawn four times larger, then reduced, for smooth curves
NIGHT, RAISED, WHITE, QUIET, GOLD = "#1b2552", "#2a3566", "#ffffff", "#c9d0ee", "#e8c06a"


def mark(width: int, height: int, left: int, top: int, size: int, raised: str, base: int) -> Image.Image:
    """The mark of favicon.svg on a picture: an open arc that gathers, and the one who joins; `base` is the height of a golden edge."""
    picture = Image.new("RGB", (width * SCALE, height * SCALE), NIGHT)
    draw = ImageDraw.Draw(picture)
    unit = size * SCALE / 48

    def disc(x: float, y: float, radius: float, colour: str) -> None:
        draw.ellipse([(left * SCALE + (x - radius) * unit, top * SCALE + (y - radius) * unit),
                      (left * SCALE + (x + radius) * unit, top * SCALE + (y + radius) * unit)], fill=colour)

    draw.rounded_rectangle([left * SCALE, top * SCALE, (left + size) * SCALE, (top + size) * SCALE], 12 * unit, raised)
    centre, radius, stroke = (24.92, 24.13), 12.0, 5.5
    box = [left * SCALE + (centre[0] - radius - stroke / 2) * unit, top * SCALE + (centre[1] - radius - stroke / 2) * unit,
           left * SCALE + (centre[0] + radius + stroke / 2) * unit, top * SCALE + (centre[1] + radius + stroke / 2) * unit]
    draw.arc(box, 197.6, 65, WHITE, round(stroke * unit))
    disc(13.5, 20.5, stroke / 2, WHITE)
    disc(30, 35, stroke / 2, WHITE)
    disc(21, 34, 5, GOLD)
    if base:
        draw.rectangle([0, (height - base) * SCALE, width * SCALE, height * SCALE], GOLD)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def main() -> None:
    """Write both."""
    mark(512, 512, 56, 56, 400, NIGHT, 0).quantize(32).save(IMAGES / "icon.png", optimize=True)
    picture = mark(1200, 630, 100, 165, 260, RAISED, 14)
    draw = ImageDraw.Draw(picture)
    bold, regular = (str(vendor_path("sarabun", f"Sarabun_{face}.ttf")) for face in ("600SemiBold", "400Regular"))
    draw.text((430, 300), "รวม", WHITE, ImageFont.truetype(bold, 190), anchor="ls")
    draw.text((432, 375), "ลงทะเบียน · เช็กอิน · เกียรติบัตร", WHITE, ImageFont.truetype(regular, 46), anchor="ls")
    draw.text((432, 430), "Registration · Check-in · Certificates", QUIET, ImageFont.truetype(regular, 36), anchor="ls")
    picture.quantize(64).save(IMAGES / "og.png", optimize=True)


if __name__ == "__main__":
    main()
