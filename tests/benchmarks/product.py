"""The product under measurement: real processes on a throw-away instance, and what they cost."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from core.config import ROOT

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """Milliseconds an operation, of server CPU (all processes, user and system) and of the clock; the median of the rounds and their spread."""

    cpu: float
    wall: float
    low: float
    high: float
    rounds: int
    operations: int


class Product:
    """A running web server and worker."""

    def __init__(self, port: int, processes: list[subprocess.Popen[bytes]]) -> None:
        self.port, self.processes, self.last = port, processes, 0.0
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def pids(self) -> set[int]:
        """Every process of ours, children too."""
        found, parents = {p.pid for p in self.processes}, {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
        while more := {pid for pid, parent in parents.items() if parent in found and pid not in found}:
            found |= more
        return found

    def cpu(self) -> float:
        """Seconds of CPU that our processes have used so far, those that have ended included."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
        return total / TICK

    def memory(self) -> float:
        """Megabytes of all our processes, pages that they share counted once (PSS)."""
        kilobytes = [int(re.search(r"Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())[1]) for pid in self.pids()]
        return sum(kilobytes) / 1024

    def ask(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, bytes, http.client.HTTPMessage]:
        """One request on a kept connection."""
        if time.monotonic() - self.last > 1:  # the server closes an idle connection after two seconds
            self.connection.close()
        self.connection.request(method, path, body, headers or {})
        self.last = time.monotonic()
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def send_json(self, path: str, body: Any, headers: dict[str, str]) -> Any:
        """POST JSON and read JSON; an error stops the benchmark."""
        status, data, _headers = self.ask("POST", path, json.dumps(body), headers | {"Content-Type": "application/json"})
        assert status == 200, (status, data[:500])
        return json.loads(data)

    def measure(self, operation: Callable[[int], None], operations: int, rounds: int = 5, settle: Callable[[], None] = lambda: None) -> Cost:
        """Do `operation(n)` so often in so many rounds, after a warm-up; `settle` waits for work left in the background."""
        n = 0
        for _ in range(max(3, operations // 10)):
            operation(n)
            n += 1
        settle()
        cpus, walls = [], []
        for _ in range(rounds):
            cpu, clock = self.cpu(), time.perf_counter()
            for _ in range(operations):
                operation(n)
                n += 1
            walls.append((time.perf_counter() - clock) * 1000 / operations)
            settle()
            cpus.append((self.cpu() - cpu) * 1000 / operations)
        return Cost(median(cpus), median(walls), min(cpus), max(cpus), rounds, operations)


@contextmanager
def running(folder: Path, port: int, url: str) -> Iterator[Product]:
    """Web server and worker as `make run` starts them. A client may say who it is (one trusted proxy), so that rate limits see a crowd."""
    environ = {k: v for k, v in os.environ.items() if k != "JOBS_URL"}
    environ |= {"INSTANCE_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": "only-for-tests", "BASE_URL": f"http://127.0.0.1:{port}",
                "PORT": str(port), "TRUSTED_PROXIES": "1"}
    processes = []
    with (folder / "log").open("ab") as log:
        for command in (("gunicorn", "-c", "scripts/gunicorn.conf.py"), ("flask", "--app", "app", "worker")):
            processes.append(subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environ, stdout=log, stderr=log))
    product = Product(port, processes)
    try:
        for _ in range(300):
            try:
                if product.ask("GET", "/healthz")[0] == 200:
                    break
            except OSError:
                product.connection.close()
                time.sleep(0.1)
        time.sleep(2)
        yield product
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
