"""`flask doctor`: every check is shown sound once and ailing once, with its remedy."""

import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from core import doctor, doctor_stores, heartbeat
from core.doctor import Ailment
from scripts import setup
from tests.databases import free_port
from tests.keys import AGENCY, PASSWORD, time_stamp_server, write_p12
from tests.s3 import SECRET, s3


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    key = tmp_path / "secret_key"
    key.write_text("k" * 64)
    key.chmod(0o600)
    return tmp_path


@pytest.fixture
def config(instance: Path) -> dict[str, object]:
    return {
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{instance / 'none.sqlite3'}",
        "INSTANCE_DIR": str(instance),
        "BACKUP_DIR": str(instance / "backups"),
        "STORAGE_DIR": str(instance / "files"),
        "MAIL_DIR": str(instance / "mail"),
        "MAIL_SERVER": "",
        "MAIL_PORT": 587,
        "MAIL_USERNAME": "",
        "MAIL_PASSWORD": "",
        "MAIL_TLS": "starttls",
        "CERTIFICATE_P12": "",
        "CERTIFICATE_P12_PASSWORD": PASSWORD,
        "TIMESTAMP_URL": "",
        "OIDC_PROVIDERS": {},
        "STORAGE_URL": "",
        "JOBS_URL": "",
        "RATELIMIT_STORAGE_URI": "memory://",
    }


def ailment(check, *arguments, **named) -> Ailment:
    with pytest.raises(Ailment) as caught:
        check(*arguments, **named)
    return caught.value


def test_libraries_load_and_a_missing_one_names_the_command_of_set_up(monkeypatch) -> None:
    assert doctor.check_libraries()
    monkeypatch.setattr(doctor, "LIBRARIES", ("libno-such-thing.so.0",))
    assert ailment(doctor.check_libraries).remedy == doctor.APT
    assert all(package in doctor.APT.split() for package in setup.LIBRARIES.values())


def test_fonts_are_whole_and_a_split_one_is_found(monkeypatch) -> None:
    assert "Sarabun_400Regular.ttf" in doctor.check_fonts()
    monkeypatch.setattr(doctor, "PAPER_FONTS", (("sarabun-web", "sarabun-latin-400.woff2"),))
    assert "lacks ก" in str(ailment(doctor.check_fonts))


def test_thai_breaks_at_words_alone() -> None:
    assert doctor.check_thai_line_breaks()
    assert doctor.line_count("พิมพ์ ชื่อ") == 2


@pytest.mark.parametrize("joiner", ["\u2060", "\u200b"], ids=["breaks nowhere", "breaks at every letter"])
def test_thai_that_breaks_elsewhere_is_an_ailment(monkeypatch, joiner: str) -> None:
    monkeypatch.setattr(doctor, "THAI_SENTENCE", joiner.join(doctor.THAI_SENTENCE))
    assert ailment(doctor.check_thai_line_breaks).remedy == doctor.APT_THAI


def test_a_database_must_be_there_and_at_the_newest_migration(monkeypatch, instance: Path) -> None:
    versions = instance / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "a1_first.py").write_text("revision = 'a1'\ndown_revision = None\n")
    monkeypatch.setattr(doctor, "ROOT", instance)
    url = f"sqlite:///{instance / 'ruam.sqlite3'}"
    assert "does not exist" in str(ailment(doctor.check_database, url))
    assert not (instance / "ruam.sqlite3").exists()
    with create_engine(url).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
    assert ailment(doctor.check_database, url).remedy == "flask --app app db upgrade"
    with create_engine(url).begin() as connection:
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('a1')")
    assert doctor.check_database(url).endswith("at a1")


def test_the_write_probe_leaves_nothing_and_fails_on_a_read_only_database(instance: Path) -> None:
    file = instance / "probe.sqlite3"
    with create_engine(f"sqlite:///{file}").connect() as connection:
        doctor.database_can_write(connection)
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
    read_only = create_engine(f"sqlite:///file:{file}?mode=ro&uri=true")
    with read_only.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        doctor.database_can_write(connection)


def test_a_full_disk(monkeypatch, instance: Path) -> None:
    assert "GiB free" in doctor.check_disk(str(instance / "not" / "yet"))
    monkeypatch.setattr(doctor_stores, "FREE_BYTES", 2**62)
    assert str(instance) in ailment(doctor.check_disk, str(instance)).remedy


