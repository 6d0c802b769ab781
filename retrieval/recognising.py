"""Which piece of a document is its title, number, minutes, summary, objectives, section.

What a page carries round its text (a play button, a voice's name) is left out and named. All else
that is not recognised stays in the lesson's text: no word of the author is lost.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from retrieval.pieces import looks_like_heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.pieces import Piece

__all__ = ["Recognised", "minutes_aloud", "recognise", "stands_alone"]

WORDS_A_MINUTE = 130
"""Read aloud at a teacher's pace."""

LONGEST_SUMMARY = 150
"""Words. What follows a longer one without a heading is taken for the lesson's text."""

LONGEST_OBJECTIVE = 30
"""Words of an objective that has no bullet."""

_FURNITURE = {
    "listen to the full lesson",
    "listen to this lesson",
    "listen to the lesson",
    "ai narration",
    "mark as complete",
    "mark as completed",
    "next lesson",
    "previous lesson",
    "back to course",
    "back to the course",
    "back to top",
    "skip to content",
    "skip to main content",
}
_LABELS = {
    "summary": "summary",
    "quick summary": "summary",
    "lesson summary": "summary",
    "in brief": "summary",
    "objectives": "objectives",
    "learning objectives": "objectives",
    "learning goals": "objectives",
    "learning outcomes": "objectives",
    "what you will learn": "objectives",
    "what you'll learn": "objectives",
    "sources": "sources",
    "references": "sources",
    "key insights": "key insights",
    "why it matters": "why it matters",
}
_NUMBER = re.compile(r"(?:lesson|chapter|unit|module)\s+(\d{1,4})(?:\s*[:.–—-]\s*(\S.*))?", re.I)
_MINUTES = re.compile(
    r"(?:(?:duration|length|time|reading time)\s*:\s*)?(\d{1,3})[\s-]*"
    r"(?:min|mins|minute|minutes)\.?(?:\s+(?:read|lesson))?",
    re.I,
)
_BETWEEN = re.compile(r"\s*[·•|]\s*")
OPENING = 12
"""Pieces from the top among which number, minutes and title are looked for."""


@dataclass(slots=True)
class Recognised:
    """What a document's pieces turned out to be. `opening` is text before the first heading."""

    title: str = ""
    number: int | None = None
    minutes: int | None = None
    summary: str = ""
    objectives: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    opening: list[Piece] = field(default_factory=list)
    sections: list[tuple[Piece, list[Piece]]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)

    @property
    def words(self) -> int:
        """How many words the whole lesson has."""
        below = [piece for _, pieces in self.sections for piece in pieces]
        texts = [piece.plain for piece in (*self.opening, *below)]
        return sum(len(text.split()) for text in (self.summary, *self.objectives, *texts))


def stands_alone(line: str) -> bool:
    """Whether a line has a meaning of its own, so that it belongs to no paragraph."""
    whole = bool(_label(line)) or _plain_key(line) in _FURNITURE
    return whole or all(_is_fact(part) for part in _BETWEEN.split(line))


def minutes_aloud(words: int) -> int:
    """How long so many words take when they are read aloud."""
    return min(600, max(1, math.ceil(words / WORDS_A_MINUTE)))


def recognise(pieces: Sequence[Piece], title: str = "", fallback: str = "") -> Recognised:
    """Sort the pieces. `title` is what the document's properties say, `fallback` its file name."""
    found = Recognised()
    kept = _without_facts(found, [piece for piece in pieces if not _furniture(found, piece)])
    kept = _without_title(found, kept, title, fallback)
    opening, spans = _spans(kept)
    found.opening += opening
    for heading, below in spans:
        _sort_in(found, heading, below)
    _set_levels(found)
    return found


def _plain_key(text: str) -> str:
    return " ".join(text.replace("’", "'").casefold().split()).rstrip(" :")


def _label(text: str) -> str:
    return _LABELS.get(_plain_key(text), "")


def _is_fact(text: str) -> bool:
    number = _NUMBER.fullmatch(text)
    return bool(_MINUTES.fullmatch(text) or (number and not number[2]))


def _furniture(found: Recognised, piece: Piece) -> bool:
    if piece.kind == "other" or _plain_key(piece.plain) not in _FURNITURE:
        return False
    found.left_out.append(piece.plain)
    return True


