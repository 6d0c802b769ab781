"""The settings: read from the environment once, checked once, then frozen.

There is no .env file to read: `make run` and a service manager both pass an environment, and a
token that lies in the working folder ends up in a commit.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError

__all__ = ["Allowed", "Settings", "parse_allow", "parse_database_url", "read_settings"]

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,}")
CODE = re.compile(r"[A-Za-z0-9_-]{4,64}")
"""An invitation also has to fit a link, https://t.me/<bot>?start=<code> (Bot API, deep links)."""

_DATABASE_REMEDY = (
    "is not an address of a database. Write it as postgresql://user:password@host/name, "
    "or sqlite:///path/to/file"
)


class Settings(BaseSettings):
    """Everything that can be set from outside. An empty variable counts as not set."""

    model_config = SettingsConfigDict(
        frozen=True, env_ignore_empty=True, hide_input_in_errors=True, extra="ignore"
    )

    token: SecretStr | None = Field(None, validation_alias="TELEGRAM_BOT_TOKEN")
    telegram_api: str | None = Field(None, validation_alias="VIVA_TELEGRAM_API")
    lessons: Path = Field(Path("lessons"), validation_alias="VIVA_LESSONS")
    index: Path = Field(Path("index"), validation_alias="VIVA_INDEX")
    home: Path = Field(Path("var"), validation_alias="VIVA_HOME")
    database_url: SecretStr | None = Field(None, validation_alias="VIVA_DATABASE_URL")
    webhook_url: str | None = Field(None, validation_alias="VIVA_WEBHOOK_URL")
    voice: Literal["hibari", "pyttsx3", "none"] = Field("hibari", validation_alias="VIVA_VOICE")
    allow: SecretStr | None = Field(None, validation_alias="VIVA_ALLOW")

    @field_validator("token")
    @classmethod
    def _shape_of_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError(
                "does not look like a bot token (digits, a colon, 35 letters). "
                "Copy it again from @BotFather."
            )
        return token

    @field_validator("telegram_api")
    @classmethod
    def _address_of_a_server(cls, address: str | None) -> str | None:
        if address is None:
            return None
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query:
            raise ValueError("is not an address. Write it as http://host:port")
        return address.rstrip("/")

    @field_validator("webhook_url")
    @classmethod
    def _address_of_a_webhook(cls, address: str | None) -> str | None:
        if address is None:
            return None
        parts = urlsplit(address)
        local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if not (parts.scheme == "https" or local) or not parts.netloc or not parts.path.strip("/"):
            raise ValueError("is not an address for updates. Write it as https://host/some/path")
        return address

    @field_validator("database_url")
    @classmethod
    def _address_of_a_database(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            parse_database_url(url.get_secret_value())
        return url

    @field_validator("allow")
    @classmethod
    def _ids_or_a_code(cls, allow: SecretStr | None) -> SecretStr | None:
        if allow is not None:
            parse_allow(allow.get_secret_value())
        return allow

    @field_validator("lessons", "index", "home")
    @classmethod
    def _a_folder(cls, path: Path) -> Path:
        path = path.expanduser()
        if path.exists() and not path.is_dir():
            raise ValueError(f"is {path}, which is a file. Name a folder.")
        return path

    @property
    def database(self) -> URL | Path:
        """Where the store is: an address, or by default a file in `home`."""
        if self.database_url is None:
            return self.home / "viva.db"
        return parse_database_url(self.database_url.get_secret_value())

    @property
    def allowed(self) -> Allowed:
        """Who may talk with the tutor."""
        return parse_allow(self.allow.get_secret_value()) if self.allow else Allowed()


class Allowed(NamedTuple):
    """Ids of learners, and a code that lets others in; with neither, everyone may come."""

    ids: frozenset[int] = frozenset()
    code: str | None = None


def parse_allow(value: str) -> Allowed:
    """Ids and at most one invitation code, separated by commas. Raises ValueError."""
    entries = [entry.strip() for entry in value.split(",") if entry.strip()]
    codes = [entry for entry in entries if not entry.isdecimal()]
    if len(codes) > 1 or not all(map(CODE.fullmatch, codes)):
        raise ValueError(
            "is not a list of Telegram ids (123,456) with at most one invitation code "
            "(4 to 64 letters, digits, - and _)."
        )
    ids = frozenset(int(entry) for entry in entries if entry.isdecimal())
    return Allowed(ids, codes[0] if codes else None)


def parse_database_url(address: str) -> URL | Path:
    """The address of a PostgreSQL database, or the path of a SQLite file. Raises ValueError."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise ValueError(_DATABASE_REMEDY) from None
    if url.drivername in ("postgresql", "postgres", "postgresql+asyncpg") and url.database:
        return url.set(drivername="postgresql")
    if url.drivername == "sqlite" and url.database:
        return Path(url.database)
    raise ValueError(_DATABASE_REMEDY)


def read_settings() -> Settings:
    """The settings in the environment, or one SettingsError that names every fault."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError([_line(fault) for fault in error.errors()]) from None


def _line(fault: object) -> str:
    assert isinstance(fault, dict)  # noqa: S101
    name = ".".join(map(str, fault["loc"]))
    return f"{name} {str(fault['msg']).removeprefix('Value error, ')}"
