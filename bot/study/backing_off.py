"""How often one writes to a learner who does not answer: ever less, then not at all.

Three daily messages without an answer, then one every third day, then one a week, then a last note
that says how to come back; after that, silence. Any answer sets it back to daily. Missed days are
counted, never named to the learner.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

__all__ = ["Tone", "Writing", "writing"]

DAILY: Final = 3
SPARSER: Final = ((3, 3), (2, 7))
"""After the daily ones: how many messages, and how many study days before each."""
LAST_NOTE_AFTER: Final = 7


class Tone(StrEnum):
    """What may be sent on a study day."""

    QUESTIONS = "questions"
    LAST_NOTE = "last-note"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Writing:
    """What is sent, and how many messages have gone unanswered before it."""

    tone: Tone
    ignored: int


def writing(day: date, sent: Sequence[date], answered: date | None) -> Writing:
    """What may be sent on a study day.

    `sent` are the study days of the messages so far, oldest first; `answered` is the newest study
    day on which the learner did anything at all (an answer, a question, a lesson read).
    """
    unanswered = [one for one in sent if answered is None or one > answered]
    ignored = len(unanswered)
    if not unanswered:
        return Writing(Tone.QUESTIONS, 0)
    wait, tone = _next(ignored)
    since = (day - unanswered[-1]).days
    return Writing(tone if since >= wait else Tone.NOTHING, ignored)


def _next(ignored: int) -> tuple[int, Tone]:
    """After so many ignored messages: the study days to wait, and what then comes."""
    left = ignored - DAILY
    if left < 0:
        return 1, Tone.QUESTIONS
    for messages, wait in SPARSER:
        if left < messages:
            return wait, Tone.QUESTIONS
        left -= messages
    return LAST_NOTE_AFTER, Tone.LAST_NOTE if left == 0 else Tone.NOTHING
