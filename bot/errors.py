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
    ├── CannotSpeak           no voice of this machine can say it; the text stands
    ├── CannotHear            a voice note cannot be made text
    │   ├── AudioTooLong      it is longer than is listened to
    │   └── BrokenAudio       the file is damaged, or holds no sound
    ├── WorkerFailed          a process that does slow work gave no result
    │   └── WorkerBusy        too many wait for it already
    ├── VoiceFailed           one voice could not say it; another may
    ├── NotYet                it will be known in a moment: try again
    └── CourseNotReady        there is no index to answer from

Retrieval has its own tree (`retrieval.errors`), and so has the local server (`bot.local.errors`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "AudioTooLong",
    "BrokenAudio",
    "CannotCopy",
    "CannotHear",
    "CannotListen",
    "CannotSpeak",
    "CourseNotReady",
    "NewerDatabase",
    "NotYet",
    "PortInUse",
    "SettingsError",
    "StorageError",
    "TokenInUse",
    "TokenRefused",
    "TutorError",
    "VoiceFailed",
    "WorkerBusy",
    "WorkerFailed",
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


class CannotSpeak(TutorError):
    """No voice of this machine can say it now. The text says the same."""


class CannotHear(TutorError):
    """A voice note cannot be made text on this machine now. Type it instead."""


class AudioTooLong(CannotHear):
    """The voice note is longer than a minute. Ask in a shorter one."""


class BrokenAudio(CannotHear):
    """The file is damaged, or holds no sound. Record it again."""


class UnknownLanguage(CannotHear):
    """The recogniser does not understand the language of the course. Type it instead."""


class WorkerFailed(TutorError):
    """A process that does slow work ended or hung, twice in a row."""


class WorkerBusy(WorkerFailed):
    """Too many wait for the same process already. Try again in a minute."""


class VoiceFailed(TutorError):
    """One voice could not say it, or what it gave is no speech of that length."""


class NotYet(TutorError):
    """What this update is about is not written down yet. It is handled again in a moment."""


class CourseNotReady(TutorError):
    """There is no index to answer from, and none could be built."""
