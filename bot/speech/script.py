"""A script: what a voice is to say, line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass

__all__ = ["Line", "Script", "lines_from_json", "lines_to_json"]


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


def lines_to_json(script: Script) -> bytes:
    """The script for a pipe; two scripts are the same when their bytes are."""
    return json.dumps([[line.text, line.pause, line.sounds] for line in script]).encode()


def lines_from_json(body: bytes) -> Script:
    """The way back of `lines_to_json`."""
    return tuple(
        Line(text, pause, tuple((word, sounds) for word, sounds in pairs))
        for text, pause, pairs in json.loads(body)
    )
