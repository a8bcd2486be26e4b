"""Settings of one installation, read from the environment. `docs/configuration.md` lists each; a test keeps the two equal.

Nothing secret has a default: the secret key is made at set-up in `instance/secret_key`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.providers import providers

ROOT = Path(__file__).resolve().parent.parent

# Environment variable → default. Everything an administrator may set.
SETTINGS: dict[str, str] = {
    "BASE_URL": "http://127.0.0.1:8000",
    "INSTANCE_DIR": str(ROOT / "instance"),
    "DATABASE_URL": "",
    "JOBS_URL": "",
    "STORAGE_DIR": "",
    "STORAGE_URL": "",
    "S3_ENDPOINT": "",
    "S3_REGION": "us-east-1",
    "S3_ACCESS_KEY": "",
    "S3_SECRET_KEY": "",
    "BACKUP_DIR": "",
    "SECRET_KEY": "",
    "MAIL_SERVER": "",
    "MAIL_PORT": "587",
    "MAIL_USERNAME": "",
    "MAIL_PASSWORD": "",
    "MAIL_TLS": "starttls",
    "MAIL_FROM": "Ruam <no-reply@localhost>",
    "MAX_UPLOAD_MB": "25",
    "TRUSTED_PROXIES": "0",
    "RATELIMIT_STORAGE": "",
    "CERTIFICATE_P12": "",
    "CERTIFICATE_P12_PASSWORD": "",
    "CERTIFICATE_P12_PASSWORD_FILE": "",
    "TIMESTAMP_URL": "",
    "METRICS_TOKEN": "",
    "LOG_FORMAT": "auto",
    "OIDC_PROVIDERS": "",
    "WEBHOOKS_INSIDE": "no",
}


class ConfigError(RuntimeError):
    """A setting is missing or cannot be used; the message says what to do."""


def database_url(setting: str, instance: Path) -> str:
    """The SQLAlchemy URL: SQLite in `instance/` unless DATABASE_URL names a PostgreSQL."""
    if not setting:
        return f"sqlite:///{instance / 'ruam.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if setting.startswith(prefix):
            return "postgresql+psycopg://" + setting.removeprefix(prefix)
    return setting


def on_redis(url: str) -> bool:
    """Whether this is the address of a Redis."""
    return url.startswith(("redis://", "rediss://"))


def secret_key(setting: str, instance: Path) -> str:
    """SECRET_KEY, or the key made at set-up. Raises `ConfigError` when there is neither."""
    if setting:
        return setting
    try:
        return (instance / "secret_key").read_text().strip()
    except FileNotFoundError:
        raise ConfigError(f"No secret key: run `make run` once, or set SECRET_KEY, or write one to {instance}/secret_key") from None


def load(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The Flask configuration of this environment."""
    value = {name: environ.get(name, default).strip() or default for name, default in SETTINGS.items()}
    instance = Path(value["INSTANCE_DIR"]).resolve()
    base_url = value["BASE_URL"].rstrip("/")
    return {
        "BASE_URL": base_url,
        "INSTANCE_DIR": str(instance),
        "STORAGE_DIR": value["STORAGE_DIR"] or str(instance / "files"),
        "BACKUP_DIR": value["BACKUP_DIR"] or str(instance / "backups"),
        "MAIL_DIR": str(instance / "mail"),
        "JOBS_URL": value["JOBS_URL"],
        "SECRET_KEY": secret_key(value["SECRET_KEY"], instance),
        "SQLALCHEMY_DATABASE_URI": database_url(value["DATABASE_URL"], instance),
        "MAIL_SERVER": value["MAIL_SERVER"],
        "MAIL_PORT": int(value["MAIL_PORT"]),
        "MAIL_USERNAME": value["MAIL_USERNAME"],
        "MAIL_PASSWORD": value["MAIL_PASSWORD"],
        "MAIL_TLS": value["MAIL_TLS"],
        "MAIL_FROM": value["MAIL_FROM"],
        "TRUSTED_PROXIES": int(value["TRUSTED_PROXIES"]),
        **{name: value[name] for name in ("CERTIFICATE_P12", "CERTIFICATE_P12_PASSWORD", "CERTIFICATE_P12_PASSWORD_FILE", "TIMESTAMP_URL",
                                     "METRICS_TOKEN", "LOG_FORMAT", "STORAGE_URL", "S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY",
                                     "S3_SECRET_KEY")},
        "OIDC_PROVIDERS": providers(value["OIDC_PROVIDERS"], environ),
        "WEBHOOKS_INSIDE": value["WEBHOOKS_INSIDE"] == "yes",
        "RATELIMIT_STORAGE_URI": value["RATELIMIT_STORAGE"] or (value["JOBS_URL"] if on_redis(value["JOBS_URL"]) else "memory://"),
        "RATELIMIT_KEY_PREFIX": "ruam",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,  # while Redis is away, each process counts for itself
        "RATELIMIT_HEADERS_ENABLED": True,
        "MAX_CONTENT_LENGTH": int(value["MAX_UPLOAD_MB"]) * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SESSION_COOKIE_NAME": "ruam_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": base_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session itself
        "BABEL_DEFAULT_LOCALE": "th",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Bangkok",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
    }
