"""The quiz: asks the next question, rates the answer, explains, and goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.callback_data import (
    AskInstead,
    Lessons,
    More,
    Progress,
    Read,
    Report,
    RiskQuiz,
    SetAside,
    TakeBack,
    Undo,
    WasRight,
    short,
)
from bot.chat.handlers.start import continue_button
from bot.chat.passages import paragraph_around, sentence_around, with_passage
from bot.chat.questions import (
    LETTERS,
    as_answered,
    form_of,
    own_rating_buttons,
    poll_explanation,
    question_message,
    right_options,
    sequence_of,
)
from bot.chat.replies import Acknowledge, Button, ClosePoll, Delete, Edit, Reply, Text
from bot.chat.rounds import DAY, ONE, RISK, Next, next_question
from bot.chat.sheet import sheet_of
from bot.chat.styled import Styled, bold, italic, join, plain
from bot.chat.texts import en as texts
from bot.storage import askings, cards, deliveries, feedback, met, reviews
from bot.storage.askings import Asking
from bot.storage.feedback import Feedback, Kind
from bot.study.card import Suspended
from bot.study.grading import Outcome
from bot.study.rating import Rating
from bot.study.study_day import Message as DailyMessage
from bot.study.study_day import next_message
from retrieval.questions import QuestionKind, sentence_span

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.chat.context import Context
    from bot.chat.replies import Buttons, Message
    from bot.chat.sheet import Item, Sheet
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId
    from bot.study.card import Card

__all__ = [
    "answer_buttons",
    "answered",
    "ask_again",
    "ask_next",
    "ask_one",
    "ask_other",
    "close_polls",
    "first_of",
    "regrade",
    "take_back",
]


ON_ITS_WAY = timedelta(seconds=10)
"""How long a daily message may take from being made to being seen."""


async def ask_next(tx: Transaction, who: LearnerId, context: Context, round_: str) -> list[Reply]:
    """The next question of the round, or what there is to say at its end."""
    sheet = await _sheet(tx, who, context)
    if sheet is None:
        return [Text(plain(texts.NOT_READY))]
    if round_ == DAY and await _is_on_its_way(tx, sheet, context):
        return []
    return await _on(tx, sheet, context, round_)


async def _is_on_its_way(tx: Transaction, sheet: Sheet, context: Context) -> bool:
    """Whether the day's message, with the question to ask now, is just being sent."""
    since = context.now - ON_ITS_WAY
    made = [a.id for a in sheet.asked if not (a.outcome or a.message) and a.asked_at > since]
    sent = await deliveries.find(tx, sheet.who, sheet.day) if made else None
    return sent is not None and sent.asking in made


async def _on(tx: Transaction, sheet: Sheet, context: Context, round_: str) -> list[Reply]:
    closed = await close_polls(tx, sheet, context)
    asked = await first_of(tx, sheet, context, round_)
    if asked is not None:
        return [*closed, asked]
    if round_ == ONE:
        return list(closed)
    return [*closed, await _end(tx, sheet, context, round_)]


async def close_polls(tx: Transaction, sheet: Sheet, context: Context) -> list[ClosePoll]:
    """Polls of earlier study days that were left open take no more votes."""
    left = await askings.open_polls(tx, sheet.who, sheet.day)
    for each in left:
        await askings.answer(tx, each.id, given="", outcome=askings.CLOSED, now=context.now)
    return [ClosePoll(each.message) for each in left if each.message]


async def first_of(
    tx: Transaction,
    sheet: Sheet,
    context: Context,
    round_: str,
    welcome: str = texts.WELCOME_BACK,
) -> Message | None:
    """The question to ask now: the one left open, else the next, else one that was passed over;
    None at the end of the round.

    Above the day's first one stands a `welcome` to who was away for long.
    """
    greeting = welcome if round_ == DAY and sheet.comes_back else ""
    found, open_ = next_question(sheet, round_), _open(sheet, round_)
    if open_ and _last_put(sheet, round_) is open_[-1]:
        return await _put_again(tx, sheet, context, open_[-1], greeting)
    if open_ and (found is None or not found.scored):
        return await _put_again(tx, sheet, context, open_[0], greeting)
    if found is None:
        return None
    return await _asked(tx, sheet, context, round_, found, greeting)