def test_mail_without_a_server_is_kept_as_files_and_a_deaf_server_is_told(config) -> None:
    assert config["MAIL_DIR"] in doctor.check_mail(config)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        refused = config | {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": deaf.getsockname()[1]}
        assert "MAIL_SERVER" in ailment(doctor.check_mail, refused).remedy


def test_a_bucket_is_probed_and_left_clean(app: Flask, config: dict[str, object]) -> None:
    with s3() as store:
        assert doctor.check_bucket(config | store.settings) == "s3://ruam/files"
        assert store.objects == {} and any(asked.startswith("PUT") for asked in store.asked)
        found = ailment(doctor.check_bucket, config | store.settings | {"S3_ACCESS_KEY": "other"})
        assert "S3_ACCESS_KEY" in found.remedy and SECRET not in str(found)


def test_redis_is_asked_and_one_that_is_away_is_told(redis_server: str) -> None:
    assert doctor.check_redis("", "memory://") == "not used"
    assert doctor.check_redis(redis_server, redis_server).startswith("redis://127.0.0.1")
    found = ailment(doctor.check_redis, f"redis://:secret@127.0.0.1:{free_port()}/0")
    assert "JOBS_URL" in found.remedy and "secret" not in str(found)


def test_storage_is_probed_and_left_clean(instance: Path) -> None:
    assert doctor.check_storage(str(instance / "files"))
    assert list((instance / "files").iterdir()) == []
    (instance / "file").touch()
    assert "mkdir -p" in ailment(doctor.check_storage, str(instance / "file")).remedy


def test_a_clock_that_is_wrong(instance: Path) -> None:
    url = "sqlite://"
    assert doctor.check_clock(url, str(instance))
    assert "1970" in str(ailment(doctor.check_clock, url, str(instance), now=lambda: 0.0))
    os.utime(instance / "secret_key", (time.time() + 3600,) * 2)
    assert "timedatectl" in ailment(doctor.check_clock, url, str(instance)).remedy


def test_a_secret_key_that_others_can_read(instance: Path) -> None:
    assert doctor.check_secret_key(str(instance))
    (instance / "secret_key").chmod(0o644)
    assert ailment(doctor.check_secret_key, str(instance)).remedy == f"chmod 600 {instance}/secret_key"


def test_all_checks_run_though_one_fails(config) -> None:
    findings = doctor.check_all(config)
    assert [finding.name.split(" · ")[1] for finding in findings if not finding.ok] == ["database"]
    assert len(findings) == 14
    assert all(bool(finding.remedy) != finding.ok for finding in findings)


def test_the_signing_key_and_the_time_stamp_server(app, instance: Path, config) -> None:
    assert "not signed" in doctor.check_signing(config)
    config["CERTIFICATE_P12"] = str(instance / "a.p12")
    lacking = ailment(doctor.check_signing, config)
    assert "CERTIFICATE_P12" in lacking.remedy and "ผู้ดูแลระบบ" in lacking.remedy
    write_p12(instance / "a.p12")
    with time_stamp_server() as url:
        found = doctor.check_signing(config | {"TIMESTAMP_URL": url})
    assert AGENCY in found and "364 days" in found and url in found
    for wrong in (url, "file:///etc/passwd"):
        assert "TIMESTAMP_URL" in ailment(doctor.check_signing, config | {"TIMESTAMP_URL": wrong}).remedy
    write_p12(instance / "a.p12", days=(-9, 9))
    assert "expires in 8 days" in str(ailment(doctor.check_signing, config))
    write_p12(instance / "a.p12", days=(-9, -1))
    told = ailment(doctor.check_signing, config)
    assert "expired" in told.remedy and PASSWORD not in f"{told}{told.remedy}"


def test_a_backup_that_is_too_old_or_lacking(tmp_path: Path) -> None:
    folder, week = tmp_path / "backups", 8 * 86400
    folder.mkdir()
    assert "yet" in doctor.check_backup(str(folder), str(tmp_path)), "a new installation"
    key = tmp_path / "secret_key"
    key.write_text("x")
    os.utime(key, (time.time() - week, time.time() - week))
    with pytest.raises(doctor.Ailment, match="none"):
        doctor.check_backup(str(folder), str(tmp_path))
    made = folder / "ruam-20200717-000000.zip"
    made.write_bytes(b"x")
    assert "0 h" in doctor.check_backup(str(folder), str(tmp_path))
    os.utime(made, (time.time() - week, time.time() - week))
    with pytest.raises(doctor.Ailment, match="8 days"):
        doctor.check_backup(str(folder), str(tmp_path))


def test_a_worker_that_fell_silent(monkeypatch) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(heartbeat, "workers", lambda: [])
    assert doctor.check_worker() == "not started"
    monkeypatch.setattr(heartbeat, "workers", lambda: [heartbeat.Worker("here:1", now), heartbeat.Worker("here:2", now - timedelta(hours=1))])
    assert doctor.check_worker() == "here:1"
    monkeypatch.setattr(heartbeat, "workers", lambda: [heartbeat.Worker("here:2", now - timedelta(hours=1))])
    with pytest.raises(doctor.Ailment, match="here:2"):
        doctor.check_worker()
