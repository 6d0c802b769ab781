"""Which words of a course a voice question probably holds: what the recogniser is told first.

Whisper reads 50 or 60 words ahead of the sound, and a course has more of them. On 54 spoken
questions about the eight lessons, each with a name in it, the words of the learner's lesson first
gave half the errors of any one order for the whole course.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from retrieval.pronunciation import as_word

if TYPE_CHECKING:
    from retrieval.courses import Course, Lesson

__all__ = ["glossary"]


def glossary(course: Course, lesson: Lesson | None = None) -> dict[str, str]:
    """How the names and terms of the course are said, by how they are written, the likeliest first.

    Those of the lesson come first, the most frequent at the head; then the others in the order
    of the course's list.
    """
    said = {each.written: each.say for each in course.pronunciations}
    if lesson is None or not said:
        return said
    text = "\n".join(section.text for section in lesson.sections)
    count = Counter(match["word"] for match in re.finditer(as_word(*said), text))
    return dict(sorted(said.items(), key=lambda pair: -count[pair[0]]))
