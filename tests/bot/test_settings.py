from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import read_settings

TOKEN = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def test_without_variables_everything_lies_in_the_checkout() -> None:
    settings = read_settings()
    assert settings.token is None
    assert settings.telegram_api is None
    assert (settings.lessons, settings.index, settings.home) == (
        Path("lessons"),
        Path("index"),
        Path("var"),
    )


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("VIVA_TELEGRAM_API", "http://127.0.0.1:8080/")
    monkeypatch.setenv("VIVA_LESSONS", str(tmp_path))
    settings = read_settings()
    assert settings.token is not None
    assert settings.token.get_secret_value() == TOKEN
    assert settings.telegram_api == "http://127.0.0.1:8080"
    assert settings.lessons == tmp_path


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    assert read_settings().token is None


def test_the_token_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    settings = read_settings()
    assert TOKEN not in f"{settings!r} {settings} {settings.model_dump()}"


def test_all_faults_are_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "my-secret-token")
    monkeypatch.setenv("VIVA_TELEGRAM_API", "localhost")
    monkeypatch.setenv("VIVA_HOME", str(tmp_path / "file"))
    with pytest.raises(SettingsError) as caught:
        read_settings()
    said = str(caught.value)
    assert "TELEGRAM_BOT_TOKEN does not look like a bot token" in said
    assert "VIVA_TELEGRAM_API is not an address" in said
    assert f"VIVA_HOME is {tmp_path / 'file'}, which is a file" in said
    assert "my-secret-token" not in said


@pytest.mark.parametrize("token", ["123", f"{TOKEN} ", f"x{TOKEN}", f"{TOKEN}\n", "1:" + "a" * 10])
def test_what_is_no_token_is_refused(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    with pytest.raises(SettingsError):
        read_settings()
