"""What import-linter cannot say: models.py stands alone, and a feature's pages belong to it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN_TO_A_FEATURE = {"views", "manage", "forms", "api"}


def imported(source: str) -> Iterator[str]:
    """Every module that a Python text imports, dotted; for `from a import b` both `a` and `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def foreign_pages(feature: str, source: str) -> list[str]:
    """The imports of another feature's views, forms or API."""
    parts = [module.split(".") for module in imported(source)]
    return [
        ".".join(part)
        for part in parts
        if len(part) == 3 and part[0] == "blueprints" and part[1] != feature and part[2] in OWN_TO_A_FEATURE
    ]


def test_a_foreign_page_would_be_found() -> None:
    source = "from blueprints.events import views\nimport blueprints.events.forms\nfrom blueprints.checkin import api"
    assert foreign_pages("checkin", source) == ["blueprints.events.views", "blueprints.events.forms"]


@pytest.mark.parametrize("feature", sorted(path.parent.name for path in ROOT.glob("blueprints/*/__init__.py")))
def test_a_feature_leaves_the_pages_of_others_alone(feature: str) -> None:
    for path in (ROOT / "blueprints" / feature).rglob("*.py"):
        assert foreign_pages(feature, path.read_text(encoding="utf-8")) == [], path


def test_models_know_neither_features_nor_flask() -> None:
    roots = {module.split(".")[0] for module in imported((ROOT / "models.py").read_text(encoding="utf-8"))}
    assert roots & {"blueprints", "core", "app", "flask", "flask_babel", "werkzeug", "wtforms"} == set()
