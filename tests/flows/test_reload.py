"""The program is loaded anew and stopped while people use it: every request is answered."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.config import ROOT
from tests.databases import free_port


class Product:
    """Web server and worker, as `make run` and systemd start them."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        environ = {name: value for name, value in os.environ.items() if name not in ("JOBS_URL", "DATABASE_URL")}
        environ |= {"INSTANCE_DIR": str(folder), "SECRET_KEY": "only-for-tests", "PORT": str(self.port), "METRICS_TOKEN": "token",
                    "BASE_URL": f"http://127.0.0.1:{self.port}"}
        subprocess.run([sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"], cwd=ROOT, env=environ, check=True, capture_output=True)
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen([sys.executable, "scripts/serve.py"], cwd=ROOT, env=environ, stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=subprocess.STDOUT)
        self.wait_for(b"Ruam is ready")

    def wait_for(self, words: bytes, times: int = 1) -> None:
        until = time.monotonic() + 60
        while (self.folder / "log").read_bytes().count(words) < times:
            assert time.monotonic() < until and self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def web(self) -> str:
        return (self.folder / ".web-ready").read_text()


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    product = Product(tmp_path)
    yield product
    if product.process.poll() is None:
        product.process.terminate()
        product.process.wait(30)
    product.log.close()


def test_loading_anew_loses_no_request(product: Product) -> None:
    stop, answers, first = threading.Event(), Counter[object](), product.web()

    def visit() -> None:
        while not stop.is_set():
            try:
                answers[product.get("/sign-in")[0]] += 1
            except (OSError, http.client.HTTPException) as error:
                answers[repr(error)] += 1

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for times in (1, 2):
        product.process.send_signal(signal.SIGHUP)
        product.wait_for(b"has taken over", times)
        time.sleep(1)
    stop.set()
    for visitor in visitors:
        visitor.join()
    assert set(answers) == {200} and answers[200] > 50
    assert product.web() != first
    until = time.monotonic() + 30
    while product.get("/readyz")[0] != 200:
        assert time.monotonic() < until, product.get("/readyz")
        time.sleep(0.2)
    assert b"ruam_request_seconds_count" in product.get("/metrics", Authorization="Bearer token")[1]


def test_a_stop_waits_for_the_request_that_is_under_way(product: Product) -> None:
    body = b"email=a%40example.org&password=x"
    with socket.create_connection(("127.0.0.1", product.port), timeout=30) as slow:
        slow.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                     b"Content-Length: %d\r\n\r\n%s" % (len(body), body[:5]))
        time.sleep(0.5)
        product.process.terminate()
        time.sleep(1.5)
        slow.sendall(body[5:])
        answer = slow.recv(1000)
    assert answer.startswith(b"HTTP/1.1 422"), "a form without its token: read as a whole, and answered"
    assert product.process.wait(30) == 0
    lines = [json.loads(line) for line in (product.folder / "log").read_text().splitlines() if line.startswith("{")]
    assert {"endpoint", "status", "ms"} <= set(next(line for line in lines if line.get("method") == "POST"))
