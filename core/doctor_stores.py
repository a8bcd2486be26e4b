"""What `flask doctor` asks of disks, buckets and Redis."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from core import storage
from core.config import on_redis
from core.findings import Ailment
from core.shelves import place

FREE_BYTES = 1024**3


def check_disk(*folders: str) -> str:
    """There is at least 1 GiB free where data is kept."""
    free = {folder: shutil.disk_usage(existing(Path(folder))).free for folder in folders}
    folder, least = min(free.items(), key=lambda item: item[1])
    if least < FREE_BYTES:
        raise Ailment(f"{least / 1024**2:.0f} MiB free at {folder}", f"du -xh {folder} | sort -h | tail")
    return f"{least / 1024**3:.1f} GiB free"


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def check_storage(folder: str) -> str:
    """A file can be written, read back and deleted."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as probe:
            probe.write(b"probe")
            probe.flush()
            if Path(probe.name).read_bytes() != b"probe":
                raise OSError("what was read is not what was written")
    except OSError as error:
        raise Ailment(f"{folder}: {error}", f"mkdir -p {folder} && chown -R $USER {folder}") from error
    return folder


def check_bucket(config: Mapping[str, Any]) -> str:
    """A file can be put into the bucket, read back and taken away, under the name of its own bytes."""
    probe = secrets.token_bytes(32)
    sha256, shelves = hashlib.sha256(probe).hexdigest(), storage.shelves_of(config)
    try:
        shelves.write(probe, sha256)
        with shelves.open(sha256) as file:
            if file.read() != probe:
                raise OSError("what was read is not what was written")
        shelves.remove(place(sha256))
    except OSError as error:
        raise Ailment(f"{config['STORAGE_URL']}: {error}", "check STORAGE_URL, S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY and S3_SECRET_KEY") from error
    return str(config["STORAGE_URL"])


def check_redis(*urls: str) -> str:
    """Each Redis that is used answers and takes writes."""
    from redis import Redis, RedisError

    wanted = sorted({url for url in urls if on_redis(url)})
    for url in wanted:
        shown = make_url(url).render_as_string(hide_password=True)
        try:
            with Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as server:
                server.set("ruam.doctor", "1", ex=1)
        except (RedisError, OSError, ValueError) as error:
            raise Ailment(f"{shown}: {error}", "check JOBS_URL and RATELIMIT_STORAGE, and that the server runs") from error
    return ", ".join(make_url(url).render_as_string(hide_password=True) for url in wanted) or "not used"
