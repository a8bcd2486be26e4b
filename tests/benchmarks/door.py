"""The phone at the door: what the roster weighs, how fast a frame becomes text and a text a verdict, and which codes are read at all."""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from PIL import Image, ImageFilter, ImageOps
from playwright.sync_api import Page, sync_playwright

from app import create_app
from blueprints.checkin import roster
from core.codes import new_code
from core.qr import qr_png
from models import Device, Event, Registration, db
from tests.browser.house import House
from tests.conftest import settings

PEOPLE, SCANS, FRAMES = 10_000, 300, 60
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
FIRST, LAST = ("กัญญ์ณัฏฐ์", "น้ำทิพย์", "สมชาย", "ปิ่น", "ญาณี", "วรรณวิสา"), ("ศิริวัฒนพงศ์เจริญกิจ", "ก้ำแก้ว", "ใจดี", "ฐิติกุล", "สุขสำราญ")
ORGANISATIONS = [f"บริษัท เครื่องมือแพทย์ล้านนา {n} จำกัด" for n in range(400)]

VERDICTS = """async ({modules, codes, checkpoint, hosts, url}) => {
    const load = (name) => import(`${modules}/${name}.js`);
    const [{Store}, {Desk}, {uuid}] = await Promise.all([load('store'), load('desk'), load('uuid')]);
    const store = await Store.open();
    const desk = new Desk(store, {online: false, offset: 0}, hosts);
    desk.facts = await store.fact('facts');
    const alone = [], asked = [], verdicts = {};
    for (const code of codes) {
        const begin = performance.now();
        const {result} = await desk.scan({code, source: 'camera', direction: 'in'}, checkpoint);
        alone.push(performance.now() - begin);
        verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + (result.name ? 1 : 0);
    }
    for (const code of codes.slice(0, 60)) {
        const scan = {nonce: uuid(), code, source: 'camera', direction: 'in', claimed_at: new Date().toISOString()};
        const begin = performance.now();
        const body = JSON.stringify({checkpoint, scans: [scan]});
        await (await fetch(url, {method: 'POST', headers: {'Content-Type': 'application/json'}, body})).json();
        asked.push(performance.now() - begin);
    }
    return {alone, asked, verdicts};
}"""

DECODES = """async ({modules, worker, pictures}) => {
    const {Decoder, pixels} = await import(`${modules}/decoder.js`);
    const decoder = new Decoder(worker);
    const read = [];
    for (const picture of pictures) {
        const image = new Image();
        image.src = `data:image/png;base64,${picture}`;
        await image.decode();
        const canvas = document.createElement('canvas');
        const begin = performance.now();
        const text = await decoder.decode(pixels(canvas, image, image.width, image.height));
        read.push([text, performance.now() - begin]);
    }
    return read;
}"""


def rows(folder: Path) -> list[tuple[str, str, str, str, str]]:
    """The rows of the phone, measured in Chromium on this machine."""
    app = create_app(settings(folder, ""))
    with app.app_context():
        db.create_all()
    house = House(app)
    try:
        event_id, codes = crowd(house)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            phone = house.phone(browser, event_id)
            out = [weight(house), *phone_rows(phone, codes, house), *decoder_rows(phone)]
            browser.close()
        return out
    finally:
        house.contexts.clear()
        house.close()


def crowd(house: House) -> tuple[int, list[str]]:
    """An event of 10,000 people with names and organisations of ordinary length."""
    event_id, _codes = house.event(capacity=PEOPLE + 10)
    dice = random.Random(1)
    codes = [new_code() for _ in range(PEOPLE)]
    with house.rows():
        one = db.session.scalars(db.select(Registration).where(Registration.event_id == event_id)).first()
        template = {c.key: getattr(one, c.key) for c in Registration.__table__.columns if c.key not in ("id", "form_key")}
        db.session.execute(db.insert(Registration), [template | {
            "code": code, "manage_token": new_code(), "person_key": f"bench-{n}", "title": "นางสาว", "first_name": dice.choice(FIRST),
            "last_name": dice.choice(LAST), "organisation_name": dice.choice(ORGANISATIONS)} for n, code in enumerate(codes)])
    return event_id, codes


def weight(house: House) -> tuple[str, str, str, str, str]:
    """Bytes of the whole roster on the wire, by person, beside the same list with its names in plain JSON."""
    with house.app.app_context():
        device = db.session.scalars(db.select(Device)).first()
        pages, after = [], 0
        while after is not None:
            told = roster.roster(device, after=after)
            pages.append(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())
            after = told["more"]
        event = db.session.scalars(db.select(Event)).first()
        people = db.session.scalars(db.select(Registration).where(Registration.event_id == event.id))
        plain = [{"id": p.id, "code": p.code, "name": f"{p.title}{p.first_name} {p.last_name}", "organisation": p.organisation_name,
                  "status": p.status.value, "category": p.category_id} for p in people]
        db.session.remove()
    sealed = sum(len(gzip.compress(page, 6)) for page in pages) / PEOPLE
    bare = len(gzip.compress(json.dumps(plain, ensure_ascii=False).encode(), 6)) / PEOPLE
    beside = f"{bare:.0f} bytes when names and codes are sent in the open"
    return "roster on the wire, a person", f"{sealed:.0f} bytes", "≤ 200 bytes", beside, f"1×{PEOPLE}"


