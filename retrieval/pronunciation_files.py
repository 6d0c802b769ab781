"""The file of a course that says how its names and terms are said: `pronunciation.toml`.

"Bahdanau" = "bah dah now"
"GANs" = { say = "gans", sounds = "ɡˈænz" }
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from retrieval.frontmatter import read_toml
from retrieval.markdown import Fault
from retrieval.pronunciation import SOUNDS, Pronunciation

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PRONUNCIATION_FILE", "read_pronunciations"]

PRONUNCIATION_FILE = "pronunciation.toml"

_KEYS: Final = ("say", "sounds")


def read_pronunciations(
    text: str,
) -> tuple[tuple[Pronunciation, ...], dict[str, int], list[Fault]]:
    """The pronunciations of a file, the line of each word, and what is wrong.

    What is wrong with one word does not hide the others; a word that is wrong is left out.
    """
    values = read_toml(text)
    if isinstance(values, Fault):
        return (), {}, [values]
    lines = {written: _line_of(written, text) for written in values}
    found: list[Pronunciation] = []
    faults: list[Fault] = []
    for written, value in values.items():
        said = {"say": value} if isinstance(value, str) else value
        wrong = list(_wrong(written, said))
        faults += [Fault(lines[written], message) for message in wrong]
        if not wrong:
            say = said.get("say", written).strip()
            found.append(Pronunciation(written, say, said.get("sounds", "").strip()))
    return tuple(found), lines, faults


def _wrong(written: str, said: Any) -> Iterator[str]:
    """What is wrong with a word, in the author's terms."""
    if not written.strip():
        yield "here a word is missing: write it before the ="
    if not isinstance(said, dict) or not said:
        yield f"""'{written}' must be = "as it is said", or {{ say = "…", sounds = "…" }}"""
        return
    for key, value in said.items():
        if key not in _KEYS:
            yield f"'{written}' has the key '{key}': known are {' and '.join(_KEYS)}"
        elif not isinstance(value, str) or not value.strip():
            yield f"'{written}' has an empty '{key}': write how it is said"
    sounds = said.get("sounds", "")
    strange = sorted(set(sounds) - SOUNDS) if isinstance(sounds, str) else []
    if strange:
        hint = " (the g of phonemes is ɡ)" if "g" in strange else ""
        yield f"'{written}' has sounds that no voice knows: {' '.join(strange)}{hint}"


def _line_of(written: str, text: str) -> int:
    found = re.search(
        rf"""^[ \t]*\[?["']?{re.escape(written)}["']?[ \t]*[=\].]""", text, re.MULTILINE
    )
    return text.count("\n", 0, found.start()) + 1 if found else 1
