"""A browser object for tests: it follows no redirect on its own, and each page that it opens must be a well-made page."""

from __future__ import annotations

import contextvars
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from models import User, db


class Page:
    """An answer: status, headers, and its HTML to ask by CSS selector."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = BeautifulSoup(response.get_data(as_text=True) if response.mimetype == "text/html" else "", "html.parser")

    def one(self, selector: str) -> Tag:
        """The only element that matches."""
        found = self.html.select(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector!r}"
        return found[0]

    def all(self, selector: str) -> list[Tag]:
        """Every element that matches."""
        return self.html.select(selector)

    def text(self, selector: str = "main") -> str:
        """The text of the only element that matches, with single spaces."""
        return " ".join(self.one(selector).get_text(" ").split())

    def error(self, field: str) -> str:
        """The sentence beside the field."""
        control = self.html.select_one(f'[name="{field}"]')
        assert control is not None, f"no field {field}"
        owner = control if control.get("aria-describedby") else control.find_parent("fieldset") or control
        words = [self.html.find(id=i) for i in (owner.get("aria-describedby") or "").split()]
        return " ".join(w.get_text(" ", strip=True) for w in words if w and "error" in (w.get("id") or ""))

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.response.headers["Location"]


class Browser:
    """One visitor with a cookie jar."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def sign_in(self, user: User) -> Browser:
        """Enter as `user` without the form."""
        user_id, epoch = user.id, user.session_epoch
        with self.client.session_transaction() as session:
            session["user_id"], session["epoch"] = user_id, epoch
        return self

    def speak(self, language: str) -> Browser:
        """Read pages in `language`."""
        with self.client.session_transaction() as session:
            session["language"] = language
        return self

    def open(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """One request in a context of its own, as a server would do it."""
        db.session.flush()
        db.session.commit()  # a savepoint; what the test made is there for the request
        response = contextvars.Context().run(self.client.open, path, method=method, **kwargs)
        db.session.expire_all()
        return response

    def get(self, path: str, status: int = 200, **kwargs: Any) -> Page:
        """Open a page and check that it is well made."""
        page = Page(self.open("GET", path, **kwargs))
        assert page.status == status, f"GET {path}: {page.status}, wanted {status}: {page.response.get_data(as_text=True)[:2000]}"
        if page.response.mimetype == "text/html" and status not in (302, 303):
            check_page(page)
        return page

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 303, **kwargs: Any) -> Page:
        """Send a form with the CSRF token of this browser. A form that is shown again is checked like any page."""
        data = {"csrf_token": self.csrf_token(), **(data or {})}
        page = Page(self.open("POST", path, data=data, **kwargs))
        assert page.status == status, f"POST {path}: {page.status}, wanted {status}: {page.response.get_data(as_text=True)[:3000]}"
        if page.response.mimetype == "text/html" and page.status not in (302, 303):
            check_page(page)
        return page

    def csrf_token(self) -> str:
        """A token that fits this browser's session."""
        with self.client.session_transaction() as session:
            raw = session.setdefault("csrf_token", "raw token of this browser")
        return URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(raw)


def check_page(page: Page) -> None:
    """The rules of a well-made page; `AssertionError` names the broken one."""
    html = page.html
    root = html.find("html")
    assert isinstance(root, Tag) and root.get("lang") in ("th", "en"), "the page names its language"
    assert len(html.find_all("h1")) == 1, f"exactly one h1, found {len(html.find_all('h1'))}"
    assert html.title and html.title.get_text(strip=True), "the page has a title"
    assert len(html.find_all("main")) == 1, "exactly one main"
    ids = [tag["id"] for tag in html.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"ids are unique: {sorted(i for i in ids if ids.count(i) > 1)}"
    for tag in html.find_all(["input", "select", "textarea"]):
        if tag.get("type") in ("hidden", "submit", "button"):
            continue
        labelled = tag.get("aria-label") or tag.get("aria-labelledby") or tag.find_parent("label")
        assert labelled or html.find("label", attrs={"for": tag.get("id")}), f"a label for {tag.get('name')}"
    for form in html.find_all("form"):
        assert form.get("method") and form.get("action"), f"a form with method and action: {form}"[:300]
        if form["method"].lower() == "post" and not form.get("action", "").startswith("http"):
            assert form.find("input", attrs={"name": "csrf_token"}), f"a form with its CSRF token: {form}"[:300]
    for tag in html.find_all("a"):
        assert tag.get("href"), f"a link leads somewhere: {tag}"[:200]
    for tag in html.find_all(True):
        assert tag.get("style") is None, f"nothing inline: {tag}"[:200]
        assert not any(name.startswith("on") for name in tag.attrs), f"nothing inline: {tag}"[:200]
        if tag.name == "script":
            assert tag.get("src"), "no inline script"
        if tag.name == "img":
            assert tag.get("alt") is not None, f"an image says what it shows: {tag}"[:200]
        assert tag.name != "style", "no inline style"
    for described in html.find_all(attrs={"aria-describedby": True}):
        for one in described["aria-describedby"].split():
            assert html.find(id=one), f"aria-describedby names {one}"
