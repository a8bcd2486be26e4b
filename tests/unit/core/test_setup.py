"""Set-up and start: steps are done once, nothing is asked, and every failure says what to do."""

import http.server
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scripts import serve, setup

PYTHON = sys.executable
SLEEP = [PYTHON, "-c", "import time; time.sleep(60)"]


def test_without_leave_to_use_apt_the_exact_command_is_printed(monkeypatch) -> None:
    monkeypatch.setenv("RUAM_NO_APT", "1")
    with pytest.raises(SystemExit) as stopped:
        setup.install_packages(["libpango-1.0-0", "libpangoft2-1.0-0"])
    message = str(stopped.value)
    assert "sudo apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0" in message
    assert "แพ็กเกจ" in message


def test_only_what_does_not_load_is_installed(monkeypatch) -> None:
    assert setup.missing_libraries() == []
    monkeypatch.setattr(setup, "LIBRARIES", {"libc.so.6": "libc6", "libno-such-thing.so.0": "no-such-thing"})
    assert setup.missing_libraries() == ["no-such-thing"]


def test_apt_asks_nothing(monkeypatch) -> None:
    commands = []
    monkeypatch.setattr(setup, "apt_prefix", lambda: ["sudo", "-n"])
    monkeypatch.setattr(setup, "run", lambda *command, **_: commands.append(" ".join(command)))
    setup.install_packages(["poppler-utils"])
    apt = "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -qq"
    assert commands == [f"{apt} update", f"{apt} install -y --no-install-recommends poppler-utils"]


def test_a_command_that_fails_ends_in_both_languages() -> None:
    with pytest.raises(SystemExit, match=r"(?s)ไม่สำเร็จ.*Try again\. \(What failed:"):
        setup.run(PYTHON, "-c", "raise SystemExit(3)", thai="ไม่สำเร็จ", english="Try again.")


def test_requirements_are_installed_once_and_again_when_they_change(monkeypatch, tmp_path: Path) -> None:
    installed = []
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path)
    monkeypatch.setattr(setup, "pip_install", lambda *arguments: installed.append(Path(arguments[-1]).name))
    (tmp_path / "requirements.txt").write_text("flask==3")
    (tmp_path / "requirements-dev.txt").write_text("flask==3\npytest==9")
    for for_tests in (False, False, True, True, False):
        setup.install_requirements(for_tests)
    assert installed == ["requirements.txt", "requirements-dev.txt"]
    (tmp_path / "requirements.txt").write_text("flask==4")
    setup.install_requirements(for_tests=False)
    assert installed[2:] == ["requirements.txt"]


def test_the_secret_key_is_its_owners_alone_and_never_made_twice(tmp_path: Path) -> None:
    key = tmp_path / "instance" / "secret_key"
    old_mask = os.umask(0)
    try:
        setup.make_secret_key(key.parent)
    finally:
        os.umask(old_mask)
    made = key.read_text()
    setup.make_secret_key(key.parent)
    assert (len(made), key.read_text()) == (64, made)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert list(key.parent.iterdir()) == [key]


def test_translations_are_compiled_only_when_they_changed(monkeypatch, tmp_path: Path) -> None:
    catalogue = tmp_path / "th" / "LC_MESSAGES" / "messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Name"\nmsgstr "ชื่อ"\n')
    setup.compile_translations(tmp_path)
    assert catalogue.with_suffix(".mo").exists()
    monkeypatch.setattr(setup, "run", lambda *_, **__: pytest.fail("compiled again"))
    setup.compile_translations(tmp_path)


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "๘๐๐๐"])
def test_a_port_that_is_none(monkeypatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SystemExit, match="is no port number"):
        serve.chosen_port()


def test_a_port_in_use(monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        with pytest.raises(SystemExit, match="choose another"):
            serve.chosen_port()


@pytest.fixture
def port():
    """The port of a server that answers every address, /healthz among them, with 200."""

    class Healthy(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_start_prints_the_address_and_the_demo_sign_in(monkeypatch, tmp_path: Path, capfd, port: int) -> None:
    (tmp_path / "demo-sign-in.txt").write_text("organiser@example.org")
    monkeypatch.setattr(serve, "INSTANCE", tmp_path)
    stopping = threading.Event()
    threading.Timer(1, stopping.set).start()
    assert serve.watch(port, stopping, SLEEP, SLEEP) == 0
    said = capfd.readouterr().out
    assert f"http://127.0.0.1:{port}/" in said
    assert "organiser@example.org" in said


def test_a_worker_that_dies_is_started_again_after_growing_waits(tmp_path: Path, port: int) -> None:
    log = tmp_path / "starts"
    dying = [PYTHON, "-S", "-c", f"import time; open({str(log)!r}, 'a').write(f'{{time.time()}}\\n')"]
    stopping = threading.Event()
    threading.Timer(4.5, stopping.set).start()
    assert serve.watch(port, stopping, SLEEP, dying) == 0
    first, second, third = (float(line) for line in log.read_text().splitlines())
    assert 1 <= second - first < third - second


def test_when_the_web_server_dies_all_stops(capfd, port: int, monkeypatch) -> None:
    children = []
    monkeypatch.setattr(serve, "start", lambda command, start=serve.start: children.append(start(command)) or children[-1])
    assert serve.watch(port, threading.Event(), [PYTHON, "-c", "raise SystemExit(3)"], SLEEP) == 1
    assert all(child.returncode is not None for child in children)
    assert "The web server ended" in capfd.readouterr().err


def test_a_child_that_ignores_the_request_is_killed(monkeypatch) -> None:
    monkeypatch.setattr(serve, "STOP_SECONDS", 0.5)
    deaf = [PYTHON, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"]
    child = serve.start(deaf)
    time.sleep(0.5)
    serve.stop_children([child])
    assert child.returncode == -signal.SIGKILL


def test_a_second_start_from_the_same_folder_is_refused(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from scripts import serve; serve.INSTANCE = pathlib.Path(sys.argv[1]);"
        "serve.WEB = serve.WORKER = [sys.executable, '-c', 'import time; time.sleep(60)'];"
        "serve.healthy = lambda port: True; sys.exit(serve.main())"
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        environment = os.environ | {"PORT": str(free.getsockname()[1])}
    command = [PYTHON, "-c", program, str(tmp_path)]
    first = subprocess.Popen(command, cwd=setup.ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert any("Ruam is ready" in line for line in first.stdout)
        second = subprocess.run(command, cwd=setup.ROOT, env=environment, capture_output=True, text=True)
        assert second.returncode == 1
        assert "already runs" in second.stderr
    finally:
        first.send_signal(signal.SIGINT)
        assert first.wait(10) == 0
        first.stdout.close()
