"""Is this installation in order? Each check tells what it found and the exact way to mend it."""

from __future__ import annotations

import ctypes
import os
import smtplib
import ssl
import stat
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_babel import lazy_gettext as _l
from fontTools.ttLib import TTFont
from sqlalchemy import Connection, create_engine, make_url, select
from sqlalchemy import func as sql
from sqlalchemy.exc import SQLAlchemyError
from weasyprint import HTML

from core import backup, heartbeat, oidc
from core.assets import vendor_path
from core.doctor_stores import check_bucket, check_disk, check_redis, check_storage
from core.findings import Ailment, Finding, examine
from core.locale import in_both_languages
from core.p12 import state_of

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
APT = "sudo apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
APT_THAI = "sudo apt-get install --reinstall libthai0 libthai-data"
PAPER_FONTS = (
    ("sarabun", "Sarabun_400Regular.ttf"), ("sarabun", "Sarabun_700Bold.ttf"),
    ("srisakdi", "Srisakdi_700Bold.ttf"), ("trirong", "Trirong_600SemiBold.ttf"),
)
THAI_SENTENCE = "ผู้เข้าร่วมประชุม"  # ผู้|เข้า|ร่วม|ประชุม
THAI_WORDS = 4
CLOCK_SECONDS = 300
BACKUP_AGE = timedelta(days=7)
ASK_FOR_ANOTHER = _l("Ask for a new signing certificate now, and put it in the place of the old one before it expires.")
NO_TIME_STAMPS = _l("Check TIMESTAMP_URL and that this machine may connect to it. Until then certificates are signed without a time stamp.")


def check_libraries() -> str:
    """The shared libraries that WeasyPrint draws with can be loaded."""
    for library in LIBRARIES:
        try:
            ctypes.CDLL(library)
        except OSError as error:
            raise Ailment(str(error), APT) from error
    return ", ".join(LIBRARIES)


def check_fonts() -> str:
    """The fonts of certificates are whole: Thai and Latin in one file."""
    for package, file in PAPER_FONTS:
        try:
            letters = TTFont(vendor_path(package, file), lazy=True).getBestCmap()
        except Exception as error:  # a broken font fails in many ways
            raise Ailment(f"{file}: {error}", "make assets") from error
        if missing := [letter for letter in "กฬํ๙Az09" if ord(letter) not in letters]:
            raise Ailment(f"{file} lacks {' '.join(missing)}", "make assets")
    return ", ".join(file for _, file in PAPER_FONTS)


def line_count(text: str) -> int:
    """How many lines a text takes in a box one pixel wide, where every possible break is taken.

    Each page is one line high, so the pages of the rendered document are the lines.
    """
    style = "@page{size:1px 20px;margin:0}body{margin:0;font:10px/20px sans-serif;orphans:1;widows:1}"
    return len(HTML(string=f"<style>{style}</style><p style='margin:0'>{text}</p>").render().pages)


def check_thai_line_breaks() -> str:
    """Pango breaks Thai where a dictionary says that a word ends: neither nowhere nor at every letter."""
    lines = line_count(THAI_SENTENCE)
    if lines != THAI_WORDS:
        raise Ailment(f"{THAI_SENTENCE} breaks into {lines} pieces instead of {THAI_WORDS} words", APT_THAI)
    return f"{THAI_SENTENCE}: {lines} words"


def database_can_write(connection: Connection) -> None:
    """Make a table and take it back: DDL is transactional on SQLite and PostgreSQL alike."""
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if sqlite else "SAVEPOINT doctor")
    connection.exec_driver_sql("CREATE TABLE ruam_doctor_probe (id INTEGER)")
    connection.exec_driver_sql("ROLLBACK" if sqlite else "ROLLBACK TO SAVEPOINT doctor")


