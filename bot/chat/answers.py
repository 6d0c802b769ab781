"""Answers: what a turn looks like to the learner, now and whenever they come back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.callback_data import Hear, NotHelpful, OtherPlaces, QuizOn, Show, short
from bot.chat.passages import with_passage
from bot.chat.replies import Button
from bot.chat.styled import Styled, italic, join
from bot.chat.texts import en as texts

if TYPE_CHECKING:
    from bot.chat.catalogue import Catalogue, SectionEntry
    from bot.chat.replies import Buttons
    from bot.storage.turns import KeptPassage, Turn

__all__ = [
    "answer_aloud",
    "answer_buttons",
    "answer_text",
    "other_places",
    "section_button",
    "shortened",
]

LABEL_LENGTH = 34
"""Characters of a button's label that a phone shows in a row of its own."""

SENTENCE_LENGTH = 400
"""Characters of a passage's sentence among the other places."""


def answer_text(turn: Turn, catalogue: Catalogue) -> Styled:
    """The sentence, the passage around it folded, and where it stands; or that there is none."""
    if turn.level == "none":
        nearest = texts.NEAREST if _known(turn, catalogue) else ""
        return join("\n\n", (texts.NOT_IN_COURSE, nearest))
    first = turn.passages[0]
    opening = texts.CLOSEST if turn.level == "closest" else turn.answer or ""
    return with_passage(opening, first.text, first.highlights, _citation(first, catalogue))


def answer_aloud(turn: Turn, catalogue: Catalogue) -> str:
    """What a voice says of it: the sentence, and in which lesson it stands."""
    if turn.level == "none":
        return texts.NOT_IN_COURSE
    first = turn.passages[0]
    entry = catalogue.section(first.place)
    said = _sentence(first) if turn.level == "closest" else turn.answer or ""
    opening = texts.CLOSEST_ALOUD if turn.level == "closest" else ""
    where = texts.from_lesson(entry.lesson.number, entry.lesson.title) if entry else ""
    return "\n".join(filter(None, (opening, said, where)))


def answer_buttons(
    turn: Turn, catalogue: Catalogue, *, rated: bool = False, listen: bool = False
) -> Buttons:
    """What can be done from here; `rated` leaves out what was pressed; `listen`: it can be said."""
    known = _known(turn, catalogue)
    if turn.level == "none":
        return tuple((section_button(entry, turn.id),) for entry in known)
    show = Button(texts.SHOW_IN_LESSON, str(Show(short(turn.passages[0].place), turn.id)))
    others = Button(texts.OTHER_PLACES, str(OtherPlaces(turn.id)))
    not_helpful = Button(texts.NOT_HELPFUL, str(NotHelpful(turn.id)))
    quiz = Button(texts.QUIZ_ON_THIS, str(QuizOn(turn.id)))
    hear = [Button(texts.LISTEN, str(Hear(turn.id)))] if listen else []
    more = [others] if len(turn.passages) > 1 else []
    row = (*hear, show) if hear else (show, *more)
    rest = [*(more if hear else []), quiz, *([] if rated else [not_helpful])]
    return (row, *(tuple(rest[at : at + 2]) for at in range(0, len(rest), 2)))


def other_places(turn: Turn, catalogue: Catalogue) -> tuple[Styled, Buttons]:
    """The passages after the first, a sentence each, with a button to each section."""
    others = turn.passages[1:]
    places = [join("\n", (_sentence(passage), _citation(passage, catalogue))) for passage in others]
    entries = filter(None, (catalogue.section(passage.place) for passage in others))
    buttons = tuple((section_button(entry, turn.id),) for entry in entries)
    return join("\n\n", (texts.OTHERS, *places)), buttons


def section_button(entry: SectionEntry, turn: int) -> Button:
    """Opens a section with a way back to the turn."""
    label = f"{entry.lesson.number} · {entry.section.heading}"
    return Button(shortened(label), str(Show(short(entry.id), turn)))


def shortened(label: str, length: int = LABEL_LENGTH) -> str:
    """Cut at a word's end, with an ellipsis, when it is longer than that."""
    if len(label) <= length:
        return label
    whole_words = label[:length].rpartition(" ")[0] or label[: length - 1]
    return whole_words.rstrip(" ,;:–-") + "…"


def _known(turn: Turn, catalogue: Catalogue) -> list[SectionEntry]:
    """The sections of the turn's passages that still exist."""
    return list(filter(None, (catalogue.section(passage.place) for passage in turn.passages)))


def _sentence(passage: KeptPassage) -> str:
    start, end = passage.highlights[0] if passage.highlights else (0, len(passage.text))
    return shortened(passage.text[start:end].strip(), SENTENCE_LENGTH)


def _citation(passage: KeptPassage, catalogue: Catalogue) -> Styled:
    """Lesson and section by name; by id when the course no longer has them."""
    entry = catalogue.section(passage.place)
    if entry is None:
        return italic(passage.place)
    place = join(" › ", (texts.lesson(entry.lesson.number, entry.lesson.title), _heading(entry)))
    course = entry.course.title if len(catalogue.courses) > 1 else ""
    return italic(join(" · ", (course, place)))


def _heading(entry: SectionEntry) -> str:
    return " › ".join(entry.section.path)
