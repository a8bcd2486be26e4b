"""A client of the API in plain Python, to begin with. It needs nothing but the standard library.

    export RUAM_URL=https://ruam.example.org RUAM_TOKEN=ruam_…
    python ruam.py events                              # what the token may see
    python ruam.py registrations 12 > people.csv       # everybody of event 12
    python ruam.py register 12 < new.json              # one person: {"first_name": "กัญญา", "category_id": "3", …}
"""

from __future__ import annotations

import csv
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from base64 import b64decode, b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

TRIES = 5


class Refused(Exception):
    """What the service said no to: `status`, `detail` for a person, `errors` by field."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.detail, self.errors = status, problem.get("detail", ""), problem.get("errors", {})
        super().__init__(f"{status} {self.detail} {self.errors or ''}".strip())


class Ruam:
    """Calls below /api/v1 of one installation."""

    def __init__(self, url: str, token: str, language: str = "en") -> None:
        self.url, self.headers = url.rstrip("/"), {"Authorization": f"Bearer {token}", "Accept-Language": language}

    def get(self, path: str) -> Any:
        """Read something: `get("events/12")`."""
        return self._call("GET", path)

    def post(self, path: str, **fields: Any) -> Any:
        """Change something: `post("events/12/publish")`. However often it is tried, it is done once."""
        return self._call("POST", path, fields, {"Idempotency-Key": str(uuid.uuid4())})

    def change(self, path: str, **fields: Any) -> Any:
        """Change some fields of a form and leave the others as they are: `change("events/12/edit", title_en="New title")`."""
        return self.post(path, **{**self.get(path)["values"], **fields})

    def each(self, path: str) -> Iterator[dict[str, Any]]:
        """Every row of a list, part by part: `each("events/12/registrations")`."""
        following: str | None = path
        while following:
            part = self.get(following)
            yield from part["items"]
            following = part["next"]

    def _call(self, method: str, path: str, content: dict[str, Any] | None = None, more: dict[str, str] | None = None) -> Any:
        address = self.url + (path if path.startswith("/api/") else f"/api/v1/{path}")
        data = None if content is None else json.dumps(content).encode()
        for number in range(TRIES):
            request = urllib.request.Request(address, data, {**self.headers, "Content-Type": "application/json", **(more or {})}, method=method)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code not in (429, 502, 503, 504) or number == TRIES - 1:
                    raise Refused(error.code, json.loads(error.read() or b"{}")) from None
                wait = float(error.headers.get("Retry-After") or 2**number)
            except (urllib.error.URLError, TimeoutError):
                if number == TRIES - 1:
                    raise
                wait = 2.0**number
            time.sleep(wait)
        raise AssertionError("not reached")


def is_from_ruam(secret: str, headers: dict[str, str], body: bytes, within: int = 300) -> bool:
    """Whether what a webhook was told is genuine and at most `within` seconds old."""
    moment = headers["webhook-timestamp"]
    signed = f"{headers['webhook-id']}.{moment}.".encode() + body
    expected = "v1," + b64encode(hmac.new(b64decode(secret.removeprefix("whsec_")), signed, sha256).digest()).decode()
    return abs(time.time() - int(moment)) <= within and hmac.compare_digest(expected, headers["webhook-signature"])


def main(words: list[str]) -> None:
    """The commands of the text above."""
    ruam = Ruam(os.environ["RUAM_URL"], os.environ["RUAM_TOKEN"])
    match words:
        case ["events"]:
            for event in ruam.each("events"):
                print(event["id"], event["starts_at"][:10], event["title_th"], sep="\t")
        case ["registrations", event_id]:
            rows = list(ruam.each(f"events/{event_id}/registrations"))
            writer = csv.DictWriter(sys.stdout, list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(rows)
        case ["register", event_id]:
            print(ruam.post(f"events/{event_id}/registrations/new", **json.load(sys.stdin))["location"])
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
