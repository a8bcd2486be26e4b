"""A PostgreSQL of our own for one test run: unprivileged, on a private port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


def free_port() -> int:
    """A TCP port on loopback that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if (on_path := shutil.which("initdb")) is not None:
        return Path(on_path).parent
    raise RuntimeError("PostgreSQL's programs are missing: apt-get install postgresql")


@contextmanager
def postgresql_cluster(folder: Path) -> Iterator[str]:
    """Start an empty cluster in `folder` and yield its URL.

    PostgreSQL refuses to run as root, so root hands it to `postgres`, who must be able to reach it: no folder of pytest's will do,
    for every run of pytest closes them all to others.
    """
    programs, port = _programs(), free_port()
    as_user: list[str] = []
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        folder.chmod(0o755)
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, cwd=folder, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, timeout=120)

    data = folder / "data"
    run(str(programs / "initdb"), "-D", str(data), "-U", "ruam", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300"
    run(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql://ruam@127.0.0.1:{port}/postgres"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


def own_database(url: str, name: str) -> str:
    """The URL of an empty database of that name in the cluster of `url`, made anew."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.rsplit("/", 1)[0] + f"/{name}"
