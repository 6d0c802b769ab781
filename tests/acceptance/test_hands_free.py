"""Hands-free: a quiz of ten questions by voice alone, one note in, one note out, nothing pressed.

The learner is a synthetic voice; what they answer is decided by what they heard.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.chat.texts import en as texts
from bot.storage import learners, met, preferences, reviews
from bot.storage.learners import LearnerId
from retrieval import Library
from tests.speaking import Reply, Speaker, Speech, likeness, speech

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path
    from typing import Any

    from tests.conftest import School

pytestmark = pytest.mark.asyncio(loop_scope="module")

LESSON = """\
---
id: nets
number: 1
title: Deep networks
minutes: 5
summary: How networks of many layers came to win.
objectives:
  - Say who won, and when.
---

## The contest

ImageNet is a contest for programs that name pictures. In 2012 the winner was AlexNet, built by
three people in Toronto. It missed fifteen pictures in a hundred.

## The cards

AlexNet was trained on two gaming cards. Gaming cards do many small sums at the same time.

## Dropout

Geoffrey Hinton described dropout in 2012. Dropout switches off a random half of the units. It
keeps a network from learning by heart, which is called overfitting.

## The game of Go

AlphaGo beat Lee Sedol in Seoul in March 2016. The machine won four games out of five.

## After the match

The company behind AlphaGo then turned to the shapes of proteins, a puzzle of biology.
"""
SECTIONS = ("the-contest", "the-cards", "dropout", "the-game-of-go")


def choice(stem: str, *options: str, section: str, sentence: str) -> str:
    """A question whose first option is right."""
    marks = "\n".join(f"- [{' ' if at else 'x'}] {option}" for at, option in enumerate(options))
    return f"{stem}\n\n{marks}\n\n> {sentence}.\n\nsection: {section}\nsentence: {sentence}\n"


def fact(stem: str, answer: str, section: str, sentence: str) -> str:
    """A question that is answered in words, or by true or false."""
    given = f"answer: {answer}\n\n" if answer else ""
    return f"{stem}\n\n{given}> {sentence}.\n\nsection: {section}\nsentence: {sentence}\n"


QUESTIONS = [
    choice(
        "Which program won the contest in 2012?",
        "AlexNet", "Deep Blue", "Watson", "Siri",
        section="the-contest", sentence="In 2012 the winner was AlexNet",
    ),
    choice(
        "In which city did the builders of the winner work?",
        "Toronto", "London", "Paris", "Berlin",
        section="the-contest", sentence="built by three people in Toronto",
    ),
    fact(
        "How many pictures in a hundred did the winner miss?", "15",
        "the-contest", "It missed fifteen pictures in a hundred",
    ),
    choice(
        "What was the network trained on?",
        "two gaming cards", "a thousand computers", "one telephone", "a large room of people",
        section="the-cards", sentence="AlexNet was trained on two gaming cards",
    ),
    fact(
        "Gaming cards do one large sum after another.", "false",
        "the-cards", "Gaming cards do many small sums at the same time",
    ),
    fact(
        "Who described dropout, with others?", "Geoffrey Hinton",
        "dropout", "Geoffrey Hinton described dropout in 2012",
    ),
    fact(
        "Dropout switches off a random half of the units.", "true",
        "dropout", "Dropout switches off a random half of the units",
    ),
    fact(
        "To learn the examples by heart is called ==overfitting==.", "",
        "dropout", "It keeps a network from learning by heart, which is called overfitting",
    ),
    fact(
        "In which year did the machine beat Lee Sedol?", "2016",
        "the-game-of-go", "AlphaGo beat Lee Sedol in Seoul in March 2016",
    ),
    choice(
        "How many games did the machine win?",
        "four of five", "two of five", "one of five", "three of five",
        section="the-game-of-go", sentence="The machine won four games out of five",
    ),
]  # fmt: skip

LETTER, ORDINAL = "letter", "ordinal"
ANSWERS = {
    "Which program won the contest": LETTER,
    "In which city did the builders": ORDINAL,
    "How many pictures in": "Fifty.",  # it is fifteen
    "What was the network trained on": "Two gaming cards.",
    "Gaming cards do one large sum": "That's false.",
    "Who described dropout": "I think it was Hinton.",
    "Dropout switches off a random": "True.",
    "To learn the examples by heart": "It's called overfitting.",
    "In which year did the machine": "Twenty sixteen.",
    "How many games did the machine": "I don't know.",
}
ORDINALS = ("The first one.", "The second one.", "The third one.", "The last one.")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The course and its index."""
    lessons, index = tmp_path_factory.mktemp("lessons"), tmp_path_factory.mktemp("index")
    folder = lessons / "ai"
    folder.mkdir()
    (folder / "course.toml").write_text('id = "ai"\ntitle = "A History of AI"\n')
    (folder / "01-nets.md").write_text(LESSON)
    asked = [
        f"## {text}".replace("\n", f" {{#q-{at:06x}}}\n", 1) for at, text in enumerate(QUESTIONS)
    ]
    (folder / "01-nets.questions.md").write_text("# Questions\n\n" + "\n".join(asked))
    assert len(Library.build(lessons, index).courses[0].lessons[0].questions) == len(QUESTIONS)
    return lessons, index


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voices() -> AsyncIterator[Speech]:
    async with speech() as loaded:
        yield loaded


