"""The door's own modules in a real browser: codes by the judge's vectors, keyboard scanners by their key events."""

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from blueprints.checkin.codes import FROM_THAI_KEYBOARD

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "blueprints/checkin/vectors.json").read_text(encoding="utf-8"))
CODE = "ABCDEFGHIJKLMNOPQRSTUVWX27"


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def address():
    """A server that serves static/."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=ROOT / "static"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/door/clean.js"
    server.shutdown()


@pytest.fixture
def page(chromium, address):
    """A blank page of that server."""
    page = chromium.new_page()
    page.goto(address)
    return page


def test_the_phone_reads_codes_as_the_server_does(page):
    read = page.evaluate(
        """async ({clean, short, hosts}) => {
            const {cleanCode, shortCode} = await import('/door/clean.js');
            return [...clean.map(({raw}) => cleanCode(raw, hosts)), ...short.map(({raw}) => shortCode(raw))];
        }""",
        VECTORS,
    )
    assert read == [vector["code"] for vector in VECTORS["clean"] + VECTORS["short"]]


TO_PHONE = """(value) => {
    // The table speaks of ISO times and snake_case; the phone of milliseconds and camelCase.
    const times = /(_at|^at|_in|_out)$/;
    const turn = (name, value) => (times.test(name) && typeof value === 'string' && value.includes('T') ? Date.parse(value) : value);
    const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [camel(name), turn(name, one)]));
}"""


def test_the_phone_judges_as_the_server_does(page):
    wrong = page.evaluate(
        """async ({vectors, toPhone}) => {
            const turn = eval(toPhone);
            const {judge} = await import('/door/judge.js');
            const {attendance} = await import('/door/attendance.js');
            const {defaults} = vectors;
            const log = (scans = []) => scans.map((scan) => turn({...defaults.past, ...scan}));
            const differing = (name, answer, expect) =>
                Object.entries(turn(expect)).filter(([key, value]) => JSON.stringify(answer[key]?.nonce ?? answer[key]) !== JSON.stringify(value))
                    .map(([key, value]) => [name, key, answer[key], value]);
            return [
                ...vectors.judge.flatMap((vector) => differing(vector.name, judge(
                    defaults.event_id,
                    turn({...defaults.checkpoint, ...vector.checkpoint}),
                    vector.known === null ? null : turn({...defaults.known, ...vector.known}),
                    turn({...defaults.attempt, ...vector.attempt}),
                    log(vector.log),
                ), vector.expect)),
                ...vectors.attendance.flatMap((vector) => differing(
                    vector.name,
                    attendance(log(vector.log), vector.policy, vector.all_out_at ? Date.parse(vector.all_out_at) : null),
                    vector.expect,
                )),
            ];
        }""",
        {"vectors": VECTORS, "toPhone": TO_PHONE},
    )
    assert wrong == []


@pytest.fixture
def press(page):
    """Press keys `[key, code, shift, milliseconds since the key before]`; returns the readings and the field's text."""
    page.evaluate(
        """async () => {
            document.body.innerHTML = '<input>';
            window.readings = [];
            if (window.listening) return;
            window.listening = true;
            const {listenForScanner} = await import('/door/wedge.js');
            listenForScanner((candidates) => window.readings.push(candidates));
        }"""
    )

    def run(keys, in_field=False):
        return page.evaluate(
            """({keys, inField}) => {
                const field = document.querySelector('input');
                inField ? field.focus() : field.blur();
                let clock = performance.now();
                for (const [key, code, shiftKey, pause] of keys) {
                    const event = new KeyboardEvent('keydown', {key, code, shiftKey, bubbles: true});
                    Object.defineProperty(event, 'timeStamp', {value: clock += pause});
                    document.activeElement.dispatchEvent(event);
                    if (inField && key.length === 1) field.value += key;
                }
                return [window.readings, field.value];
            }""",
            {"keys": keys, "inField": in_field},
        )

    return run


def keys_of(text, pause=10, layout=None):
    """The key events of a scanner that types `text` on a United States keyboard, read by the system as `layout`."""
    names = {**{str(digit): f"Digit{digit}" for digit in range(10)}, ":": "Semicolon", "/": "Slash", ".": "Period"}
    shifted = [character.isupper() or character == ":" for character in text]
    typed = text.translate(layout) if layout else text
    codes = [names.get(character, f"Key{character.upper()}") for character in text]
    return [list(key) + [pause] for key in zip(typed, codes, shifted, strict=True)] + [["Enter", "Enter", False, pause]]


def test_a_scanner_is_read_anywhere_on_the_page(press):
    readings, _ = press(keys_of(CODE))
    assert [candidates[0] for candidates in readings] == [CODE]


def test_a_scanner_is_read_while_the_keyboard_is_thai(press):
    to_thai = {us: thai for thai, us in FROM_THAI_KEYBOARD.items()}
    url = f"HTTPS://RUAM.EXAMPLE/T/{CODE}"
    readings, _ = press(keys_of(url, layout=to_thai))
    assert readings[0][0] == url
    without_codes = [[key, "", shift, pause] for key, _, shift, pause in keys_of(url, layout=to_thai)[:-1]]
    readings, _ = press([*without_codes, ["Enter", "Enter", False, 10]])
    assert url in readings[1]


def test_what_a_scanner_typed_into_a_field_is_taken_out_again(press):
    readings, left = press(keys_of(CODE), in_field=True)
    assert (readings[0][0], left) == (CODE, "")


def test_a_person_who_types_into_a_field_is_left_alone(press):
    readings, left = press(keys_of(CODE, pause=120), in_field=True)
    assert (readings, left) == ([], CODE)
