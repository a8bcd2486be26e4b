"""How values of a report are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from blueprints.reports.document import Kind, Row, percent, ratio, shown


@pytest.mark.parametrize(("value", "kind", "text"), [
    (None, Kind.COUNT, "–"), ("", Kind.WORDS, "–"), (0, Kind.COUNT, "0"), (12345, Kind.COUNT, "12,345"),
    (Decimal("4.50"), Kind.FIGURE, "4.50"), (Decimal("86.67"), Kind.PERCENT, "86.67 %"), (date(2020, 7, 17), Kind.DAY, "17\u00a0ก.ค. 63"),
])
def test_a_value_is_written_as_its_kind_says(app: Flask, value: object, kind: Kind, text: str) -> None:
    assert shown(value, kind) == text  # type: ignore[arg-type]


def test_official_papers_like_thai_digits(app: Flask) -> None:
    assert shown(12345, Kind.COUNT, thai_digits=True) == "๑๒,๓๔๕"


def test_shares_are_rounded_half_up_and_nothing_has_none() -> None:
    assert percent(2, 3) == Decimal("66.67") and percent(1, 800) == Decimal("0.13")  # 0.125 is rounded up
    assert percent(0, 5) == 0 and percent(0, 0) is None
    assert ratio(7, 2) == Decimal("3.50")


def test_a_cell_without_an_address_cannot_be_opened() -> None:
    assert Row(("A", 1), ("/a",)).behind(0) == "/a"
    assert Row(("A", 1), ("/a",)).behind(1) is None
