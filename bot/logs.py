"""The log: plain lines on stderr, in which no token and no learner's words can stand."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Redact", "configure"]

# "123456:AA…" by itself, and "/bot123456:AA…" as it stands in the addresses of the Bot API.
_TOKEN = re.compile(r"((?:\b|bot)\d+):[A-Za-z0-9_-]{16,}")

# Libraries that at a lower level write addresses with tokens, or whole updates and parameters.
_QUIET: Mapping[str, int] = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "telegram": logging.INFO,
    "telegram.request": logging.CRITICAL,  # of an answer that is no JSON it logs all of it
    "alembic": logging.WARNING,
    "bm25s": logging.WARNING,
    "uvicorn": logging.WARNING,
    "sentence_transformers": logging.WARNING,
}


class Redact(logging.Filter):
    """Takes tokens out of a record: its message, its arguments and its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place and let it through."""
        message = record.getMessage()
        record.msg, record.args = _redacted(message), ()
        if record.exc_info:
            record.exc_text = _redacted(logging.Formatter().formatException(record.exc_info))
        return True


def _redacted(text: str) -> str:
    return _TOKEN.sub(r"\1:***", text)


def configure(level: int = logging.INFO) -> None:
    """Set up the root logger of this process."""
    handler = logging.StreamHandler()
    handler.addFilter(Redact())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    quiet()


def quiet() -> None:
    """Hold back the loggers that would write tokens or learners' words."""
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
