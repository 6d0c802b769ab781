"""Rules of good questions that a program can judge, with the line of what breaks them.

They come from the guides of examination boards (NBME; Haladyna, Downing and Rodriguez): a stem that
stands alone, one best answer, options of one kind and length, nothing that gives the answer away to
who has not read the lesson. Each question is judged alone, then all of a file together. Drafts are
not judged: their author has yet to look at them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from retrieval.markdown import Fault
from retrieval.questions import GAP, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from retrieval.questions import Question

__all__ = ["blind_guesses", "break_rules", "breaks_rules"]

STEM_WORDS = (5, 40)
ANSWER_WORDS = 5
LENGTHS = (0.5, 2.0)
"""How much longer or shorter the key may be than its distractors are on the average."""
BLIND = {QuestionKind.CHOICE: 0.35, QuestionKind.TRUE_FALSE: 0.60}
"""The share a guesser who has not read the lesson may get right."""
ENOUGH = 8
"""Questions of a kind from which on such shares mean something."""
ALIKE = 90
"""Of 100: two stems with the same answer that are this much alike ask the same."""
OPTION_SIGNS, STEM_SIGNS, MOST_OPTIONS = 100, 300, 10
"""What fits a Telegram poll."""

_LOOSE = re.compile(r"(?:it|this|that|they|these|those|such|he|she)\b(?! (?:year|lesson))", re.I)
_POINTING = re.compile(r"\b(?:above|below|following|aforementioned)\b", re.I)
_NEGATIVE = re.compile(r"\b(?:not|except|never|cannot|isn't|doesn't|wasn't|didn't)\b", re.I)
_ALL_NONE = re.compile(r"\b(?:all|none|both|neither) of (?:the|these)(?: above)?\b", re.I)
_ABSOLUTE = re.compile(r"\b(?:always|never|all|only|every|completely|impossible)\b", re.I)
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_MEASURED = re.compile(rf"({_NUMBER.pattern})(?:\s+(thousand|million|billion|trillion))?")
_MAGNITUDES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_ARTICLE = re.compile(rf"\b(an?)\s+{GAP}", re.I)


def breaks_rules(questions: Iterable[Question]) -> list[Fault]:
    """What is wrong with the questions of one lesson, drafts left out, in file order."""
    judged = [question for question in questions if not question.draft]
    faults = [fault for question in judged for fault in break_rules(question)]
    faults += _asked_twice(judged)
    faults += _given_away(judged)
    return sorted(faults)


def break_rules(question: Question) -> Iterator[Fault]:
    """What is wrong with one question by itself."""
    said = [*_stem(question), *_answer(question)]
    if question.kind is QuestionKind.CHOICE:
        said += [*_one_best(question), *_options(question)]
    yield from (Fault(question.line, message) for message in said)


def blind_guesses(questions: Sequence[Question]) -> dict[str, float]:
    """The share of questions with one key that a guesser gets right, by the way of guessing."""
    single = [q for q in questions if q.options and len(q.keys) == 1]
    if not single:
        return {}
    ways: dict[str, Callable[[Question, str], float]] = {
        "the longest option": lambda q, option: len(option),
        "the shortest option": lambda q, option: -len(option),
        "the option most like the stem": lambda q, option: _similar(option, q.stem),
    }
    return {
        name: sum(_share(question, score) for question in single) / len(single)
        for name, score in ways.items()
    }


def _share(question: Question, score: Callable[[Question, str], float]) -> float:
    """1 if the guess is the key, a part of 1 if several options score the same."""
    scores = {option.text: score(question, option.text) for option in question.options}
    best = [text for text, value in scores.items() if value == max(scores.values())]
    return (question.keys[0] in best) / len(best)


def _similar(option: str, stem: str) -> float:
    return fuzz.token_set_ratio(option.casefold(), stem.casefold())


def _stem(question: Question) -> Iterator[str]:
    least, most = STEM_WORDS
    count = len(question.stem.split())
    if not least <= count <= most:
        yield f"the stem has {count} words: {least} to {most} can be read at one go"
    if _LOOSE.match(question.stem):
        yield "the stem begins with a word that points elsewhere: name what it is about"
    if _POINTING.search(question.stem):
        yield "the stem points to 'above' or 'following': a question stands alone in the chat"
    if _NEGATIVE.search(question.stem) and question.kind is not QuestionKind.TRUE_FALSE:
        yield "the stem is negative: ask for what is so, a 'not' is read over"
    if len(question.stem) > STEM_SIGNS:
        yield f"the stem has {len(question.stem)} characters: a poll holds {STEM_SIGNS}"


def _answer(question: Question) -> Iterator[str]:
    if question.kind is QuestionKind.TRUE_FALSE:
        return
    for key in question.keys:
        if question.kind is not QuestionKind.ORDER and _stands_in(key, question.stem):
            yield f"the stem gives the answer away: '{key}' stands in it"
    if question.forms:
        shortest = min(len(form.split()) for form in question.forms)
        if shortest > ANSWER_WORDS:
            yield f"the answer has {shortest} words: one types {ANSWER_WORDS} at most"
    if (article := _ARTICLE.search(question.stem)) and question.forms:
        vowel = question.forms[0][:1].casefold() in "aeiou"
        if vowel != (article[1].casefold() == "an"):
            yield f"'{article[1]}' before the gap does not go with '{question.forms[0]}'"


def _one_best(question: Question) -> Iterator[str]:
    """No distractor may be right as well."""
    texts = [option.text.casefold() for option in question.options]
    if len(set(texts)) < len(texts):
        yield "an option stands twice: write another"
    in_sentence = _values(question.sentence)
    for distractor in question.distractors:
        number = _values(distractor) if _is_number(distractor) else set()
        words = not number and _stands_in(distractor, question.sentence)
        if words or number & in_sentence:
            yield f"'{distractor}' stands in the sentence too: it may be held for right"


def _options(question: Question) -> Iterator[str]:
    """Options of one kind and length, in an order that says nothing."""
    texts = [option.text for option in question.options]
    numeric = [_is_number(text) for text in texts]
    if any(numeric) and not all(numeric):
        yield "some options are numbers and some are not: let them be of one kind"
    elif all(numeric) and not _ascending(texts):
        yield "the options are numbers: let them ascend"
    mean = sum(map(len, question.distractors)) / len(question.distractors)
    for key in question.keys:
        if not LENGTHS[0] <= len(key) / mean <= LENGTHS[1]:
            yield f"'{key}' stands out by its length: make the options alike"
    if any(_ALL_NONE.search(text) for text in texts):
        yield "'all of these' and 'none of these' test logic, not the lesson: write an option"
    absolute = [bool(_ABSOLUTE.search(text)) for text in question.distractors]
    if any(absolute) and not any(map(_ABSOLUTE.search, question.keys)):
        yield "only wrong options say 'always', 'never', 'all' or 'only', which gives them away"
    if len(texts) > MOST_OPTIONS or any(len(text) > OPTION_SIGNS for text in texts):
        yield f"a poll holds {MOST_OPTIONS} options of {OPTION_SIGNS} characters: shorten them"


def _asked_twice(questions: Sequence[Question]) -> Iterator[Fault]:
    for number, question in enumerate(questions):
        for other in questions[:number]:
            same = [key.casefold() for key in other.keys] == [k.casefold() for k in question.keys]
            alike = (
                fuzz.token_sort_ratio(other.stem, question.stem, processor=default_process) >= ALIKE
            )
            if same and alike and other.kind is question.kind:
                said = f"this asks the same as the question in line {other.line}: keep one"
                yield Fault(question.line, said)
                break


def _given_away(questions: Sequence[Question]) -> Iterator[Fault]:
    """Whether one could do well without having read the lesson."""
    for kind, limit in BLIND.items():
        of_kind = [q for q in questions if q.kind is kind and len(q.keys) == 1]
        if len(of_kind) < ENOUGH:
            continue
        if kind is QuestionKind.TRUE_FALSE:
            true = sum(q.keys == ("True",) for q in of_kind) / len(of_kind)
            guesses = {f"always '{true >= 0.5}'": max(true, 1 - true)}
        else:
            guesses = blind_guesses(of_kind)
        for name, share in guesses.items():
            if share > limit:
                said = f"who picks {name} gets {share:.0%} right unread: change some options"
                yield Fault(of_kind[0].line, said)


def _stands_in(words: str, text: str) -> bool:
    bare = re.sub(r"^(?:the|an?)\s+", "", words.casefold())
    return bool(bare) and re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", text.casefold()) is not None


def _values(text: str) -> set[float]:
    """The numbers of a text; "60 million" is not "60 billion"."""
    found = _MEASURED.findall(text.casefold())
    return {_value(number) * _MAGNITUDES.get(word, 1) for number, word in found}


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _is_number(text: str) -> bool:
    """Whether an option is a number with at most a word or two beside it."""
    return len(_NUMBER.findall(text)) == 1 and len(text.split()) <= 4


def _ascending(texts: Sequence[str]) -> bool:
    if len({_NUMBER.sub("", text).strip().casefold() for text in texts}) > 1:
        return True  # of several units or magnitudes: the eye of the author decides
    values = [_value(_NUMBER.findall(text)[0]) for text in texts]
    return values == sorted(values)
