"""Work in a child process with limits on memory, CPU and time, for what somebody's words, pictures or designs might blow up.

The child gets functions and plain values through a pipe and answers in JSON. It sees none of the settings, so no secret, writes its
temporary files into the folder of its `Limited`, and ends when its parent does. `Unlimited` does the same in this process, for tests.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from core.config import ROOT, SETTINGS

MEMORY = 1_500_000_000  # bytes of address space
TASKS = 40  # after so many a new child follows: what a library leaks goes with the old one
ITEMS = 50  # that the child is handed at a time
WALL = 4.0  # seconds on the clock for each of CPU, as the machine has other work too
GRACE = 20.0  # seconds on the clock for the start of the child
BREATH = 0.5  # seconds between two looks at whether the parent lives

log = logging.getLogger(__name__)
Task = Callable[..., Any]  # of a module, so that the child can import it; its answer can be written as JSON


class Failure(Exception):
    """The task raised an exception: `kind` is its class, the text is what it said."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}" if text else kind)
        self.kind = kind


class Exhausted(Failure):
    """The task used up its memory, its CPU or its time, or its process was killed; `kind` is which of memory, cpu, time, killed."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind, "")


class Doer(Protocol):
    """What does tasks: `Limited` or `Unlimited`."""

    def do(self, task: Task, *args: Any, cpu: float, items: Iterable[Any] | None = None, cpu_per_item: float = 0.0) -> Any:
        """The task's answer. With `items` it gets an iterator over them as its last argument, which is fed as it goes.

        `cpu` is what the whole may take in seconds, without what each item adds. Raises `Failure`, its kind `Exhausted`, and
        whatever `items` raises.
        """

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Unlimited:
    """Tasks done here and now."""

    def do(self, task: Task, *args: Any, cpu: float, items: Iterable[Any] | None = None, cpu_per_item: float = 0.0) -> Any:
        mine: list[BaseException] = []

        def fed() -> Iterator[Any]:
            try:
                yield from items or ()
            except Exception as error:
                mine.append(error)
                raise

        try:
            return task(*args, *([fed()] if items is not None else []))
        except Exception as error:
            if error in mine:
                raise
            raise Failure(type(error).__name__, str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


class Limited:
    """Tasks done one after another in a child, which is started when the first comes. `folder` is the child's own, for its files."""

    def __init__(self, folder: Path, memory: int = MEMORY) -> None:
        self._temporary, self._memory = folder / "tmp", memory
        self._child: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._tasks = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()

    def do(self, task: Task, *args: Any, cpu: float, items: Iterable[Any] | None = None, cpu_per_item: float = 0.0) -> Any:
        if self._tasks >= TASKS:
            self.close()
        pipe = self._ready()
        self._tasks += 1
        feed = iter(items) if items is not None else None
        try:
            pipe.send((task, args, cpu, cpu_per_item, items is not None))
            return self._answer(pipe, feed, time.monotonic() + GRACE + WALL * cpu, cpu_per_item)
        except (EOFError, OSError):
            raise Exhausted(self._cause_of_death()) from None
        except Failure as failure:
            if isinstance(failure, Exhausted):
                self._kill()
            raise
        except BaseException:
            self._kill()
            raise

    def _answer(self, pipe: Connection, feed: Iterator[Any] | None, deadline: float, cpu_per_item: float) -> Any:
        while True:
            if not pipe.poll(max(0.0, deadline - time.monotonic())):
                raise Exhausted("time")
            kind, value = json.loads(pipe.recv_bytes())
            if kind == "done":
                return value
            if kind == "failed":
                raise Exhausted("memory") if value[0] == "MemoryError" else Failure(*value)
            assert kind == "more" and feed is not None
            batch = list(islice(feed, ITEMS))
            deadline += WALL * cpu_per_item * len(batch)
            pipe.send(batch)

    def _ready(self) -> Connection:
        if self._child is None or self._pipe is None or self._child.poll() is not None:
            self.close()
            self._temporary.mkdir(exist_ok=True)
            self._pipe, theirs = Pipe()
            environ = {name: value for name, value in os.environ.items() if name not in SETTINGS} | {"TMPDIR": str(self._temporary)}
            with theirs:
                self._child = subprocess.Popen(
                    [sys.executable, "-m", "core.limited", str(theirs.fileno()), str(self._memory)], cwd=ROOT, env=environ,
                    stdin=subprocess.DEVNULL, stdout=sys.__stderr__, pass_fds=[theirs.fileno()])
            self._tasks = 0
        return self._pipe

    def _cause_of_death(self) -> str:
        assert self._child is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(GRACE)
        ended = self._child.returncode
        log.warning("the limited process ended with %s", ended)
        self._kill()
        return "cpu" if ended == -signal.SIGXCPU else "killed"

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
        self.close()

    def close(self) -> None:
        """Let the child go, with its temporary files."""
        if self._pipe is not None:
            self._pipe.close()
        if self._child is not None:
            try:
                self._child.wait(GRACE)  # it ends at the end of its pipe
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        self._child = self._pipe = None
        shutil.rmtree(self._temporary, ignore_errors=True)


# In the child ------------------------------------------------------------------------------------


def _serve(pipe: Connection) -> None:
    while True:
        try:
            task, args, cpu, cpu_per_item, fed = pipe.recv()
        except EOFError:
            return
        _allow(time.process_time() + cpu)
        items = [_items(pipe, cpu_per_item)] if fed else []
        try:
            answer = ("done", task(*args, *items))
        except Exception as error:
            log.info("task %s failed", task.__name__, exc_info=True)
            answer = ("failed", (type(error).__name__, str(error)[:300]))
        pipe.send_bytes(json.dumps(answer).encode())


def _items(pipe: Connection, cpu_per_item: float) -> Iterator[Any]:
    while True:
        pipe.send_bytes(b'["more", null]')
        batch = pipe.recv()
        if not batch:
            return
        _allow(resource.getrlimit(resource.RLIMIT_CPU)[0] + cpu_per_item * len(batch))
        yield from batch


def _allow(seconds: float) -> None:
    """Let this process use so many seconds of CPU since its start; then it ends by SIGXCPU."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, resource.RLIM_INFINITY))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(BREATH)
    os._exit(1)


def main(descriptor: int, memory: int) -> None:
    """Do what comes through the pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    with Connection(descriptor) as pipe, contextlib.suppress(BrokenPipeError):
        _serve(pipe)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
