"""An expert's own HTML and CSS: rendered in a sandbox with plain data, so that it can reach nothing but the design's own pictures.

The fragment stands on the sheet in place of the boxes. It may use `static` (whether this is the layer that all share), `person` (what the holder's
certificate says, or nothing), `facts` and `words` (what all say alike), `page` (width and height in millimetres), `boxes()`, `box(name)` and
`asset(name)`; the style sheet may use `asset(name)`. Whatever an address in it says, the renderer fetches data: addresses alone (`core.pdf`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from core.errors import Refused

LONGEST = 50_000  # characters of HTML, and of CSS
#: What has no place on paper and would reach out if a renderer obeyed it.
_FORBIDDEN = re.compile(
    r"<\s*(script|link|base|iframe|frame|object|embed|meta|form|audio|video)\b|javascript\s*:|@import|rel\s*=\s*[\"']?\s*attachment|file\s*:|https?\s*:",
    re.IGNORECASE)
_ADDRESS = re.compile(r"url\(\s*[\"']?\s*(?!\{\{\s*asset\(|data:image/)", re.IGNORECASE)


class Forbidden(Refused):
    """The HTML or CSS names what a certificate must not reach for."""

    def __init__(self, field: str, line: int, what: str) -> None:
        super().__init__(_l("Line %(line)s: “%(what)s” is not allowed. A certificate shows its own pictures alone: upload them and write "
                            "{{ asset(\"name\") }}.", line=line, what=what), field)


class Unreadable(Refused):
    """The HTML or CSS is no template."""

    def __init__(self, field: str, line: int, what: str) -> None:
        super().__init__(_l("Line %(line)s cannot be read: %(what)s", line=line, what=what), field)


class TooDeep(Refused):
    """The HTML or CSS is nested deeper than a template can be read."""

    def __init__(self, field: str) -> None:
        super().__init__(_l("This is nested too deeply to be read. Write it with fewer brackets and blocks inside one another."), field)


class Broken(Exception):
    """The expert's HTML or CSS failed while it was filled in."""


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """No files, no attributes of objects, no names that are not given."""
    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    env.globals = {"range": env.globals["range"]}
    return env


def check(html: str, css: str) -> None:
    """Raises `Forbidden`, `Unreadable` or `TooDeep` for the first thing that is wrong. Nothing is run."""
    for field, text in (("html", html), ("css", css)):
        found = _FORBIDDEN.search(text) or _ADDRESS.search(text)
        if found:
            raise Forbidden(field, text.count("\n", 0, found.start()) + 1, found[0].strip()[:40])
        try:
            environment().parse(text)
        except TemplateSyntaxError as error:
            raise Unreadable(field, error.lineno, error.message or "") from None
        except RecursionError:
            raise TooDeep(field) from None


def filled(text: str, known: Mapping[str, Any], *, css: bool = False) -> Markup:
    """The template filled in with plain data and the given functions. Raises `Broken`."""
    try:
        template = environment().from_string(text)
        said = template.render(known)
    except (TemplateError, ArithmeticError, LookupError, OverflowError, TypeError, ValueError, RecursionError, SyntaxError) as error:
        # a SyntaxError: Python takes no more than twenty loops inside one another
        raise Broken(f"{type(error).__name__}: {error}"[:300]) from None
    if css and "</" in said:
        raise Broken("</ in CSS")
    return Markup(said)


def asset_of(pictures: Mapping[str, Markup]) -> Callable[[str], Markup]:
    """What `asset` is in a template: the address of one of the design's own pictures, which holds the picture itself."""
    def asset(name: str) -> Markup:
        try:
            return pictures[name]
        except KeyError:
            raise Broken(f"no picture is called {name!r}") from None

    return asset
