"""The house keeps its order: sizes, read-only pages, complete catalogues, documented settings, migrations that match the tables."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from core.config import ROOT, SETTINGS
from core.extensions import WriteOnRead
from models import User, db

LIMITS = {"models.py": 900, "tests/": 400, "templates/": 100, "static/": 150}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).exists()]


def limit_of(name: str) -> int:
    return next((lines for prefix, lines in LIMITS.items() if name.startswith(prefix)), 300)


def test_no_file_outgrows_its_room() -> None:
    sizes = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in tracked("*.py", "*.html", "*.js") if "migrations" not in p.parts}
    assert {name: size for name, size in sizes.items() if size > limit_of(name)} == {}


def test_views_are_short() -> None:
    long = {}
    for path in ROOT.glob("blueprints/*/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any("bp." in ast.unparse(d) for d in node.decorator_list):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                if lines > 20:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = lines
    assert long == {}


def test_a_page_that_only_shows_cannot_write(app: Flask) -> None:
    with app.test_request_context("/", method="GET"), pytest.raises(WriteOnRead):
        db.session.add(User(email="x@example.org", name="x"))
        db.session.flush()
    db.session.rollback()


def test_tests_run_on_what_the_product_runs_on() -> None:
    """`make test` installs requirements-dev.txt alone: a pin that is only in requirements.txt breaks a fresh machine."""
    product, tests = (
        {line.split()[0] for line in (ROOT / name).read_text().splitlines() if "==" in line} for name in ("requirements.txt", "requirements-dev.txt"))
    assert product - tests == set()
    wanted = [line.split("~=")[0] for line in (ROOT / "requirements.in").read_text().splitlines() if "~=" in line]
    assert len(wanted) == len(set(wanted))


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_catalogue_is_complete(language: str) -> None:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    lacking = [m.id for m in catalogue if m.id and (m.fuzzy or not (all(m.string) if isinstance(m.string, tuple) else m.string))]
    assert lacking == []


def test_translations_use_the_same_placeholders() -> None:
    with (ROOT / "translations" / "th" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        wrong = [(m.id, list(map(str, m.check()))) for m in read_po(file) if m.id and list(m.check())]
    assert wrong == []


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text()
    assert [name for name in SETTINGS if f"`{name}`" not in text] == []


def test_nothing_unfinished_is_in_the_tree() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", "coming " + "soon", "lorem " + "ipsum")
    found = [f"{p.relative_to(ROOT)}: {mark}" for p in tracked("*.py", "*.html", "*.js", "*.css", "*.md") for mark in marks if mark in p.read_text()]
    assert found == []


def test_no_third_party_asset_is_committed() -> None:
    assert [str(p) for p in tracked("*.min.js", "*.min.css", "*.wasm", "*.ttf", "*.otf", "*.woff", "*.woff2")] == []
