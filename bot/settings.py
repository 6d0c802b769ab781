"""The settings: read from the environment once, checked once, then frozen.

There is no .env file to read: `make run` and a service manager both pass an environment, and a
token that lies in the working folder ends up in a commit.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

__all__ = ["Settings", "read_settings"]

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{20,}")


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

    @field_validator("lessons", "index", "home")
    @classmethod
    def _a_folder(cls, path: Path) -> Path:
        path = path.expanduser()
        if path.exists() and not path.is_dir():
            raise ValueError(f"is {path}, which is a file. Name a folder.")
        return path


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
