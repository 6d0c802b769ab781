"""What can go wrong in the tutor. Each message says what happened and what to do about it.

    TutorError
    ├── SettingsError         environment variables are wrong; all of them are named at once
    ├── StorageError          the database cannot be opened, read or written
    │   └── NewerDatabase     a later Viva made it
    ├── CannotCopy            a backup or a move cannot be made; nothing was changed
    ├── TokenRefused          the Bot API does not know the token
    ├── TokenInUse            another program polls with the same token
    ├── CannotListen          no server can be opened at an address of this machine
    │   └── PortInUse         another program listens there
    ├── NotYet                it will be known in a moment: try again
    └── CourseNotReady        there is no index to answer from

Retrieval has its own tree (`retrieval.errors`), and so has the local server (`bot.local.errors`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "CannotCopy",
    "CannotListen",
    "CourseNotReady",
    "NewerDatabase",
    "NotYet",
    "PortInUse",
    "SettingsError",
    "StorageError",
    "TokenInUse",
    "TokenRefused",
    "TutorError",
]


class TutorError(Exception):
    """The root of everything the tutor raises on purpose."""

    def __str__(self) -> str:
        return super().__str__() or (self.__doc__ or "").strip()


class SettingsError(TutorError):
    """The settings are wrong. `faults` holds one line for each, with what to do."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(["The settings need mending:", *(f"  {f}" for f in faults)]))


class StorageError(TutorError):
    """The database cannot be opened, read or written."""


class NewerDatabase(StorageError):
    """The database was made by a newer Viva. Update Viva, or set VIVA_HOME to another folder."""


class CannotCopy(TutorError):
    """A backup or a move cannot be made. Nothing was changed."""


class TokenRefused(TutorError):
    """Telegram does not accept TELEGRAM_BOT_TOKEN. Copy it again from @BotFather."""


class TokenInUse(TutorError):
    """Another program polls with this bot's token. Stop it, or use a token of its own."""


class CannotListen(TutorError):
    """No server can be opened at an address of this machine."""


class PortInUse(CannotListen):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use. Stop the other program or choose another: "
            f"viva run --port {port + 1}"
        )


class NotYet(TutorError):
    """What this update is about is not written down yet. It is handled again in a moment."""


class CourseNotReady(TutorError):
    """There is no index to answer from, and none could be built."""
