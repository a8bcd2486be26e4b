"""Work in a process with limits: what it may not do ends it, and the next task finds a new one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core import limited
from core.config import ROOT
from core.limited import Exhausted, Failure, Limited, Unlimited

MEMORY = 600_000_000


def add(a: int, b: int) -> int:
    return a + b


def grumble() -> None:
    raise ValueError("no")


def total(items: Iterator[int]) -> int:
    return sum(items)


def eat_memory() -> int:
    return len([bytes(10_000_000) for _ in range(1000)])


def spin() -> None:
    while True:
        pass


def dawdle() -> None:
    time.sleep(60)


def fall() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def see() -> dict[str, Any]:
    temporary = tempfile.mkstemp()[1]
    return {"pid": os.getpid(), "temporary": temporary, "secrets": sorted({"SECRET_KEY", "DATABASE_URL", "INSTANCE_DIR"} & set(os.environ))}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Limited]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_KEY", "x")
        with Limited(tmp_path_factory.mktemp("limited"), MEMORY) as process:
            process.do(add, 1, 1, cpu=5)
            yield process


def test_it_answers_again_and_again(process: Limited) -> None:
    assert [process.do(add, n, 1, cpu=1) for n in range(3)] == [1, 2, 3]
    with pytest.raises(Failure, match="ValueError: no") as failure:
        process.do(grumble, cpu=1)
    assert failure.value.kind == "ValueError" and process.do(add, 2, 2, cpu=1) == 4


def test_items_are_fetched_as_it_goes(process: Limited) -> None:
    asked: list[int] = []

    def items() -> Iterator[int]:
        for n in range(120):
            asked.append(n)
            yield n

    assert process.do(total, cpu=1, items=items()) == sum(range(120)) and len(asked) == 120
    assert process.do(total, cpu=1, items=[]) == 0


@pytest.mark.parametrize("how", [Limited, Unlimited])
def test_what_the_items_raise_comes_through_and_the_next_task_is_done(how: type, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def items() -> Iterator[int]:
        yield 1
        raise Stopped

    with (how(tmp_path) if how is Limited else how()) as doer:
        with pytest.raises(Stopped):
            doer.do(total, cpu=1, items=items())
        assert doer.do(total, cpu=1, items=[2, 3]) == 5
        with pytest.raises(Failure, match="ValueError: no"):
            doer.do(grumble, cpu=1)


@pytest.mark.parametrize(("task", "kind"), [(eat_memory, "memory"), (spin, "cpu"), (fall, "killed")])
def test_what_takes_too_much_ends_alone(process: Limited, task: Any, kind: str) -> None:
    with pytest.raises(Exhausted) as failure:
        process.do(task, cpu=1)
    assert failure.value.kind == kind
    assert process.do(add, 1, 2, cpu=1) == 3


def test_the_clock_counts_too(process: Limited, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "GRACE", 0.5)
    with pytest.raises(Exhausted) as failure:
        process.do(dawdle, cpu=0.1)
    assert failure.value.kind == "time"


def test_it_sees_no_secret_and_its_temporary_files_go_with_it(process: Limited) -> None:
    seen = process.do(see, cpu=1)
    assert seen["secrets"] == [] and seen["pid"] != os.getpid() and Path(seen["temporary"]).exists()
    process.close()
    assert not Path(seen["temporary"]).exists()


def test_it_is_replaced_before_it_grows(process: Limited, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "TASKS", 2)
    process.close()
    pids = [process.do(see, cpu=1)["pid"] for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_it_does_not_outlive_its_parent(tmp_path: Path) -> None:
    program = (f"import pathlib,time\nfrom core.limited import Limited\nfrom tests.unit.core.test_limited import see\n"
               f"process = Limited(pathlib.Path({str(tmp_path)!r}))\nprint(process.do(see, cpu=5)['pid'], flush=True)\ntime.sleep(60)\n")
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    until = time.monotonic() + 10
    while Path(f"/proc/{child}/cmdline").exists() and Path(f"/proc/{child}/cmdline").read_bytes() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}/cmdline").exists() or not Path(f"/proc/{child}/cmdline").read_bytes()
