"""/quiz, and what is pressed, voted or typed in answer to a question."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.chat.callback_data import (
    ChooseOption,
    DontKnow,
    More,
    QuizLesson,
    QuizOn,
    RateOwn,
    Report,
    Reveal,
    SetAside,
    TakeBack,
    Undo,
    WasRight,
)
from bot.chat.handlers.courses import shown
from bot.chat.questions import LETTERS, right_options
from bot.chat.quiz import (
    answer_buttons,
    answered,
    ask_again,
    ask_next,
    ask_one,
    ask_other,
    regrade,
    take_back,
)
from bot.chat.replies import Acknowledge, Button, ClosePoll, EditButtons, Reply, Text
from bot.chat.rounds import DAY, RISK, lesson_round
from bot.chat.sheet import OWN
from bot.chat.styled import plain
from bot.chat.texts import en as texts
from bot.errors import NotYet
from bot.storage import askings, cards, feedback, outbox, turns
from bot.storage.feedback import Feedback, Kind
from bot.study.card import Suspended
from bot.study.choosing import named_options
from bot.study.grading import Outcome
from retrieval.questions import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.catalogue import SectionEntry
    from bot.chat.context import Context, Handle
    from bot.chat.incoming import Incoming
    from bot.storage.askings import Asking
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId
    from retrieval.questions import Question

__all__ = [
    "choose",
    "counts_as_right",
    "dont_know",
    "likely_words",
    "more",
    "pass_over",
    "quiz",
    "quiz_lesson",
    "quiz_on",
    "quiz_risk",
    "rate_own",
    "repeat",
    "report",
    "reveal",
    "set_aside",
    "spoken",
    "taken_back",
    "typed",
    "undo",
    "vote",
    "was_right",
]


async def quiz(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The study day's questions, now."""
    return await ask_next(tx, incoming.who, context, DAY)