def check_database(url: str) -> str:
    """The database answers, is at the newest migration and can be written."""
    shown = make_url(url).render_as_string(hide_password=True)
    engine = create_engine(url)
    try:
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        if file and not Path(file).exists():
            raise Ailment(f"{shown} does not exist", "flask --app app db upgrade")
        heads = set(ScriptDirectory(ROOT / "migrations").get_heads())
        with engine.connect() as connection:
            at = set(MigrationContext.configure(connection).get_current_heads())
            if at != heads:
                raise Ailment(f"{shown} is at {at or 'nothing'}, the code at {heads}", "flask --app app db upgrade")
            connection.rollback()
            database_can_write(connection)
    except Ailment:
        raise
    except Exception as error:  # every driver has its own errors
        remedy = f"chown $USER {file} && chmod u+rw {file}" if file else "check DATABASE_URL and that the server runs"
        raise Ailment(f"{shown}: {error}", remedy) from error
    finally:
        engine.dispose()
    return f"{shown} at {', '.join(sorted(heads))}"


def check_mail(config: Mapping[str, Any]) -> str:
    """The mail server accepts us; without one, messages are kept as files."""
    host, port = config["MAIL_SERVER"], config["MAIL_PORT"]
    if not host:
        return f"no MAIL_SERVER: messages are written to {config['MAIL_DIR']}"
    context = ssl.create_default_context()
    encrypted = {"context": context} if config["MAIL_TLS"] == "tls" else {}
    try:
        with (smtplib.SMTP_SSL if encrypted else smtplib.SMTP)(host, port, timeout=10, **encrypted) as server:
            if config["MAIL_TLS"] == "starttls":
                server.starttls(context=context)
            if config["MAIL_USERNAME"]:
                server.login(config["MAIL_USERNAME"], config["MAIL_PASSWORD"])
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        remedy = "check MAIL_SERVER, MAIL_PORT, MAIL_TLS, MAIL_USERNAME and MAIL_PASSWORD"
        raise Ailment(f"{host}:{port}: {error}", remedy) from error
    return f"{host}:{port} accepts us"


def check_clock(url: str, instance: str, now: Callable[[], float] = time.time) -> str:
    """The year is believable, nothing kept is from the future, and Thai time is known."""
    try:
        here = datetime.fromtimestamp(now(), ZoneInfo("Asia/Bangkok"))
    except ZoneInfoNotFoundError as error:
        raise Ailment("Asia/Bangkok is unknown", "sudo apt-get install tzdata") from error
    if not 2026 <= here.year < 2100:
        raise Ailment(f"the clock says {here:%Y-%m-%d %H:%M}", "sudo timedatectl set-ntp true")
    newest = max((path.stat().st_mtime for path in Path(instance).glob("*") if path.is_file()), default=0.0)
    drift = max(newest - now(), abs(database_seconds_ahead(url)))
    if drift > CLOCK_SECONDS:
        raise Ailment(f"the clock is {drift:.0f} s away from what is stored", "sudo timedatectl set-ntp true")
    return f"{here:%Y-%m-%d %H:%M %Z}"


