"""Taking it along to Anki: a package of the learner's questions, and the review log in its columns.

The one file that imports genanki. A note is known by the course and the question's id, so a package
that is imported again changes the notes that are there and doubles none; Anki keeps their schedule.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import itertools
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import genanki

from bot.chat.texts import en as texts
from retrieval.questions import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from bot.study.card import Card
    from bot.study.review import Review
    from retrieval.questions import Question

__all__ = ["COLUMNS", "Rated", "Taken", "anki_package", "review_log_csv"]

COLUMNS: Final = ("id", "cid", "usn", "ease", "ivl", "lastIvl", "factor", "time", "type")
"""Those of Anki's table `revlog`."""
NOT_SYNCHRONISED: Final = -1
LEARNING, REVIEWING, RELEARNING = 0, 1, 2
"""Anki's types of a review: of a new card, on a later day, and once more on the same day."""
_FIELDS: Final = ("Question", "Options", "Answer", "Explanation", "Passage", "Lesson")
_FRONT: Final = """\
<div class="question">{{Question}}</div>{{#Options}}<ul>{{Options}}</ul>{{/Options}}"""
_BACK: Final = """\
{{FrontSide}}<hr id="answer"><div class="answer">{{Answer}}</div>
{{#Explanation}}<p>{{Explanation}}</p>{{/Explanation}}
{{#Passage}}<blockquote>{{Passage}}</blockquote>{{/Passage}}
<div class="lesson">{{Lesson}}</div>"""
_STYLE: Final = """\
.card { font-family: sans-serif; font-size: 20px; line-height: 1.45; max-width: 36em;
  margin: 0 auto; padding: 0.5em; text-align: left; }
.question, .answer { font-weight: bold; }
blockquote { margin: 1em 0; padding-left: 0.8em; border-left: 3px solid #7aa7d6; }
.lesson { opacity: 0.65; font-size: 16px; }"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A question to take along, with the learner's card, the lesson's title and the passage."""

    question: Question
    card: Card
    lesson: str
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Rated:
    """A row of the review log and when it was written (aware); `seconds` 0 if nobody measured."""

    review: Review
    at: datetime
    seconds: float = 0


def anki_package(cards: Iterable[Taken], course_title: str, *, course: str, now: datetime) -> bytes:
    """The questions as an .apkg file: a deck named as the course, next due first.

    `course` is the course's id, which makes the ids in the package together with the questions'.
    Anki takes over what has changed since an earlier import if `now` is later than then.
    """
    deck = genanki.Deck(_number(f"deck {course}"), course_title)
    model = _model()
    for place, taken in enumerate(sorted(cards, key=_next_due)):
        deck.add_note(_note(model, taken, course, place))
    return _packed(deck, now)


def review_log_csv(reviews: Iterable[Rated]) -> str:
    """The log, in the order it was written, as a table with Anki's columns and a line of names.

    `id` is the time in milliseconds (no two are the same), `ease` the rating from 1 to 4, `ivl`
    the days until the card is due again. There is no ease factor in FSRS: it is 0.
    """
    last: dict[int, tuple[date, int]] = {}
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(COLUMNS)
    number = 0
    for one in reviews:
        review = one.review
        number = max(number + 1, round(one.at.timestamp() * 1000))
        before = last.get(review.card)
        days = (review.due - review.day).days if review.due is not None else 0
        kind = LEARNING if before is None else REVIEWING
        if before is not None and before[0] == review.day:
            kind = RELEARNING
        row = (number, review.card, NOT_SYNCHRONISED, int(review.rating), days)
        table.writerow((*row, before[1] if before else 0, 0, round(one.seconds * 1000), kind))
        last[review.card] = (review.day, days)
    return written.getvalue()


def _model() -> genanki.Model:
    return genanki.Model(
        _number("model of questions, 1"),
        "Viva",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "Question", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )


def _note(model: genanki.Model, taken: Taken, course: str, place: int) -> genanki.Note:
    question = taken.question
    written = (_answer(question), question.explanation, taken.passage, taken.lesson)
    options = "".join(f"<li>{_html(text)}</li>" for text in _options(question))
    fields = [_html(question.stem), options, *map(_html, written)]
    tag = re.sub(r"\s+", "-", taken.lesson.strip())
    return genanki.Note(
        model,
        fields,
        tags=[tag] if tag else [],
        guid=genanki.guid_for(course, question.id),
        due=place,
    )


def _options(question: Question) -> list[str]:
    """What is chosen from. What is to be ordered stands in the right order: it is mixed."""
    options = [option.text for option in question.options]
    if question.kind is not QuestionKind.ORDER:
        return options
    mixed = sorted(options, key=lambda text: _number(question.id + text))
    return mixed if mixed != options else mixed[::-1]


def _answer(question: Question) -> str:
    if question.kind is QuestionKind.ORDER:
        return "\n".join(f"{place}. {key}" for place, key in enumerate(question.keys, 1))
    if question.options:
        return "\n".join(question.keys)
    first, *others = question.keys
    return texts.also_right(first, others) if others else first


def _html(text: str) -> str:
    return html.escape(text.strip(), quote=False).replace("\n", "<br>")


def _number(name: str) -> int:
    """A number that stays the same for a name, in the range genanki asks for."""
    return 2**30 + int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % 2**30


def _next_due(taken: Taken) -> tuple[bool, int, int]:
    due = taken.card.due
    return due is None, due.toordinal() if due else 0, taken.card.id


def _packed(deck: genanki.Deck, now: datetime) -> bytes:
    """The file, made in memory: genanki itself leaves a database behind in the temporary folder."""
    seconds = now.timestamp()
    with closing(sqlite3.connect(":memory:")) as database:
        numbers = itertools.count(round(seconds * 1000))
        genanki.Package(deck).write_to_db(database.cursor(), seconds, numbers)
        database.commit()
        content = database.serialize()
    file = io.BytesIO()
    moment = (now.year, now.month, now.day, now.hour, now.minute, now.second)
    with zipfile.ZipFile(file, "w") as package:
        for name, inside in (("collection.anki2", content), ("media", b"{}")):
            entry = zipfile.ZipInfo(name, moment)
            package.writestr(entry, inside, zipfile.ZIP_DEFLATED)
    return file.getvalue()