def _without_facts(found: Recognised, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without those at the top that are only the lesson's number and minutes."""
    kept: list[Piece] = []
    for index, piece in enumerate(pieces):
        if index >= OPENING or piece.kind not in ("heading", "prose"):
            kept.append(piece)
            continue
        rest = [part for part in _BETWEEN.split(piece.plain) if not _take_fact(found, part)]
        numbered = _NUMBER.fullmatch(piece.plain)
        if numbered and numbered[2] and found.number is None:
            found.number = int(numbered[1])
            at = len(piece.markdown) - len(numbered[2])
            same = piece.markdown[at:] == numbered[2]
            markdown = numbered[2] if same else piece.markdown
            kept.append(replace(piece, plain=numbered[2], markdown=markdown))
        elif rest:
            kept.append(piece)
    return kept


def _take_fact(found: Recognised, text: str) -> bool:
    number, minutes = _NUMBER.fullmatch(text), _MINUTES.fullmatch(text)
    if number and not number[2] and found.number is None:
        found.number = int(number[1])
    elif minutes and found.minutes is None:
        found.minutes = min(600, max(1, int(minutes[1])))
    else:
        return False
    return True


def _without_title(
    found: Recognised, pieces: list[Piece], title: str, fallback: str
) -> list[Piece]:
    first = pieces[0] if pieces else None
    highest = [p for p in pieces if p.kind == "heading" and p.level == 1 and not _label(p.plain)]
    taken: Piece | None = None
    if first and _may_be_title(first):
        taken = first
    elif len(highest) == 1:
        taken = highest[0]
    if taken and taken.plain:
        found.title = " ".join(taken.plain.split())
        return [piece for piece in pieces if piece is not taken]
    found.title = " ".join(title.split()) or fallback
    found.unsure.append(f"no title was found: '{found.title}' is taken")
    return pieces


def _may_be_title(piece: Piece) -> bool:
    if _label(piece.plain) or _is_fact(piece.plain):
        return False
    if piece.kind == "heading":
        return piece.level == 1 or not piece.given
    return piece.kind == "prose" and looks_like_heading(piece.plain)


def _spans(pieces: Sequence[Piece]) -> tuple[list[Piece], list[tuple[Piece, list[Piece]]]]:
    """What stands before the first heading, and each heading with what stands below it."""
    opening: list[Piece] = []
    spans: list[tuple[Piece, list[Piece]]] = []
    for piece in pieces:
        if piece.kind == "prose" and _label(piece.plain):
            piece = replace(piece, kind="heading", markdown=piece.plain.rstrip(" :"), level=2)
        if piece.kind == "heading":
            spans.append((piece, []))
        elif spans:
            spans[-1][1].append(piece)
        else:
            opening.append(piece)
    return opening, spans


def _sort_in(found: Recognised, heading: Piece, below: list[Piece]) -> None:
    """Give a heading and its text their place in the lesson."""
    label = _label(heading.plain)
    if label == "summary" and not found.summary and below and below[0].kind in ("prose", "list"):
        _take_summary(found, below)
    elif label == "objectives" and not found.objectives and _take_objectives(found, below):
        pass
    elif label == "sources" and not found.sources and _are_sources(below):
        found.sources = below[0].items
    elif _letters(heading.plain) == _letters(found.title) and _letters(found.title):
        found.left_out.append(heading.plain)
        _follow(found, below)
    else:
        found.sections.append((heading, below))


def _are_sources(below: Sequence[Piece]) -> bool:
    """Only a list; one with links stays in the text, where they can be followed."""
    return [piece.kind for piece in below] == ["list"] and "](" not in below[0].markdown


def _follow(found: Recognised, pieces: Sequence[Piece]) -> None:
    """Text without a heading of its own goes on with what stands before it."""
    (found.sections[-1][1] if found.sections else found.opening).extend(pieces)


def _take_summary(found: Recognised, below: list[Piece]) -> None:
    taken = 0
    for piece in below:
        words = sum(len(p.plain.split()) for p in below[: taken + 1])
        if piece.kind not in ("prose", "list") or (taken and words > LONGEST_SUMMARY):
            break
        taken += 1
    found.summary = " ".join(" ".join(piece.plain for piece in below[:taken]).split())
    if below[taken:]:
        found.unsure.append("where the summary ends: look whether its text is whole")
        _follow(found, below[taken:])


def _take_objectives(found: Recognised, below: list[Piece]) -> bool:
    """The first list below the heading; what leads to it ('You will be able to:') is left out."""
    at = next((index for index, piece in enumerate(below) if piece.items), None)
    if at is None:
        return _take_lines(found, below)
    found.objectives = tuple(" ".join(item.split()) for item in below[at].items if item.strip())
    for piece in below[:at]:
        if piece.plain.endswith(":"):
            found.left_out.append(piece.plain)
        else:
            _follow(found, [piece])
    _follow(found, below[at + 1 :])
    return True


def _take_lines(found: Recognised, below: Sequence[Piece]) -> bool:
    """Objectives that lost their bullets, as in many a PDF: short paragraphs and nothing else."""
    texts = [piece.plain for piece in below if piece.kind == "prose"]
    short = all(len(text.split()) <= LONGEST_OBJECTIVE for text in texts)
    if not texts or len(texts) < len(below) or not short:
        return False
    found.objectives = tuple(texts)
    found.unsure.append("the objectives were no list: look whether each stands by itself")
    return True


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _set_levels(found: Recognised) -> None:
    """The highest headings become ##, all below them ###; those the reader knows are ##.

    A heading that has nothing but a deeper one below it, which would now stand beside it, is
    joined with that one.
    """
    levels = [heading.level for heading, _ in found.sections if not _is_known(heading)]
    highest = min(levels, default=2)
    placed: list[tuple[Piece, list[Piece]]] = []
    bare: Piece | None = None
    for heading, below in found.sections:
        if bare and highest < bare.level < heading.level and not _is_known(heading):
            placed.pop()
            heading = _under(bare, heading)
        bare = None if below else heading
        top = _is_known(heading) or heading.level == highest
        placed.append((replace(heading, level=2 if top else 3), below))
    found.sections = placed


def _under(above: Piece, heading: Piece) -> Piece:
    return replace(
        heading,
        markdown=f"{above.markdown}: {heading.markdown}",
        plain=f"{above.plain}: {heading.plain}",
    )


def _is_known(heading: Piece) -> bool:
    return _label(heading.plain) in ("key insights", "why it matters")
