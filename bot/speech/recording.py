"""A recording: a voice's finished sound, with what was measured when it was decoded again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Form", "Recording"]

Form = Literal["opus", "aac", "book"]
"""`opus`: Ogg/Opus, a voice note. `aac`: an .m4a, a piece of a book. `book`: an .m4b."""


@dataclass(frozen=True, slots=True)
class Recording:
    """`seconds`, `peak` (of 1) and `loudness` (LUFS) are of the sound that a listener gets."""

    content: bytes
    seconds: float
    peak: float
    loudness: float

    def measures(self) -> dict[str, Any]:
        """What goes with the content through a pipe."""
        return {"seconds": self.seconds, "peak": self.peak, "loudness": self.loudness}

    @classmethod
    def of(cls, measures: Mapping[str, Any], content: bytes) -> Recording:
        """The way back of `measures`."""
        return cls(content, measures["seconds"], measures["peak"], measures["loudness"])
