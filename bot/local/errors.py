"""What can go wrong in the local server.

LocalServerError          what stops the server; the message says what to do
├── HomeInUse             another server keeps its chats in the same folder
└── HomeDamaged           a file of that folder is cut, foreign, missing or not ours to write

A port that cannot be had is told by `bot.errors.CannotListen`, for whoever serves.

ApiError                  what a bot or the page is told; the server goes on
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ApiError", "HomeDamaged", "HomeInUse", "LocalServerError"]


class LocalServerError(Exception):
    """The root of what stops the local server."""


class HomeInUse(LocalServerError):
    """Another local server is working in the same folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another local chat is using {folder}. Stop it, or give this one its own VIVA_HOME."
        )


class HomeDamaged(LocalServerError):
    """A file of the local chat cannot be used. `remedy` ends the message."""

    def __init__(self, path: Path, fault: str, remedy: str) -> None:
        self.path = path
        super().__init__(f"{path}: {fault}. {remedy}")


class ApiError(Exception):
    """An answer with `"ok": false`. The description is Telegram's own wherever it has one."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        self.code = code
        self.description = description
        self.parameters = parameters
        super().__init__(f"{code} {description}")


def bad_request(what: str) -> ApiError:
    """The commonest answer: 400, with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {what}")
