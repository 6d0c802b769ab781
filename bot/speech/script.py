"""A script: what a voice is to say, line by line."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Line", "Script"]


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence or heading in words as they are said, then silence.

    `text` holds no Markdown, no digits that a voice could misread, and ends with a full stop, a
    question mark or the like. `pause` is in seconds. `sounds` are phonemes of single words in the
    alphabet of the first voice (misaki's): pairs of a word as it stands in `text` and its sounds.
    """

    text: str
    pause: float
    sounds: tuple[tuple[str, str], ...] = ()


Script = tuple[Line, ...]