def database_seconds_ahead(url: str) -> float:
    """How far the database server's clock is ahead of ours, in seconds; SQLite has no clock of its own."""
    if make_url(url).get_backend_name() == "sqlite":
        return 0.0
    engine = create_engine(url, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            return connection.scalar(select(sql.clock_timestamp())).timestamp() - time.time()
    except SQLAlchemyError:  # the database check tells about that
        return 0.0
    finally:
        engine.dispose()


def check_secret_key(instance: str) -> str:
    """Only its owner can read the key that signs sessions and private links."""
    key = Path(instance) / "secret_key"
    if not key.exists():
        if os.environ.get("SECRET_KEY"):
            return "from SECRET_KEY"
        raise Ailment(f"{key} does not exist", "make run")
    if loose := stat.S_IMODE(key.stat().st_mode) & 0o077:
        raise Ailment(f"{key} is open to others ({loose:03o})", f"chmod 600 {key}")
    if key.stat().st_size < 32:
        raise Ailment(f"{key} is too short", f"rm {key} && make run")
    return str(key)


def check_signing(config: Mapping[str, Any]) -> str:
    """The key that signs certificates can be used, and the time stamp server answers."""
    state = state_of(config)
    if state is None:
        return "no CERTIFICATE_P12: certificates are not signed"
    if state.identity is None:
        raise Ailment(f"{config['CERTIFICATE_P12']}", in_both_languages(state.problem.message))
    if state.ends_soon:
        raise Ailment(f"{state.identity.name} expires in {state.days} days", in_both_languages(ASK_FOR_ANOTHER))
    if url := config["TIMESTAMP_URL"]:
        try:
            if not url.startswith(("http://", "https://")):
                raise ValueError("the address begins with http:// or https://")
            urlopen(Request(url, b"", {"Content-Type": "application/timestamp-query"}), timeout=5).close()
        except HTTPError:
            pass  # it answers, if only to say that nothing was asked
        except (OSError, ValueError) as error:
            raise Ailment(f"{url}: {error}", in_both_languages(NO_TIME_STAMPS)) from error
    return f"{state.identity.name}, {state.days} days left" + (f", {url} answers" if url else "")


def check_providers(config: Mapping[str, Any]) -> str:
    """Each provider of single sign-on says where it is to be asked."""
    providers = config["OIDC_PROVIDERS"]
    for provider in providers.values():
        try:
            oidc.discover(provider)
        except oidc.Away as error:
            prefix = f"OIDC_{provider.name.upper()}_"
            raise Ailment(str(error), f"check {prefix}ISSUER and that this machine may connect to it") from error
    return ", ".join(provider.issuer for provider in providers.values()) or "no OIDC_PROVIDERS: organisers sign in with a password"


def check_backup(folder: str, instance: str) -> str:
    """A back-up of this week is there, once the installation is older than that."""
    age, key = backup.age(Path(folder)), Path(instance) / "secret_key"
    if age is not None and age < BACKUP_AGE:
        return f"{folder}: {age.total_seconds() / 3600:.0f} h old"
    if age is None and (not key.exists() or time.time() - key.stat().st_mtime < BACKUP_AGE.total_seconds()):
        return f"none in {folder} yet: flask --app app backup"
    raise Ailment(f"{folder}: " + ("none" if age is None else f"{age.days} days old"), "flask --app app backup --keep 14")


def check_worker() -> str:
    """A worker that was started and not stopped gives signs of life."""
    workers = heartbeat.workers()
    if workers and not workers[0].lives:
        raise Ailment(f"{workers[0].name} was last seen {workers[0].at:%Y-%m-%d %H:%M} UTC", "sudo systemctl restart ruam")
    return ", ".join(worker.name for worker in workers if worker.lives) or "not started"


def check_all(app_config: Mapping[str, Any]) -> list[Finding]:
    """Run every check on this configuration; none stops the others."""
    url, instance, files = (app_config[key] for key in ("SQLALCHEMY_DATABASE_URI", "INSTANCE_DIR", "STORAGE_DIR"))
    checks: dict[str, Callable[[], str]] = {
        "ไลบรารี · libraries": check_libraries,
        "แบบอักษร · fonts": check_fonts,
        "การตัดคำไทย · Thai line breaks": check_thai_line_breaks,
        "ฐานข้อมูล · database": lambda: check_database(url),
        "พื้นที่ดิสก์ · free disk": lambda: check_disk(instance, files),
        "อีเมล · mail": lambda: check_mail(app_config),
        "ที่เก็บไฟล์ · storage": lambda: check_bucket(app_config) if app_config["STORAGE_URL"] else check_storage(files),
        "Redis": lambda: check_redis(app_config["JOBS_URL"], app_config["RATELIMIT_STORAGE_URI"]),
        "นาฬิกา · clock": lambda: check_clock(url, instance),
        "ลายมือชื่อดิจิทัล · digital signature": lambda: check_signing(app_config),
        "การเข้าสู่ระบบด้วยบัญชีหน่วยงาน · single sign-on": lambda: check_providers(app_config),
        "ข้อมูลสำรอง · back-up": lambda: check_backup(app_config["BACKUP_DIR"], instance),
        "ตัวทำงานเบื้องหลัง · worker": check_worker,
        "กุญแจลับ · secret key": lambda: check_secret_key(instance),
    }
    return [examine(name, check) for name, check in checks.items()]
