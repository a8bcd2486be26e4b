"""Run the web server and the job worker together until Ctrl-C: the last step of `make run`.

The worker is started again when it dies, after growing waits; when the web server dies, all stops.
"""

from __future__ import annotations

import ctypes
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv/bin"
INSTANCE = Path(os.environ.get("INSTANCE_DIR") or ROOT / "instance")
WEB = [str(BIN / "gunicorn"), "-c", str(ROOT / "scripts/gunicorn.conf.py")]
WORKER = [str(BIN / "flask"), "--app", "app", "worker"]

START_SECONDS = 60  # the web server answers /healthz within
STOP_SECONDS = 8  # children end within, or are killed
LONGEST_WAIT = 60  # seconds between two starts of a failing worker


def end_with_parent() -> None:
    """In a child: be told to end when this process vanishes, so that no orphan keeps the port (Linux)."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a child in its own session: Ctrl-C reaches this process alone, which ends the children in order."""
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=end_with_parent
    )


def stop_children(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every child to end; kill what still runs after STOP_SECONDS."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def chosen_port() -> int:
    """PORT from the environment, 8000 by default; ends with a sentence when it is no free port."""
    text = os.environ.get("PORT", "8000")
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"PORT={text} ไม่ใช่หมายเลขพอร์ต ใช้ 1–65535\nPORT={text} is no port number: use 1–65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            sys.exit(
                f"ใช้พอร์ต {text} ไม่ได้ ({error.strerror}) เลือกพอร์ตอื่น เช่น PORT=8080 make run\n"
                f"Port {text} can't be used ({error.strerror}): choose another, e.g. PORT=8080 make run"
            )
    return int(text)


def healthy(port: int) -> bool:
    """Whether the web server answers /healthz with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announce(port: int) -> None:
    """Print the address and, while its file exists, the demo organiser's sign-in."""
    print(f"\n  รวมพร้อมแล้ว · Ruam is ready:  http://127.0.0.1:{port}/")
    sign_in = INSTANCE / "demo-sign-in.txt"
    if sign_in.exists():
        print(*(f"  {line}" for line in sign_in.read_text(encoding="utf-8").splitlines()), sep="\n")
    print("  หยุดด้วย Ctrl-C · Ctrl-C stops it\n", flush=True)


def watch(port: int, stopping: threading.Event, web_command: list[str], worker_command: list[str]) -> int:
    """Keep both children running until `stopping` is set or the web server fails; return the exit code."""
    web, worker = start(web_command), start(worker_command)
    begun = worker_begun = time.monotonic()
    wait, due, ready = 1.0, 0.0, False
    try:
        while not stopping.wait(0.2):
            now = time.monotonic()
            if web.poll() is not None:
                print("เว็บเซิร์ฟเวอร์หยุดเอง ดูสาเหตุด้านบน\nThe web server ended: see the reason above.", file=sys.stderr)
                return 1
            if not ready and healthy(port):
                ready = True
                announce(port)
            elif not ready and now - begun > START_SECONDS:
                print(
                    "เว็บเซิร์ฟเวอร์ไม่ตอบ ให้รัน make doctor\nThe web server does not answer: run `make doctor`.",
                    file=sys.stderr,
                )
                return 1
            if worker.poll() is not None and not due:
                if now - worker_begun > LONGEST_WAIT:
                    wait = 1.0
                print(f"ตัวทำงานเบื้องหลังหยุด จะเริ่มใหม่ · The job worker ended; starting it again in {wait:.0f} s", file=sys.stderr)
                due = now + wait
            elif due and now >= due:
                worker, worker_begun, due = start(worker_command), now, 0.0
                wait = min(wait * 2, LONGEST_WAIT)
        return 0
    finally:
        stop_children([web, worker])


def main() -> int:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    INSTANCE.mkdir(parents=True, exist_ok=True)
    with open(INSTANCE / ".serve.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("รวมทำงานอยู่แล้วจากโฟลเดอร์นี้ หยุดด้วย Ctrl-C ก่อน\nRuam already runs from this folder: stop it with Ctrl-C first.")
        return watch(chosen_port(), stopping, WEB, WORKER)


if __name__ == "__main__":
    sys.exit(main())