def _open(sheet: Sheet, round_: str) -> list[Asking]:
    """The questions of the round that wait for an answer, the one that was put last at the end."""
    here = [a for a in sheet.asked if a.round == round_ and a.outcome is None]
    return sorted((a for a in here if a.card in sheet.items), key=_when_put)


def _last_put(sheet: Sheet, round_: str) -> Asking | None:
    here = [asking for asking in sheet.asked if asking.round == round_]
    return max(here, key=_when_put, default=None)


def _when_put(asking: Asking) -> tuple[datetime, int]:
    return asking.asked_at, asking.id


async def _put_again(
    tx: Transaction, sheet: Sheet, context: Context, left: Asking, greeting: str = ""
) -> Message:
    """A question that was left open, or passed over, with its number in the round."""
    await askings.again(tx, left.id, context.now)
    here = [asking for asking in sheet.asked if asking.round == left.round and asking.scored]
    done = sum(asking.answered for asking in here)
    left_open = sum(asking.scored for asking in _open(sheet, left.round))
    of = done + max(left_open, 1) + _waiting(sheet, left.round)
    form = _form_now(left.form, context)
    following = Next(sheet.items[left.card], done + 1, of, left.scored)
    return question_message(following, left.id, form, left.sequence, greeting)


async def ask_one(
    tx: Transaction, who: LearnerId, context: Context, course: str, question: str
) -> list[Reply]:
    """A single question, by its ids."""
    sheet = await _sheet(tx, who, context)
    for item in sheet.items.values() if sheet else ():
        if sheet and (item.kept.course, item.kept.question) == (course, question):
            scored = all(a.card != item.kept.card.id or not a.answered for a in sheet.asked)
            return [await _asked(tx, sheet, context, ONE, Next(item, 0, 0, scored))]
    return [Text(plain(texts.QUESTION_GONE))]


def _waiting(sheet: Sheet, round_: str) -> int:
    following = next_question(sheet, round_)
    return following.of - following.number + 1 if following and following.scored else 0


async def _asked(
    tx: Transaction,
    sheet: Sheet,
    context: Context,
    round_: str,
    following: Next,
    greeting: str = "",
) -> Message:
    item = following.item
    form = _form_now(form_of(item, greeted=bool(greeting)), context)
    sequence = sequence_of(item.question, context.dice)
    asking = Asking(
        card=item.kept.card.id,
        day=sheet.day,
        round=round_,
        form=form,
        scored=following.scored,
        was_new=item.kept.card.new,
        sequence=sequence,
        asked_at=context.now,
    )
    number = await askings.add(tx, sheet.who, asking)
    return question_message(following, number, form, sequence, greeting)


def _form_now(form: str, context: Context) -> str:
    """For who listens, options have letters, by which they can be said."""
    return "buttons" if form == "poll" and context.by_ear else form


async def ask_again(
    tx: Transaction, who: LearnerId, context: Context, asking: Asking
) -> list[Reply]:
    """The question that is open, once more: said, and shown with its letters."""
    sheet = await _sheet(tx, who, context)
    item = sheet.items.get(asking.card) if sheet else None
    if sheet is None or item is None:
        return [Text(plain(texts.QUESTION_GONE))]
    if asking.outcome == Outcome.REVIEW.value:
        return [_comparison(item, asking, None)]
    await askings.again(tx, asking.id, context.now)
    form = "buttons" if asking.form == "poll" else asking.form
    following = Next(item, 0, 0, asking.scored)
    again = question_message(following, asking.id, form, asking.sequence)
    return [replace(again, asking=None) if isinstance(again, Text) else again]


