"""A product of the test's own, in this process: its database is at hand, and its network can fail in every way."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from blueprints.checkin import devices, services
from core.qr import qr_png
from core.transaction import transaction
from models import Device, Event, Registration, Scan, db, now
from tests.databases import free_port
from tests.factories import Factory

ALL = ("search", "undo", "force", "walk_in", "substitute")
PORTAL = b"<!doctype html><title>Hotel Wi-Fi</title><h1>Please sign in</h1>"


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_arguments: object) -> None:
        pass


class House:
    """`house.fault` stands between the server and the phone: None, "503" or "portal"; `house.stop()` is a killed server."""

    def __init__(self, app: Flask) -> None:
        self.app, self.fault, self.port = app, "", free_port()
        self.contexts: list[BrowserContext] = []
        self.errors: list[str] = []
        self.url = f"http://127.0.0.1:{self.port}"
        app.config["BASE_URL"] = self.url
        self.server: BaseWSGIServer | None = None
        self.start()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.fault == "503":
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"busy"]
        if self.fault == "portal":
            start_response("200 OK", [("Content-Type", "text/html")])
            return [PORTAL]
        return self.app(environ, start_response)

    def start(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self, threaded=True, request_handler=_Quiet)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        assert self.server
        self.server.shutdown()
        self.server.server_close()

    def close(self) -> None:
        """The end: nothing went wrong unseen."""
        for context in self.contexts:
            context.close()
        self.stop()
        assert self.errors == []

    @contextmanager
    def rows(self) -> Iterator[Factory]:
        """Read or make rows that are really committed."""
        with self.app.app_context():
            try:
                with transaction():
                    yield Factory()
            finally:
                db.session.remove()

    def event(self, people: int = 2, **given: Any) -> tuple[int, list[str]]:
        """An event that runs now; its id and its people's codes."""
        with self.rows() as make:
            event = make.event(**{"starts_at": now() - timedelta(hours=1), "ends_at": now() + timedelta(hours=6)} | given)
            codes = [make.registration(event, first_name=f"กัญญา{n}", last_name="ตัวอย่าง").code for n in range(people)]
            services.ensure_checkpoints(event)
            return event.id, codes

    def link(self, event_id: int, grants: Iterable[str] = ALL, **more: Any) -> str:
        with self.rows():
            token = devices.enrolment(db.session.get_one(Event, event_id), "ประตูหน้า", tuple(grants), None, **more)
        return f"{self.url}/door/enrol/{token}"

    def scans(self, event_id: int) -> list[Scan]:
        """What is stored, in the order of arrival, readable after the session has gone."""
        with self.app.app_context():
            found = list(db.session.scalars(select(Scan).where(Scan.event_id == event_id).order_by(Scan.id)))
            db.session.expunge_all()
            db.session.remove()
            return found

    def stored(self, event_id: int, number: int) -> list[Scan]:
        """What is stored, once it is that many."""
        for _ in range(200):
            if len(found := self.scans(event_id)) >= number:
                return found
            time.sleep(.1)
        raise AssertionError(f"{len(found)} scans arrived, not {number}")

    def device(self, event_id: int) -> Device:
        with self.app.app_context():
            return db.session.scalars(select(Device).where(Device.event_id == event_id).order_by(Device.id.desc())).first()

    def person(self, code: str) -> Registration:
        with self.app.app_context():
            return db.session.scalars(select(Registration).where(Registration.code == code)).one()

    def phone(self, chromium: Browser, event_id: int, grants: Iterable[str] = ALL, lang: str = "th", **more: Any) -> Page:
        """A phone that has been enrolled and has everything it needs to work offline."""
        context: BrowserContext = chromium.new_context(viewport={"width": 360, "height": 740}, locale=f"{lang}-TH")
        self.contexts.append(context)  # one open camera keeps the film from changing for all
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self.link(event_id, grants, **more))
        page.locator("[data-enrol] button").click()
        ready(page)
        if lang == "en":
            page.locator(".door-language button").click()
            ready(page)
        return page


def ready(page: Page) -> None:
    """The app knows its event and the service worker holds it."""
    expect(page.locator("[data-loading]")).to_be_hidden()
    for _ in range(100):
        if page.evaluate("Boolean(navigator.serviceWorker.controller)"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("no service worker")


def dismiss(page: Page) -> None:
    """The staff have seen the verdict."""
    page.evaluate("document.querySelector('[data-result-view]').open && document.querySelector('[data-do=next]').click()")


def read(page: Page, code: str, verdict: str) -> None:
    """Type a code as staff do; wait for the verdict."""
    dismiss(page)
    page.locator("[data-open=typed]").click()
    page.fill("#door-code", code)
    page.locator("[data-typed] .door-primary").click()
    page.locator(f"[data-result-view][open][data-verdict={verdict}]").wait_for()


def unsent(page: Page, number: int) -> None:
    """The screen says how many scans are still on the phone."""
    expect(page.locator("[data-unsent]")).to_have_text(str(number), timeout=30_000)


def code_picture(text: str) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(text, scale=14)))
