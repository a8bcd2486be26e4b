"""A PostgreSQL of our own for one test run: unprivileged, on a private port, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from redis import Redis, RedisError


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


class Cluster:
    """A cluster in `folder` that can be stopped and started again.

    PostgreSQL refuses to run as root, so root hands it to `postgres`, who must be able to reach it: no folder of pytest's will do,
    for every run of pytest closes them all to others.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.programs, self.port = folder, _programs(), free_port()
        self.url = f"postgresql://ruam@127.0.0.1:{self.port}/postgres"
        self.as_user: list[str] = []
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            folder.chmod(0o755)
            os.chown(folder, account.pw_uid, account.pw_gid)
            self.as_user = ["runuser", "-u", "postgres", "--"]
        self._run("initdb", "-U", "ruam", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([*self.as_user, str(self.programs / program), "-D", str(self.folder / "data"), *arguments], check=True, cwd=self.folder,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, timeout=120)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300"
        self._run("pg_ctl", "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        """Stop it at once, as a power cut would, if it runs."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-m", "immediate", "stop")


@contextmanager
def postgresql_cluster(folder: Path) -> Iterator[str]:
    """Start an empty cluster in `folder` and yield its URL."""
    cluster = Cluster(folder)
    cluster.start()
    try:
        yield cluster.url
    finally:
        cluster.stop()


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Start a Redis that keeps nothing and yield its URL."""
    port, program = free_port(), shutil.which("redis-server")
    if program is None:
        raise RuntimeError("Redis is missing: apt-get install redis-server")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server, Redis(port=port) as client:
        try:
            for _ in range(100):
                with suppress(RedisError):
                    client.ping()
                    break
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()


def own_database(url: str, name: str) -> str:
    """The URL of an empty database of that name in the cluster of `url`, made anew."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.rsplit("/", 1)[0] + f"/{name}"
