"""The real product on a throw-away instance with the demonstration, a browser with a fake camera, and what tests see on the way."""

from __future__ import annotations

import io
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.config import ROOT
from core.qr import qr_png
from tests.browser.house import House
from tests.conftest import settings
from tests.databases import free_port

expect.set_options(timeout=15_000)  # a busy machine is no failure
SHOTS = ROOT / "build" / "screenshots"
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@dataclass(frozen=True)
class Site:
    """A running product: its address, its instance folder, and the demo organiser's e-mail and password."""

    url: str
    instance: Path
    email: str
    password: str

    def mails(self) -> list[Path]:
        """The e-mails that were not sent, oldest first."""
        return sorted((self.instance / "mail").glob("*.eml"))


@contextmanager
def running(*command: str, environ: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is stopped at the end, by its id."""
    with log.open("ab") as file:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environ, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product as `make run` starts it: web server, job worker, demonstration."""
    instance = tmp_path_factory.mktemp("site")
    url = f"http://127.0.0.1:{free_port()}"
    environ = {name: value for name, value in os.environ.items() if name not in ("JOBS_URL", "DATABASE_URL")}
    environ |= {"INSTANCE_DIR": str(instance), "SECRET_KEY": "only-for-tests", "BASE_URL": url, "PORT": url.rpartition(":")[2]}
    log = instance / "log"
    with log.open("ab") as file:
        subprocess.run([sys.executable, "-m", "flask", "--app", "app", "demo", "--migrate"], cwd=ROOT, env=environ, check=True, stdout=file)
    _let_today_last(instance / "ruam.sqlite3")
    with (running("gunicorn", "-c", "scripts/gunicorn.conf.py", environ=environ, log=log),
          running("flask", "--app", "app", "worker", environ=environ, log=log)):
        _wait(url, log)
        email, password = (instance / "demo-sign-in.txt").read_text().split()
        yield Site(url, instance, email, password)


def at_desk(site: Site, chromium: Browser) -> Page:
    """The demo organiser at a desk, signed in, in Thai."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="th-TH").new_page()
    page.set_default_timeout(15000)
    page.goto(f"{site.url}/sign-in")
    page.fill("[name=email]", site.email)
    page.fill("[name=password]", site.password)
    page.click("main button.btn-primary")
    page.wait_for_load_state()
    return page


def _let_today_last(database: Path) -> None:
    """The event of today goes on past midnight, so that it is open at whatever hour the tests run."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE event SET ends_at = datetime(ends_at, '+1 day') || '.000000' WHERE slug = 'today'")


def _wait(url: str, log: Path) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"the server did not answer:\n{log.read_text()[-4000:]}")


def jpeg(picture: Image.Image) -> bytes:
    """A frame of 1280 × 720 with the picture in its middle."""
    frame = Image.new("RGB", (1280, 720), "#777")
    picture = picture.convert("RGB")
    picture.thumbnail((1100, 560))
    frame.paste(picture, ((1280 - picture.width) // 2, (720 - picture.height) // 2))
    file = io.BytesIO()
    frame.save(file, "JPEG", quality=90)
    return file.getvalue()


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Image.Image], None]:
    """Hold a picture before the fake camera; a page sees it when it opens the camera."""
    film = tmp_path_factory.mktemp("camera") / "film.mjpeg"

    def show(*pictures: Image.Image) -> None:
        """Several are shown one after the other, a second and a half each, again and again."""
        draft = film.with_suffix(".new")
        with draft.open("wb") as file:
            for picture in pictures:
                file.write(jpeg(picture) * (45 if len(pictures) > 1 else 1))
        os.replace(draft, film)

    show(Image.open(io.BytesIO(qr_png("nothing", scale=8))))
    show.film = film  # type: ignore[attr-defined]
    return show


@pytest.fixture(scope="session")
def chromium(camera: Callable[[Image.Image], None]) -> Iterator[Browser]:
    """One browser for the run. Each test opens contexts of its own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[
            *QUIET, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera.film}"])  # type: ignore[attr-defined]
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def phones_are_put_away(request: pytest.FixtureRequest) -> Iterator[None]:
    """An open camera keeps the film from changing for every other page."""
    yield
    if "chromium" in request.fixturenames:
        for context in request.getfixturevalue("chromium").contexts:
            context.close()


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots are kept after the run."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A product of this test's own."""
    from app import create_app
    from models import db

    app = create_app(settings(tmp_path, ""))
    with app.app_context():
        db.create_all()
    house = House(app)
    yield house
    house.close()
    with app.app_context():
        db.engine.dispose()