async def ask_other(
    tx: Transaction, who: LearnerId, context: Context, asking: Asking
) -> list[Reply]:
    """Another question of the round in place of the one that is open, which comes back later."""
    sheet = await _sheet(tx, who, context)
    found = next_question(sheet, asking.round) if sheet else None
    if sheet is not None and found is not None and (found.scored or not asking.scored):
        return [await _asked(tx, sheet, context, asking.round, found)]
    passed = [each for each in _open(sheet, asking.round) if each.id != asking.id] if sheet else []
    if sheet is not None and passed:
        return [await _put_again(tx, sheet, context, passed[0])]
    return [Text(plain(texts.LAST_QUESTION)), *await ask_again(tx, who, context, asking)]


async def answered(
    tx: Transaction,
    who: LearnerId,
    context: Context,
    asking: Asking,
    given: str,
    outcome: Outcome,
    pressed: int | None = None,
) -> list[Reply]:
    """What follows an answer: whether it was right, why, and the next question.

    An answer is taken once. What a program cannot judge, the learner rates. Where a button was
    `pressed`, its message says what came of it: a call to Telegram less, and no button is left.
    """
    if asking.outcome == Outcome.REVIEW.value and outcome is not Outcome.REVIEW:
        await askings.set_review(tx, asking.id, outcome=outcome.value, review=None)
    elif not await askings.answer(
        tx, asking.id, given=given, outcome=outcome.value, now=context.now
    ):
        return [Acknowledge(texts.ANSWERED_BEFORE)]
    sheet = await _sheet(tx, who, context)
    item = sheet.items.get(asking.card) if sheet else None
    if sheet is None or item is None:
        return [Text(plain(texts.QUESTION_GONE))]
    if outcome is Outcome.REVIEW:
        return [_comparison(item, asking, pressed)]
    after = await _rated(tx, sheet, context, asking, item, outcome)
    now = replace(asking, outcome=outcome.value, given=given)
    explain = _self_rated if asking.outcome == Outcome.REVIEW.value else _explained
    content, aloud = explain(sheet, item, now, after.due), _verdict_aloud(item, now)
    said = _said(item, now, content, answer_buttons(now), pressed, aloud)
    leech = await _leech(tx, who, context, item, after)
    sheet = sheet.after(now, after)
    return [said, *leech, *await _on(tx, sheet, context, asking.round)]


async def _rated(
    tx: Transaction, sheet: Sheet, context: Context, asking: Asking, item: Item, outcome: Outcome
) -> Card:
    """The card after the answer, rated if this one counts; and the section is met."""
    card, rating, entry = item.kept.card, outcome.rating, item.entry
    await met.note(
        tx, sheet.who, course=entry.course.id, lesson=entry.lesson.id,
        section=entry.section.id, now=context.now,
    )  # fmt: skip
    asked_since = card.last is not None and asking.day < sheet.day and card.last >= asking.day
    if not asking.scored or rating is None or asked_since:
        return card
    load = Counter(i.kept.card.due for i in sheet.items.values() if i.kept.card.due)
    rated, review = sheet.scheduler.rate(card, rating, sheet.day, load=load, dice=context.dice)
    await cards.save(tx, rated)
    number = await reviews.add(tx, sheet.who, review, context.now)
    await askings.set_review(tx, asking.id, outcome=outcome.value, review=number)
    return rated


async def regrade(tx: Transaction, who: LearnerId, context: Context, asking: Asking) -> list[Reply]:
    """The learner was right after all: the rating of that day is put right, and the author is
    told.
    """
    sheet = await _sheet(tx, who, context)
    item = sheet.items.get(asking.card) if sheet else None
    if sheet is None or item is None or asking.outcome != Outcome.WRONG.value:
        return [Acknowledge(texts.ANSWERED_BEFORE)]
    after = await _right_after_all(tx, sheet, context, asking, item)
    said = f"{item.question.stem} — {asking.given}"
    entry = Feedback(Kind.REGRADED, said, item.entry.id, context.now)
    await feedback.add(tx, who, None, entry)
    return [Text(join("\n", (texts.REGRADED, _next_date(sheet, asking, after.due))))]