async def quiz_risk(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """What is most likely to be forgotten."""
    return await ask_next(tx, incoming.who, context, RISK)


async def quiz_lesson(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The questions of one lesson."""
    catalogue = context.catalogue
    entry = catalogue.lesson(incoming.pressed(QuizLesson).lesson) if catalogue else None
    if entry is None:
        return [Text(plain(texts.SECTION_GONE))]
    return await ask_next(tx, incoming.who, context, lesson_round(entry.id))


async def choose(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """An option's button."""
    data = incoming.pressed(ChooseOption)
    asking = await askings.find(tx, incoming.who, data.asking)
    if asking is None:
        return [Acknowledge(texts.QUESTION_GONE)]
    return await _chosen(incoming, tx, context, asking, (data.option,))


async def vote(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """A vote in a quiz. One whose message is not written down yet is looked at again soon."""
    poll = incoming.poll
    if poll is None or not poll.options:
        return []
    asking = await askings.by_poll(tx, incoming.who, poll.id)
    if asking is None and incoming.tries < 3:
        raise NotYet
    if asking is None:  # a second copy of a quiz whose first one was in doubt
        asking = await askings.newest_poll(tx, incoming.who)
        await outbox.reacted(tx, incoming.who.bot, incoming.chat, None, context.now)
    if asking is None:
        return []
    return await _chosen(incoming, tx, context, asking, poll.options)


def _speaks(said: Sequence[Reply]) -> bool:
    """Whether it is more than a notice."""
    return any(not isinstance(reply, Acknowledge) for reply in said)


async def _chosen(
    incoming: Incoming,
    tx: Transaction,
    context: Context,
    asking: Asking,
    chosen: tuple[int, ...],
) -> list[Reply]:
    found = await _asked(incoming, tx, context, asking)
    if found is None:
        return [Text(plain(texts.QUESTION_GONE))]
    options = found[1].options
    right = set(right_options(found[1], asking.sequence))
    shown = [at for at in chosen if at < len(asking.sequence)]
    outcome = Outcome.RIGHT if set(chosen) == right else Outcome.WRONG
    if not shown:
        outcome = Outcome.DONT_KNOW
    given = ", ".join(options[asking.sequence[at]].text for at in shown)
    return await answered(
        tx, incoming.who, context, asking, given, outcome, pressed=incoming.message
    )


async def _asked(
    incoming: Incoming, tx: Transaction, context: Context, asking: Asking
) -> tuple[SectionEntry, Question] | None:
    """What was asked and where it stands, or None when the course has it no more."""
    kept = await cards.find(tx, incoming.who, asking.card)
    if kept is None or context.catalogue is None:
        return None
    return context.catalogue.questions.get((kept.course, kept.question))


async def dont_know(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """ "I don't know": honest, and taken as such."""
    asking = await askings.find(tx, incoming.who, incoming.pressed(DontKnow).asking)
    if asking is None:
        return [Acknowledge(texts.QUESTION_GONE)]
    said = await answered(
        tx, incoming.who, context, asking, "", Outcome.DONT_KNOW, pressed=incoming.message
    )
    if asking.given and incoming.message is not None and not _speaks(said):
        return [*said, EditButtons(incoming.message)]  # it was left when the answer was typed
    return said


async def reveal(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """The answer to a question that the learner rates."""
    asking = await askings.find(tx, incoming.who, incoming.pressed(Reveal).asking)
    if asking is None:
        return [Acknowledge(texts.QUESTION_GONE)]
    return await answered(
        tx, incoming.who, context, asking, "", Outcome.REVIEW, pressed=incoming.message
    )


async def rate_own(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """How well it was recalled, as the learner says."""
    data = incoming.pressed(RateOwn)
    asking = await askings.find(tx, incoming.who, data.asking)
    if asking is None or asking.outcome != Outcome.REVIEW.value:
        return [Acknowledge(texts.ANSWERED_BEFORE)]
    outcome = Outcome.RIGHT if data.good else Outcome.WRONG
    given = asking.given or ""
    return await answered(
        tx, incoming.who, context, asking, given, outcome, pressed=incoming.message
    )


async def typed(incoming: Incoming, context: Context, asking: Asking) -> Handle | None:
    """What to do with a typed answer; None when the question is gone and it is a question."""
    async with context.database.read() as tx:
        kept = await cards.find(tx, incoming.who, asking.card)
    catalogue = context.catalogue
    found = catalogue and kept and catalogue.questions.get((kept.course, kept.question))
    if not found or kept is None:
        return None
    question = found[1]
    if question.kind is QuestionKind.ORDER:
        outcome = _ordered(incoming.text, asking.sequence)
    else:
        outcome = await context.shelf.grade(kept.course, incoming.text, question)
    return partial(_typed, asking=asking, outcome=outcome)


async def _typed(
    incoming: Incoming, tx: Transaction, context: Context, *, asking: Asking, outcome: Outcome
) -> list[Reply]:
    return await answered(tx, incoming.who, context, asking, incoming.text, outcome)


def _ordered(text: str, sequence: tuple[int, ...]) -> Outcome:
    """Letters in the order that the learner gives: "BACD", "b, a, c, d"."""
    letters = [c for c in text.upper() if c.isalnum()]
    if any(word in text.lower() for word in ("know", "idea")):
        return Outcome.DONT_KNOW
    right = [chr(ord("A") + sequence.index(number)) for number in range(len(sequence))]
    return Outcome.RIGHT if letters == right else Outcome.WRONG


async def was_right(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """ "I was right": believed."""
    asking = await askings.find(tx, incoming.who, incoming.pressed(WasRight).asking)
    if asking is None:
        return [Acknowledge(texts.QUESTION_GONE)]
    said = await regrade(tx, incoming.who, context, asking)
    if incoming.message is None or not _speaks(said):
        return said
    right = replace(asking, outcome=Outcome.RIGHT.value)
    return [*said, EditButtons(incoming.message, answer_buttons(right))]


async def more(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """What else can be done with a question."""
    number = incoming.pressed(More).asking
    if incoming.message is None:
        return []
    asking = await askings.find(tx, incoming.who, number)
    if asking is None:
        return [Acknowledge(texts.QUESTION_GONE)]
    return [EditButtons(incoming.message, answer_buttons(asking, opened=True))]


async def undo(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Take the answer back."""
    asking = await askings.find(tx, incoming.who, incoming.pressed(Undo).asking)
    if asking is None:
        return [Acknowledge(texts.QUESTION_GONE)]
    said = await take_back(tx, incoming.who, context, asking)
    return [shown(incoming, plain(texts.UNDONE), ()), *said] if _speaks(said) else said


async def set_aside(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Do not ask this one again."""
    asking = await askings.find(tx, incoming.who, incoming.pressed(SetAside).asking)
    if asking is None:
        return [Acknowledge(texts.QUESTION_GONE)]
    await cards.set_suspended(tx, incoming.who, asking.card, Suspended.LEARNER)
    back = Button(texts.TAKE_BACK, str(TakeBack(asking.card)))
    edit = [EditButtons(incoming.message, ((back,),))] if incoming.message else []
    return [Acknowledge(texts.IS_SET_ASIDE), *edit]


async def taken_back(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Ask it again after all."""
    await cards.set_suspended(tx, incoming.who, incoming.pressed(TakeBack).card, None)
    edit = [EditButtons(incoming.message)] if incoming.message else []
    return [Acknowledge(texts.IS_BACK), *edit]


async def report(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Something is wrong with the question: the author is told."""
    asking = await askings.find(tx, incoming.who, incoming.pressed(Report).asking)
    found = await _asked(incoming, tx, context, asking) if asking else None
    if asking is None or found is None:
        return [Acknowledge(texts.QUESTION_GONE)]
    place, question = found
    entry = Feedback(Kind.REPORTED, question.stem, place.id, context.now)
    await feedback.add(tx, incoming.who, None, entry)
    shown = answer_buttons(asking, opened=True, reported=True)
    edit = [EditButtons(incoming.message, shown)] if incoming.message else []
    return [Acknowledge(texts.NOTED), *edit]


async def quiz_on(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """From an answer: the approved question on its passage, else the learner's own, self-rated."""
    turn = await turns.find(tx, incoming.who, incoming.pressed(QuizOn).turn)
    catalogue = context.catalogue
    if turn is None or catalogue is None or not turn.passages:
        return [Text(plain(texts.ANSWER_GONE))]
    passage = turn.passages[0]
    entry = catalogue.section(passage.place)
    if entry is None:
        return [Text(plain(texts.SECTION_GONE))]
    on_it = [
        question.id
        for place, question in catalogue.questions.values()
        if place.id == entry.id and question.sentence in " ".join(passage.text.split())
    ]
    course = entry.course.id
    if on_it:
        await cards.ensure(tx, incoming.who, [(course, on_it[0])])
        return await ask_one(tx, incoming.who, context, course, on_it[0])
    start, end = passage.highlights[0] if passage.highlights else (0, len(passage.text))
    own = {
        "question": turn.question,
        "answer": passage.text[start:end].strip(),
        "passage": passage.text,
        "place": passage.place,
    }
    await cards.ensure(tx, incoming.who, [(course, f"{OWN}{turn.id}")], own)
    return [Text(plain(texts.OWN_CARD_MADE))]


# --- answers by voice ---------------------------------------------------------------------------

CONVERSATION = timedelta(minutes=30)
"""How long the last answer can be put right by voice."""

_ASKS = re.compile(r"(what|who|whom|whose|why|how|when|where|which)\b", re.IGNORECASE)
_HAD_IT = re.compile(
    r"(yes |yeah |yep |i think )*(i )?(had|knew|got|have|did|was)( it| that)?( right| correct)?"
    r"|(yes|yeah|yep|right|correct)( i (had|knew|got|did)( it| that)?)?|good"
)
_HAD_IT_NOT = re.compile(
    r"(no |nope )*(i )?(did not|didnt|had not|hadnt)( (know|have|get))?( it| that)?"
    r"|not (yet|quite|really)|no|nope|wrong|no idea|(i )?(do not|dont) know( it| that)?"
)


async def spoken(incoming: Incoming, context: Context, asking: Asking) -> Handle | None:
    """What to do with a spoken answer; None when it is none, but a question to the course."""
    async with context.database.read() as tx:
        found = await _asked(incoming, tx, context, asking)
        kept = await cards.find(tx, incoming.who, asking.card)
    if found is None or kept is None:
        return None
    said, question = incoming.text, found[1]
    if asking.outcome == Outcome.REVIEW.value:
        return _own_rating(said, asking)
    if asking.form == "own":
        return partial(_revealed, asking=asking)
    outcome = await context.shelf.grade(kept.course, said, question)
    if outcome is Outcome.DONT_KNOW:
        return partial(_gave_up, asking=asking)
    named = named_options(said, len(asking.sequence)) if question.options else None
    if question.kind is QuestionKind.ORDER:
        return _in_order(said, asking, named)
    if asking.form == "typed":
        asks = outcome is not Outcome.RIGHT and _is_question(said)
        return None if asks else partial(_typed, asking=asking, outcome=outcome)
    chosen = named or await _by_its_words(said, context, kept.course, question, asking)
    if chosen:
        return partial(_said_options, asking=asking, chosen=chosen)
    return None if _is_question(said) else partial(_ask_back, said=texts.WHICH_OPTION)


async def likely_words(
    tx: Transaction, who: LearnerId, context: Context, asking: Asking
) -> Sequence[str]:
    """What may be said in answer, for the recogniser to spell it so: the options, or the answer."""
    kept = await cards.find(tx, who, asking.card)
    catalogue = context.catalogue
    found = kept and catalogue and catalogue.questions.get((kept.course, kept.question))
    if not found or asking.outcome is not None:
        return []
    question = found[1]
    return [option.text for option in question.options] or list(question.keys)


async def counts_as_right(
    incoming: Incoming, tx: Transaction, context: Context, asking: Asking | None
) -> list[Reply]:
    """ "I was right", of the typed or spoken answer before; then the open question once more."""
    if asking is not None and asking.outcome == Outcome.REVIEW.value:
        return await _rated_own(incoming, tx, context, asking=asking, good=True)
    last = await askings.newest_answered(tx, incoming.who, context.now - CONVERSATION)
    if last is None or last.form != "typed":
        return [Text(plain(texts.NOTHING_TO_REGRADE))]
    said = await regrade(tx, incoming.who, context, last)
    again = await ask_again(tx, incoming.who, context, asking) if asking is not None else []
    return [*said, *again]


async def _by_its_words(
    said: str, context: Context, course: str, question: Question, asking: Asking
) -> tuple[int, ...] | None:
    """The one option that was said itself; None when none was, or several could be meant."""
    fitting = []
    for at, number in enumerate(asking.sequence):
        option = replace(
            question, kind=QuestionKind.SHORT, options=(), forms=(question.options[number].text,)
        )
        if await context.shelf.grade(course, said, option) is Outcome.RIGHT:
            fitting.append(at)
    return tuple(fitting) if len(fitting) == 1 else None


def _is_question(said: str) -> bool:
    """Whether it sounds like a question to the course. "Is it dropout?" is an answer."""
    return _ASKS.match(said) is not None


def _in_order(said: str, asking: Asking, named: tuple[int, ...] | None) -> Handle | None:
    """Letters as they are heard ("be, a, see"), or spelt in one word ("BAC")."""
    letters = "".join(LETTERS[at] for at in named) if named else re.sub(r"[\W_]", "", said)
    if len(letters) != len(asking.sequence):
        asks = _is_question(said)
        return None if asks else partial(_ask_back, said=texts.WHICH_ORDER)
    outcome = _ordered(letters, asking.sequence)
    return partial(_said_order, asking=asking, outcome=outcome, letters=letters.upper())


async def _said_order(
    incoming: Incoming,
    tx: Transaction,
    context: Context,
    *,
    asking: Asking,
    outcome: Outcome,
    letters: str,
) -> list[Reply]:
    return await answered(tx, incoming.who, context, asking, letters, outcome)


def _own_rating(said: str, asking: Asking) -> Handle | None:
    """ "I had it", "not yet": how well it was recalled. None: a question to the course."""
    words = " ".join(re.sub(r"[^a-z ]", "", said.lower()).split())
    if _HAD_IT_NOT.fullmatch(words):
        return partial(_rated_own, asking=asking, good=False)
    if _HAD_IT.fullmatch(words):
        return partial(_rated_own, asking=asking, good=True)
    return None if _is_question(said) else partial(_ask_back, said=texts.HOW_TO_RATE)


async def _rated_own(
    incoming: Incoming, tx: Transaction, context: Context, *, asking: Asking, good: bool
) -> list[Reply]:
    outcome = Outcome.RIGHT if good else Outcome.WRONG
    return await answered(tx, incoming.who, context, asking, asking.given or "", outcome)


async def _revealed(
    incoming: Incoming, tx: Transaction, context: Context, *, asking: Asking
) -> list[Reply]:
    return await answered(tx, incoming.who, context, asking, incoming.text, Outcome.REVIEW)


async def _gave_up(
    incoming: Incoming, tx: Transaction, context: Context, *, asking: Asking
) -> list[Reply]:
    said = await answered(tx, incoming.who, context, _unvoted(asking), "", Outcome.DONT_KNOW)
    return [*said, *_shut(asking)]


async def _said_options(
    incoming: Incoming,
    tx: Transaction,
    context: Context,
    *,
    asking: Asking,
    chosen: tuple[int, ...],
) -> list[Reply]:
    said = await _chosen(incoming, tx, context, _unvoted(asking), chosen)
    return [*said, *_shut(asking)]


async def _ask_back(
    incoming: Incoming, tx: Transaction, context: Context, *, said: str
) -> list[Reply]:
    return [Text(plain(said))]


def _unvoted(asking: Asking) -> Asking:
    """Telegram shows the explanation of a quiz to who votes in it; who speaks is told."""
    return replace(asking, poll=None)


def _shut(asking: Asking) -> list[Reply]:
    """A poll that was answered by voice takes no vote any more."""
    open_poll = asking.poll is not None and asking.message is not None
    return [ClosePoll(asking.message)] if open_poll and asking.message else []


async def pass_over(
    incoming: Incoming, tx: Transaction, context: Context, asking: Asking
) -> list[Reply]:
    """The next question, and this one at the end of the round."""
    return await ask_other(tx, incoming.who, context, asking)


async def repeat(
    incoming: Incoming, tx: Transaction, context: Context, asking: Asking
) -> list[Reply]:
    """The question once more, said and shown."""
    return await ask_again(tx, incoming.who, context, asking)
