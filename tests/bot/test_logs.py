from __future__ import annotations

import io
import logging

import pytest

from bot.logs import Redact, quiet

TOKEN = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.mark.parametrize(
    "line",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/getMe",
        f"ExtBot[token={TOKEN}]",
        f"The token `{TOKEN}` was rejected",
        "http://127.0.0.1:8080/bot250575:local-xq2sUGqmBpTzR0gXv_8Zdw/getUpdates",
    ],
)
def test_no_token_reaches_the_log(line: str) -> None:
    log, written = _log()
    log.warning("%s", line)
    try:
        raise ValueError(line)
    except ValueError:
        log.exception("failed")
    said = written.getvalue()
    assert "AAHdq" not in said
    assert "xq2sUG" not in said
    assert ":***" in said


def test_times_and_addresses_are_left_alone() -> None:
    log, written = _log()
    log.warning("at 12:30 on 127.0.0.1:8080")
    assert written.getvalue() == "at 12:30 on 127.0.0.1:8080\n"


def test_libraries_that_write_addresses_and_words_are_held_back() -> None:
    quiet()
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
    assert not logging.getLogger("telegram.ext.Application").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger("telegram.request.BaseRequest").isEnabledFor(logging.ERROR)
    assert not logging.getLogger("aiosqlite").isEnabledFor(logging.DEBUG)


def _log() -> tuple[logging.Logger, io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(Redact())
    log = logging.Logger("test")
    log.addHandler(handler)
    return log, written