async def _right_after_all(
    tx: Transaction, sheet: Sheet, context: Context, asking: Asking, item: Item
) -> Card:
    """The card as if that answer had been right on its day. What was rated since is rated anew, on
    its own day: the due dates follow from the first.
    """
    log = await reviews.of_card(tx, sheet.who, asking.card)
    await askings.set_review(tx, asking.id, outcome=Outcome.RIGHT.value, review=asking.review)
    if asking.review is None or asking.review not in log:
        return item.kept.card  # a second try: it was not rated
    load = Counter(i.kept.card.due for i in sheet.items.values() if i.kept.card.due)
    numbers = list(log)
    begin = numbers.index(asking.review)
    card = sheet.scheduler.replay(asking.card, [log[number] for number in numbers[:begin]])
    for number in numbers[begin:]:
        rating = Rating.GOOD if number == asking.review else log[number].rating
        day = log[number].day
        card, review = sheet.scheduler.rate(card, rating, day, load=load, dice=context.dice)
        await reviews.put_right(tx, sheet.who, number, review, context.now)
    card = _kept_aside(card, item)
    await cards.save(tx, card)
    return card


async def take_back(
    tx: Transaction, who: LearnerId, context: Context, asking: Asking
) -> list[Reply]:
    """Undo an answer: the question is asked again. What was asked after it goes, and comes back in
    its turn.
    """
    sheet = await _sheet(tx, who, context)
    item = sheet.items.get(asking.card) if sheet else None
    if sheet is None or item is None or not asking.answered or asking.day != sheet.day:
        return [Acknowledge(texts.TOO_LATE_TO_UNDO)]
    item = await _undone(tx, sheet, context, asking, item)
    await askings.set_review(tx, asking.id, outcome=askings.UNDONE, review=None)
    withdrawn = await _withdrawn(tx, sheet, asking)
    following = Next(item, 0, 0, asking.scored)
    return [*withdrawn, await _asked(tx, sheet, context, asking.round, following)]


async def _withdrawn(tx: Transaction, sheet: Sheet, asking: Asking) -> list[Delete]:
    """The questions that were asked after one, in its round, and wait for an answer."""
    later = [
        each
        for each in sheet.asked
        if each.round == asking.round and each.id > asking.id and each.outcome is None
    ]
    for each in later:
        await askings.set_review(tx, each.id, outcome=askings.UNDONE, review=None)
    return [Delete(each.message) for each in later if each.message is not None]


async def _undone(
    tx: Transaction, sheet: Sheet, context: Context, asking: Asking, item: Item
) -> Item:
    """The item as it was before this answer: its log replayed without it."""
    if asking.review is None:
        return item
    await reviews.undo(tx, sheet.who, asking.review, context.now)
    log = await reviews.of_card(tx, sheet.who, asking.card)
    card = _kept_aside(sheet.scheduler.replay(asking.card, log.values()), item)
    await cards.save(tx, card)
    return replace(item, kept=replace(item.kept, card=card))


def _kept_aside(card: Card, item: Item) -> Card:
    """The card as its log has it, yet set aside or not as the learner wants it: the log knows only
    of leeches, and not whether one was taken back.
    """
    now = item.kept.card.suspended
    return card if now is Suspended.LEECH else replace(card, suspended=now)


