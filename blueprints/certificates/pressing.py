"""What the limited process does for `pressroom`: press certificates of one design, and sign them. Plain values in, files and JSON out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from blueprints.certificates import pdf, signing
from blueprints.certificates.design import Design, Load
from blueprints.certificates.facts import Facts
from core.p12 import Seal

SAMPLE_HOLDER = "นางสาวตัวอย่าง นามสกุลสมมติ"


class PictureMissing(Exception):
    """A picture of the design is not in storage, or is not what it was."""


@dataclass(frozen=True)
class Plate:
    """Everything that certificates pressed together share. `design` is JSON; `pictures` is where the stored ones lie, by SHA-256."""

    design: str
    pictures: tuple[tuple[str, str], ...] = ()
    specimen: bool = False
    background: bool = True
    layered: bool = True


@lru_cache(maxsize=4)
def press_of(plate: Plate) -> pdf.Press:
    """The press for a plate; it keeps what it has rendered of the layers."""
    design = Design.from_json(json.loads(plate.design))
    return pdf.Press(replace(design, specimen=plate.specimen), _loader(dict(plate.pictures)), background=plate.background, layered=plate.layered)


def _loader(pictures: dict[str, str]) -> Load:
    def load(sha256: str) -> bytes:
        try:
            data = Path(pictures[sha256]).read_bytes()
        except (KeyError, OSError):
            raise PictureMissing(sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise PictureMissing(sha256)
        return data

    return load


def individual(plate: Plate, people: Sequence[dict[str, Any]], folder: str, seal: Seal | None) -> list[dict[str, Any]]:
    """A file in `folder` for each of `people`, and for each its path and what is to be known of its signature."""
    made = []
    for number, file in enumerate(press_of(plate).individual(Facts.from_json(facts) for facts in people)):
        signature = None
        if seal:
            file, signature = signing.sign(file, seal, reason=people[number]["number"])
        path = Path(folder) / f"{number}.pdf"
        path.write_bytes(file)
        made.append({"path": str(path), "signature": signature})
    return made


def merge(plate: Plate, out: str, people: Iterable[dict[str, Any]]) -> None:
    """One file at `out`, a page for each of `people`."""
    press_of(plate).merge((Facts.from_json(facts) for facts in people), Path(out))


def sample(plate: Plate, facts: dict[str, Any]) -> None:
    """Press one with a harmless holder. What this raises is the design's fault."""
    list(press_of(plate).individual([_sample_of(Facts.from_json(facts))]))


def looks_the_same(plate: Plate, people: Sequence[dict[str, Any]]) -> bool:
    """Whether the certificate of whoever has the longest name looks the same in layers as rendered directly."""
    longest = max(map(Facts.from_json, people), key=lambda facts: len(facts.holder_th))
    press = press_of(plate)
    return pdf.looks_the_same(press.design, longest, press.load)


def _sample_of(facts: Facts) -> Facts:
    return replace(facts, number="1", holder_th=SAMPLE_HOLDER, holder_en="", organisation="", replaces="")
