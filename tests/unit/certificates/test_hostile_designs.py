"""Designs made to blow up end in a sentence, in the process that has limits, and the next design is pressed as if nothing had been."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from flask import Flask

from blueprints.certificates import gallery, pressroom
from blueprints.certificates.design import Design
from blueprints.certificates.pressroom import DesignBroken, Pressroom

from .conftest import make_facts

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
ENTITIES = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
USES = '<g id="a0"><rect width="1" height="1"/></g>' + "".join(f'<g id="a{n}">{f"""<use xlink:href="#a{n - 1}"/>""" * 10}</g>' for n in range(1, 9))


def picture(svg: str) -> str:
    return f"<img src='data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}'>"


@pytest.mark.parametrize("html", [
    picture(f'<!DOCTYPE svg [{ENTITIES}]>{SVG}<text>&a9;</text></svg>'),
    picture(f'{SVG}<defs>{USES}</defs><use xlink:href="#a8"/></svg>'),
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{{ ('x' * 99999999) * 99999999 }}", "{{ '%0999999999d' % 1 }}",
], ids=["entities", "uses", "loops", "text", "format"])
def test_it_ends_in_a_sentence_and_harms_no_other(app: Flask, monkeypatch: pytest.MonkeyPatch, html: str) -> None:
    monkeypatch.setitem(app.config, "RENDER_IN_PROCESS", False)
    monkeypatch.setattr(pressroom, "CPU", 3.0)
    good = gallery.resolved(Design(template="plain"))
    with Pressroom() as room:
        with pytest.raises(DesignBroken) as caught:
            room.check(pressroom.plate(replace(good, html="{{ boxes() }}" + html).to_json()), make_facts(1).to_json())
        assert str(caught.value.message)
        room.check(pressroom.plate(good.to_json()), make_facts(1).to_json())