async def _leech(
    tx: Transaction,
    who: LearnerId,
    context: Context,
    item: Item,
    after: Card,
) -> list[Reply]:
    """A question that is forgotten again and again is set aside, and its author is told."""
    if after.suspended is not Suspended.LEECH or item.kept.card.suspended is Suspended.LEECH:
        return []
    entry = Feedback(Kind.LEECH, item.question.stem, item.entry.id, context.now)
    await feedback.add(tx, who, None, entry)
    back = Button(texts.TAKE_BACK, str(TakeBack(item.kept.card.id)))
    read = Button(texts.READ_AGAIN, str(Read(short(item.entry.id), 0)))
    return [Text(plain(texts.LEECH), ((read,), (back,)))]


# --- what is said ---------------------------------------------------------------------------------


def _said(
    item: Item,
    asking: Asking,
    content: Styled,
    buttons: Buttons,
    pressed: int | None,
    aloud: str,
) -> Reply:
    """In place of the pressed message, under its question; else as a new one."""
    if pressed is None:
        return Text(content, buttons, aloud=aloud)
    question = as_answered(item.question, asking.sequence, asking.given or "")
    return Edit(pressed, join("\n\n", (question, content)), buttons, aloud)


def _explained(sheet: Sheet, item: Item, asking: Asking, due: date | None) -> Styled:
    right = asking.outcome == Outcome.RIGHT.value
    answer = "" if right else join("", (texts.THE_ANSWER, _answer(item, asking)))
    told = asking.poll is not None and poll_explanation(item.question)
    explanation = "" if told else item.question.explanation
    head = join("\n", (bold(texts.VERDICTS[str(asking.outcome)]), answer, explanation))
    place = texts.section_of(item.entry.lesson.number, item.entry.section.heading)
    tail = join("\n", (italic(place), _next_date(sheet, asking, due)))
    return join("\n\n", (head, _passage(item, head, tail)))


def _self_rated(sheet: Sheet, item: Item, asking: Asking, due: date | None) -> Styled:
    """The comparison, and what the learner made of it."""
    verdict = bold(texts.OWN_VERDICTS[str(asking.outcome)])
    end = join("\n", (verdict, _next_date(sheet, asking, due)))
    return join("\n\n", (_compare(item), end))


def _answer(item: Item, asking: Asking) -> str:
    question = item.question
    if question.kind is QuestionKind.ORDER:
        letters = {number: LETTERS[at] for at, number in enumerate(asking.sequence)}
        ordered = range(len(question.options))
        return " → ".join(f"{letters[n]}. {question.options[n].text}" for n in ordered)
    if question.options:
        right = right_options(question, asking.sequence)
        # A quiz in Telegram's own form has no letters.
        named = [question.options[asking.sequence[at]].text for at in right]
        if asking.poll is None:
            named = [f"{LETTERS[at]}. {text}" for at, text in zip(right, named, strict=True)]
        return ", ".join(named)
    return question.forms[0]


def _passage(item: Item, above: Styled, place: Styled) -> Styled:
    """The sentence that the question rests on, unless it stands above word for word; its paragraph,
    folded; and where it stands.
    """
    text = item.kept.own["passage"] if item.kept.own else item.entry.section.text
    span = sentence_span(item.question.sentence, item.entry.section)
    if item.kept.own:
        at = text.find(item.question.sentence)
        span = (at, at + len(item.question.sentence)) if at >= 0 else None
    if span is None:
        return place
    paragraph, mark = paragraph_around(text, span)
    if paragraph.strip() in above.text:
        return place
    sentence = sentence_around(paragraph, mark)
    return with_passage("" if sentence in above.text else sentence, paragraph, (mark,), place)


def _verdict_aloud(item: Item, asking: Asking) -> str:
    """What a voice says to an answer: whether it was right, and why."""
    if item.kept.own is not None:
        return texts.OWN_VERDICTS[str(asking.outcome)]
    right = asking.outcome == Outcome.RIGHT.value
    answer = "" if right else f"{texts.THE_ANSWER}{_answer(item, asking)}."
    why = item.question.explanation or item.question.sentence
    return " ".join(filter(None, (texts.VERDICTS[str(asking.outcome)], answer, why)))


