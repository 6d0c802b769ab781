"""Questions as messages: a native quiz where it fits Telegram's limits, else text with buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.callback_data import ChooseOption, DontKnow, RateOwn, Reveal
from bot.chat.replies import Button, Poll, Text
from bot.chat.styled import bold, italic, join, plain
from bot.chat.texts import en as texts
from bot.study.quantities import ascending
from retrieval.questions import GAP, QuestionKind

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from bot.chat.replies import Buttons, Message
    from bot.chat.rounds import Next
    from bot.chat.sheet import Item
    from bot.chat.styled import Styled
    from retrieval.questions import Question

__all__ = [
    "LETTERS",
    "as_answered",
    "fits_a_poll",
    "form_of",
    "own_rating_buttons",
    "poll_explanation",
    "question_message",
    "right_options",
    "sequence_of",
]

LETTERS = "ABCDEFGHIJKL"

# Bot API, sendPoll.
POLL_QUESTION, POLL_OPTION, POLL_EXPLANATION, POLL_OPTIONS = 300, 100, 200, 12

_CHOICES = (QuestionKind.CHOICE, QuestionKind.TRUE_FALSE)


def form_of(item: Item, *, greeted: bool = False) -> str:
    """How it is asked: "poll", "buttons", "typed", or "own", which the learner rates.

    A poll has no room for a greeting.
    """
    question = item.question
    if item.kept.own is not None:
        return "own"
    if question.kind in _CHOICES:
        return "poll" if fits_a_poll(question) and not greeted else "buttons"
    return "typed"


def fits_a_poll(question: Question) -> bool:
    """Whether Telegram takes it as a quiz, with room for the count and "I don't know"."""
    return (
        len(question.stem) <= POLL_QUESTION - 20
        and len(question.options) < POLL_OPTIONS
        and all(len(option.text) <= POLL_OPTION for option in question.options)
    )


def sequence_of(question: Question, dice: random.Random) -> tuple[int, ...]:
    """The order to show the options in: shuffled, but numbers ascend and true precedes false."""
    order = list(range(len(question.options)))
    if question.kind is QuestionKind.TRUE_FALSE:
        return tuple(order)
    numbers = ascending([option.text for option in question.options])
    if question.kind is QuestionKind.CHOICE and numbers is not None:
        return numbers
    shuffled = dice.sample(order, len(order))
    if question.kind is QuestionKind.ORDER and shuffled == order:
        shuffled.reverse()
    return tuple(shuffled)


def right_options(question: Question, sequence: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of the right options as they were shown."""
    return tuple(at for at, number in enumerate(sequence) if question.options[number].right)


def question_message(
    following: Next, asking: int, form: str, sequence: tuple[int, ...], greeting: str = ""
) -> Message:
    """The question, as it is to be sent; a greeting stands above it, unless it is a poll."""
    question = following.item.question
    aloud = "\n".join(filter(None, (greeting, _aloud(following, form, sequence))))
    text = Text(
        join("\n\n", (greeting, _as_text(following, form, sequence))),
        _buttons(question, form, asking),
        asking=asking,
        aloud=aloud,
    )
    if form != "poll":
        return text
    options = tuple(question.options[number].text for number in sequence)
    return Poll(
        question=f"{_count(following)} · {question.stem}",
        options=(*options, texts.DONT_KNOW),
        right=right_options(question, sequence),
        explanation=poll_explanation(question),
        asking=asking,
        instead=text,
        aloud=aloud,
    )


def as_answered(question: Question, sequence: tuple[int, ...], given: str) -> Styled:
    """The question as it stands above its explanation: the right options marked, and a wrong one
    that was chosen.
    """
    marks = {
        number: "✓ " if option.right else "✗ " if option.text == given else ""
        for number, option in enumerate(question.options)
    }
    return join("\n\n", (bold(question.stem), _lettered(question, sequence, marks)))


def _lettered(
    question: Question, sequence: tuple[int, ...], marks: Mapping[int, str] | None = None
) -> Styled:
    lines = [
        plain(f"{(marks or {}).get(number, '')}{LETTERS[at]}. {question.options[number].text}")
        for at, number in enumerate(sequence)
    ]
    return join("\n", lines)


def poll_explanation(question: Question) -> str:
    """What Telegram shows below a quiz that was answered; empty when it would not take it."""
    said = question.explanation
    return said if len(said) <= POLL_EXPLANATION and said.count("\n") <= 2 else ""


def _as_text(following: Next, form: str, sequence: tuple[int, ...]) -> Styled:
    question = following.item.question
    lesson = texts.lesson_number(following.item.entry.lesson.number)
    head = italic(f"{_count(following)} · {lesson}")
    how = texts.HOW_TO_ANSWER[question.kind.value] if form == "typed" else ""
    return join("\n\n", (head, bold(question.stem), _lettered(question, sequence), italic(how)))


def _aloud(following: Next, form: str, sequence: tuple[int, ...]) -> str:
    """What a voice says of a question, in paragraphs: which one it is, the question, its options by
    letters, and how it is answered by voice. That a statement is to be judged is said before it.
    """
    question = following.item.question
    truth = question.kind is QuestionKind.TRUE_FALSE
    how = texts.HOW_TO_SAY[form if form == "own" else question.kind.value]
    stem = question.stem.replace(GAP, texts.GAP_ALOUD)
    options = [f"{LETTERS[at]}: {question.options[n].text}." for at, n in enumerate(sequence)]
    asked = (how, stem) if truth else (stem, "\n".join(options), how)
    return "\n\n".join(filter(None, (f"{_count(following)}.", *asked)))


def _count(following: Next) -> str:
    if not following.scored:
        return texts.ONCE_MORE
    return texts.question_of(following.number, following.of)


def _buttons(question: Question, form: str, asking: int) -> Buttons:
    dont_know = (Button(texts.DONT_KNOW, str(DontKnow(asking))),)
    if form == "own":
        return ((Button(texts.REVEAL, str(Reveal(asking))),),)
    if form == "typed":
        return (dont_know,)
    letters = [
        Button(LETTERS[at], str(ChooseOption(asking, at))) for at in range(len(question.options))
    ]
    return (*(tuple(letters[at : at + 4]) for at in range(0, len(letters), 4)), dont_know)


def own_rating_buttons(asking: int) -> Buttons:
    """How well a learner recalled what no program can judge."""
    return (
        (
            Button(texts.HAD_IT, str(RateOwn(asking, 1))),
            Button(texts.HAD_IT_NOT, str(RateOwn(asking, 0))),
        ),
    )