def phone_rows(phone: Page, codes: list[str], house: House) -> Iterator[tuple[str, str, str, str, str]]:
    """From the decoded text to the kept verdict, and from asking the server for each."""
    chosen = random.Random(2).sample(codes, SCANS)
    measured = phone.evaluate(VERDICTS, _with(phone) | {
        "codes": chosen, "checkpoint": int(phone.locator("[data-checkpoint]").input_value()), "hosts": [f"127.0.0.1:{house.port}"],
        "url": "/door/api/scans"})
    assert measured["verdicts"] == {"ok": SCANS}, measured["verdicts"]
    alone, asked = measured["alone"], measured["asked"]
    yield ("phone: text → kept verdict, roster of 10,000, offline", _spread(alone), "p95 ≤ 5 ms",
           f"{median(asked) / median(alone):.1f}× faster than one request a scan ({median(asked):.1f} ms, on loopback)", f"1×{SCANS}")


def decoder_rows(phone: Page) -> Iterator[tuple[str, str, str, str, str]]:
    """Frames of 1280 × 720 with a ticket's code, distorted as phones and screens do."""
    sets = {name: list(pictures) for name, pictures in distorted()}
    clean = [frame(code(), 260 + 6 * (n % 30)) for n in range(FRAMES)]
    times = [ms for _text, ms in read(phone, clean)]
    yield "phone: camera frame → text (1280×720)", _spread(times[5:]), "p95 ≤ 30 ms", "", f"1×{FRAMES - 5}"
    good, wrong, total, parts = 0, 0, 0, []
    for name, pictures in sets.items():
        texts = [text for text, _ms in read(phone, [picture for picture, _text in pictures])]
        right = sum(got == text for got, (_picture, text) in zip(texts, pictures, strict=True))
        wrong += sum(got not in (None, text) for got, (_picture, text) in zip(texts, pictures, strict=True))
        good, total = good + right, total + len(pictures)
        parts.append(f"{name} {right}/{len(pictures)}")
    yield f"decoded of {total} distorted codes", f"{100 * good / total:.0f} %, {wrong} wrong", "0 wrong", "; ".join(parts), "1"


def read(phone: Page, pictures: list[Image.Image]) -> list[tuple[str | None, float]]:
    def png(picture: Image.Image) -> str:
        file = io.BytesIO()
        picture.save(file, "PNG")
        return base64.b64encode(file.getvalue()).decode()

    worker = phone.locator("[data-door]").get_attribute("data-url-worker")
    return [tuple(one) for one in phone.evaluate(DECODES, _with(phone) | {"worker": worker, "pictures": [png(picture) for picture in pictures]})]


def distorted() -> Iterator[tuple[str, Iterator[tuple[Image.Image, str]]]]:
    """Named sets of (frame, its text)."""
    def each(values: list[Any], spoil: Any) -> Iterator[tuple[Image.Image, str]]:
        for value in values:
            text = code()
            yield spoil(text, value), text

    yield "size 70–400 px", each([70, 90, 120, 160, 220, 300, 400], lambda text, side: frame(text, side))
    yield "rotated 10–180°", each(list(range(10, 181, 17)), lambda text, angle: frame(text, 260, angle))
    yield "blurred σ 1–4", each([1, 1.5, 2, 2.5, 3, 3.5, 4], lambda text, sigma: frame(text, 300).filter(ImageFilter.GaussianBlur(sigma)))
    yield "contrast 60–10 %", each([.6, .4, .3, .2, .15, .1], lambda text, part: Image.blend(
        Image.new("RGB", (1280, 720), "#777"), frame(text, 300), part))
    yield "noise σ 20–80", each([20, 35, 50, 65, 80], lambda text, sigma: Image.blend(
        frame(text, 300), Image.effect_noise((1280, 720), sigma * 2).convert("RGB"), .5))
    yield "dark mode", each([120, 200, 300, 400], lambda text, side: ImageOps.invert(frame(text, side)))
    yield "tilted", each([.1, .2, .3, .4, .5], tilted)


def tilted(text: str, lean: float) -> Image.Image:
    """The frame seen from the side: a trapezium whose right edge is shorter by `lean`."""
    seen = (0, 0, 0, 720, 1280, 720 + 720 * lean, 1280, -720 * lean)
    return frame(text, 340).transform((1280, 720), Image.Transform.QUAD, seen, Image.Resampling.BICUBIC)


def frame(text: str, side: int, angle: float = 0) -> Image.Image:
    """A grey frame with the code of `text`, `side` pixels wide, in its middle."""
    drawn = Image.open(io.BytesIO(qr_png(text, scale=12))).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    turned = drawn.rotate(angle, expand=True, fillcolor="#777", resample=Image.Resampling.BICUBIC)
    picture = Image.new("RGB", (1280, 720), "#777")
    picture.paste(turned, ((1280 - turned.width) // 2, (720 - turned.height) // 2))
    return picture


def code() -> str:
    return f"HTTPS://RUAM.EXAMPLE/T/{new_code()}"


def _with(phone: Page) -> dict[str, str]:
    source = phone.locator("script[src$='/door/door.js']").get_attribute("src")
    assert source
    return {"modules": source.rpartition("/")[0]}


def _spread(milliseconds: list[float]) -> str:
    return f"{median(milliseconds):.1f} ms, p95 {quantiles(milliseconds, n=20)[18]:.1f} ms"