def _comparison(item: Item, asking: Asking, pressed: int | None) -> Reply:
    """The answer, for the learner to compare theirs with and to rate."""
    aloud = texts.compare_aloud(item.question.forms[0], item.question.explanation)
    return _said(item, asking, _compare(item), own_rating_buttons(asking.id), pressed, aloud)


def _compare(item: Item) -> Styled:
    head = join("\n\n", (texts.COMPARE, bold(item.question.forms[0]), item.question.explanation))
    return join("\n\n", (head, _passage(item, head, Styled())))


def _next_date(sheet: Sheet, asking: Asking, due: date | None) -> Styled:
    """When it is asked again; nothing of an answer that does not count."""
    if due is None or not asking.scored:
        return Styled()
    return italic(texts.next_date(due, (due - sheet.day).days))


def answer_buttons(asking: Asking, *, opened: bool = False, reported: bool = False) -> Buttons:
    """Below what was said to an answer. `opened`: with what stands behind "More…"."""
    row = []
    if asking.form == "typed" and asking.outcome == Outcome.WRONG.value:
        row.append(Button(texts.I_WAS_RIGHT, str(WasRight(asking.id))))
    if asking.form == "typed" and asking.outcome != Outcome.RIGHT.value and asking.given:
        row.append(Button(texts.I_WAS_ASKING, str(AskInstead(asking.id))))
    first = (tuple(row),) if row else ()
    if not opened:
        return (*first, (Button(texts.MORE, str(More(asking.id))),))
    undo = Button(texts.UNDO, str(Undo(asking.id)))
    aside = Button(texts.SET_ASIDE, str(SetAside(asking.id)))
    report = () if reported else ((Button(texts.REPORT, str(Report(asking.id))),),)
    return (*first, (undo,), (aside,), *report)


async def _end(tx: Transaction, sheet: Sheet, context: Context, round_: str) -> Message:
    """The end of a round: how it went, and when the next questions come."""
    own = [a for a in sheet.asked if a.round == round_ and a.scored and a.answered]
    right = sum(asking.outcome == Outcome.RIGHT.value for asking in own)
    went = texts.round_went(right, len(own)) if own else texts.nothing_to_ask(not sheet.items)
    chosen = sheet.preferences
    at = _following(sheet) if own and round_ == DAY else chosen.next_at
    following = texts.next_message(at, chosen.zone, chosen.at, sheet.now)
    buttons = await _end_buttons(tx, sheet, context, round_)
    aloud = f"{went} {texts.SAY_NEXT}"
    return Text(join("\n", (bold(went), following if chosen.daily else "")), buttons, aloud=aloud)


def _following(sheet: Sheet) -> datetime | None:
    """When questions come next to a learner who has answered those of the day."""
    chosen = sheet.preferences
    if chosen.next_day != sheet.day or not (chosen.next_at and chosen.zone and chosen.at):
        return chosen.next_at
    today = DailyMessage(sheet.day, chosen.next_at)
    return next_message(chosen.next_at, chosen.zone, chosen.at, today).at


async def _end_buttons(tx: Transaction, sheet: Sheet, context: Context, round_: str) -> Buttons:
    rows: list[tuple[Button, ...]] = []
    if sheet.items:
        rows.append((Button(texts.MY_PROGRESS, str(Progress())),))
    if next_question(sheet, RISK) is not None:
        rows.append((Button(texts.MORE_QUESTIONS, str(RiskQuiz())),))
    catalogue = context.catalogue
    onward = await continue_button(tx, sheet.who, catalogue) if catalogue else []
    rows += [(button,) for button in onward or [Button(texts.LESSONS, str(Lessons()))]]
    return tuple(rows)


async def _sheet(tx: Transaction, who: LearnerId, context: Context) -> Sheet | None:
    if context.catalogue is None:
        return None
    return await sheet_of(tx, who, context.catalogue, context.now)