@pytest_asyncio.fixture(loop_scope="module")
async def school(
    tmp_path: Path, course: tuple[Path, Path], voices: Speech, start_tutor: Callable[..., Any],
    faults: list[Any],
) -> AsyncIterator[School]:  # fmt: skip
    speaks = {"narrator": voices.narrator, "listener": voices.listener}
    dice = random.Random(7)  # the same order of options every time
    async with start_tutor(tmp_path / "home", *course, dice=dice, **speaks) as running:
        yield running


async def has_read(school: School, ada: LearnerId) -> None:
    """All but the last section, and wants ten new questions a day."""
    now = datetime.now(UTC)
    async with school.database.write() as tx:
        await learners.meet(tx, ada, chat=ada.learner, language="en", now=now)
        await preferences.change(tx, ada, new_a_day=10, cap=20)
        for section in SECTIONS:
            await met.note(tx, ada, course="ai", lesson="nets", section=section, now=now)


def stem_of(asked: Reply) -> str:
    """Which question was asked, by what was heard of it."""
    _, _, question = asked.heard.rpartition("question ")
    question = asked.heard.rpartition("once more ")[2] if "once more" in question else question
    found = {stem: likeness(stem, question) for stem in ANSWERS}
    stem = max(found, key=lambda each: found[each])
    assert found[stem] > 0.75, asked.heard
    return stem


def options_of(asked: Reply) -> list[str]:
    """The options as they stand in the message, each of which was heard behind its letter."""
    shown = [line for line in asked.written[-1].text.splitlines() if line[1:3] == ". "]
    for line in shown:
        assert likeness(line[3:], asked.heard) > 0.7, (line, asked.heard)
    heard = asked.heard.split()
    assert all(letter in heard for letter in "abcd"[: len(shown)]), asked.heard
    return [line[3:] for line in shown]


def answer_to(asked: Reply) -> str:
    """What Ada says. A letter by itself is as short as a word can be."""
    said = ANSWERS[stem_of(asked)]
    if said not in (LETTER, ORDINAL):
        return said
    at = options_of(asked).index("AlexNet" if said == LETTER else "Toronto")
    return ORDINALS[at] if said == ORDINAL else ("Answer A.", "B.", "C.", "D.")[at]


async def test_ten_questions_are_asked_and_answered_by_voice(
    school: School, voices: Speech
) -> None:
    ada = Speaker(school.learner(), voices)
    who = LearnerId(school.server.bots[0].id, ada.learner.id)
    await has_read(school, who)

    asked = await ada.says("Quiz me.")
    assert "question 1 of 10" in asked.heard or "question one of ten" in asked.heard
    stems = []
    for number in range(10):
        if number == 2:
            again = await ada.says("Repeat the question.")
            assert stem_of(again) == stem_of(asked)
        if number == 4:
            passed = stem_of(asked)
            asked = await ada.says("Next.")
            assert stem_of(asked) != passed
        stems.append(stem_of(asked))
        asked = await ada.says(answer_to(asked))
    assert sorted(stems) == sorted(ANSWERS)
    assert stems[-1] == passed

    for _ in range(2):  # what was missed comes once more
        assert texts.ONCE_MORE.lower() in asked.heard
        fifteen = "hundred" in stem_of(asked)
        asked = await ada.says("Fifteen." if fifteen else "Four of five.")
    assert texts.round_went(8, 10) in asked.text
    assert "8 of 10" in asked.heard

    read = await ada.says("Next.")
    assert "After the match" in read.note.text
    assert "shapes of proteins" in read.heard
    stopped = await ada.says("Stop.")
    assert texts.STOPPED in stopped.text

    with pytest.raises(TimeoutError):
        await ada.learner.hears(1)
    notes = [message for message in ada.learner.chat() if "voice" in message.body]
    assert len(notes) == len(ada.told)
    async with school.database.read() as tx:
        log = await reviews.of(tx, who)
    assert len(log) == 10
    assert sum(review.rating >= 3 for review in log) == 8
