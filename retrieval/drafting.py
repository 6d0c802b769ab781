"""Questions proposed from a lesson's own facts, for an author to look at: drafts, never more.

Nothing is written that the lesson does not say: a stem is one of its sentences with a value taken
out or turned into a question, a distractor is a value of the same kind from the whole course, or a
number of the same shape. Each draft names the sentence it comes from. Facts that stand in several
places come first, and the ways of asking take turns.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from retrieval.facts import Fact, Knowledge, Value, ValueKind, facts_of, knowledge_of
from retrieval.question_rules import blind_guesses, break_rules
from retrieval.questions import GAP, Option, Question, QuestionKind

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from retrieval.courses import Course, Lesson

__all__ = ["draft"]

OPTIONS: Final = 4
DRAWS: Final = 8
"""How often distractors are drawn for one question, to choose from."""
GUESSED: Final = 0.15
"""The share of choices that may be guessed blindly, beside those whose options are all alike."""
STATEMENTS: Final = 0.2
"""The share of true-false questions: they are guessed most easily."""
SPREAD: Final = (0.25, 0.4, 0.65, 1.4, 1.8, 2.4, 3.1)
"""Wrong numbers are the right one times these."""
MOST_NUMBERS: Final = 3
"""Numbers in a sentence beside the one that is asked; with more, it is a table."""

_DATED = re.compile(r"(?:\b(?:in|of) (?:[A-Z][a-z]+ )?|\()$")
_TURN = re.compile(r",? (?:but|while|although|though|and it|with a)\b.*$")
_MEASURED = re.compile(
    r"\b(?:errors?|accuracy|rate|share|games|points|faster|slower|more|fewer|less|grew|grow|rose"
    r"|fell|revenue|sales|profit|price|cost|population|bid|growth|of the|volume|weight|size)\b"
)
_COLLEAGUES = re.compile(r",? and colleagues(?P<where> (?:at|in) [A-Z]\w+)?")
_DEFINITION = re.compile(
    r"^(?:An? )?(?P<term>[^,]+?)(?:, or (?P<short>[\w-]+),)?"
    r" (?P<verb>is|means|consists of) (?P<rest>.+)\.$"
)
_THAT = re.compile(r"^(?:an?|the) (?P<noun>[a-z]+(?: [a-z]+)?) that (?P<does>.+)$")
_VERB = re.compile(
    r"[a-z]+(?:s|ed)\b|(?:had|has|was|were|is|won|beat|made|gave|took|sent|showed)\b"
)
_NO_VERB: Final = frozenset(
    ["colleagues", "others", "layers", "games", "networks", "years", "cards", "always"]
)
_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.(\d+))?")
_RANGE = re.compile(r"(?:\b(?:to|or|and)\s|[-–])$|^(?:\s(?:to|or|of)\b|[-–])")
_SMALL: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "twenty": 20,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Drafts:
    """What drafts are made with: the course's knowledge, and dice for distractors and places.

    `true` says of the next statement whether it is left as it is: they take turns.
    """

    knowledge: Knowledge
    dice: random.Random
    true: bool


def draft(
    course: Course, lesson: Lesson, written: Iterable[Question], dice: random.Random
) -> list[Question]:
    """Drafts on a lesson, the best first, on what the `written` questions do not ask yet.

    They have no ids, and keep the rules that a single question can break. The sentences are read
    as English; a course in another language gets no drafts.
    """
    if course.language.partition("-")[0] != "en":
        return []
    tools = _Drafts(knowledge_of(course), dice, true=dice.random() < 0.5)
    made: list[Question] = []
    used: Counter[str] = Counter()
    asked = [(question.sentence, question.keys) for question in written]
    for fact in facts_of(lesson, tools.knowledge):
        ways = sorted(_WAYS, key=lambda way: used[way])
        for way in ways:
            if way == "statement" and used[way] >= STATEMENTS * (len(made) + 1):
                continue
            drawn = [one for one in _WAYS[way](fact, tools) if _is_new(one, asked, made)]
            if drawn:
                question = _fairly_drawn(drawn, made, dice)
                made.append(question)
                used[way] += 1
                if way == "statement":
                    tools = replace(tools, true=not tools.true)
                break
    return made


def _fairly_drawn(
    drawn: Sequence[Question], made: Sequence[Question], dice: random.Random
) -> Question:
    """One of several draws of distractors, such that a blind guess is right no more than by chance.

    Some may be guessed by length or by likeness to the stem: were it none, the guesser
    would only have to avoid such an option.
    """
    choices = [one for one in made if one.kind is QuestionKind.CHOICE]
    room = sum(map(_is_guessed, choices)) + 1 <= (len(choices) + 1) * GUESSED
    guessed = room and dice.random() < 0.5
    fair = (one for one in drawn if one.options and _is_guessed(one) == guessed)
    return next(fair, drawn[0])


def _is_guessed(question: Question) -> bool:
    return max(blind_guesses([question]).values(), default=0) == 1


def _is_new(
    question: Question, asked: Sequence[tuple[str, tuple[str, ...]]], made: Sequence[Question]
) -> bool:
    """Whether it keeps the rules, and neither asks nor gives away what another does."""
    if any(True for _ in break_rules(question)):
        return False
    keys = {key.casefold() for key in question.keys if question.kind is not QuestionKind.TRUE_FALSE}
    for sentence, others in asked:
        if _same_words(question.sentence, sentence) or keys & {key.casefold() for key in others}:
            return False
    for other in made:
        if _same_words(question.sentence, other.sentence) or _alike(question, other):
            return False
    return True


def _alike(question: Question, other: Question) -> bool:
    """The same answer asked of the same thing, or one stem that answers the other."""
    names = _names(question.stem) & _names(other.stem)
    same = {key.casefold() for key in question.keys} & {key.casefold() for key in other.keys}
    statement = QuestionKind.TRUE_FALSE in (question.kind, other.kind)
    if same and names and not statement:
        return True
    told = any(_holds(other.stem, key) for key in question.keys)
    tells = any(_holds(question.stem, key) for key in other.keys)
    return bool(names) and (told or tells)


def _same_words(one: str, other: str) -> bool:
    return bool(one and other) and (one in other or other in one)


def _names(text: str) -> set[str]:
    return set(re.findall(r"[A-Z][\w-]{2,}", text)) - {"Who", "What", "Which"}


def _holds(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", text.casefold()) is not None


def _year(fact: Fact, tools: _Drafts) -> Iterator[Question]:
    """The year of what happened, of four in a row that the sentence leaves open."""
    years = fact.of_kind(ValueKind.YEAR)
    if len(years) != 1 or not _DATED.search(_before(fact, years[0])):
        return
    right = int(years[0].text)
    for _ in range(DRAWS):
        place = tools.dice.randrange(OPTIONS)
        options = [str(right - place + n) for n in range(OPTIONS)]
        yield _choice(fact, _gapped(fact, years[0]), years[0].text, options)


def _person(fact: Fact, tools: _Drafts) -> Iterator[Question]:
    """Who did it: the sentence with "who" for the person it begins with."""
    people = fact.of_kind(ValueKind.PERSON)
    if len(people) != 1 or people[0].start:
        return
    rest = fact.text[people[0].end :].rstrip(".")
    who = "Who"
    if found := _COLLEAGUES.match(rest):
        rest = rest[found.end() :]
        who = f"Who, with colleagues{found['where'] or ''},"
    rest = _TURN.sub("", rest).strip()
    if not _begins_with_verb(rest) or not (_names(rest) or re.search(r"\b\d{4}\b", rest)):
        return
    stem = f"{who} {rest}?"
    others = _strangers(fact, people[0], tools)
    if len(others) < OPTIONS - 1:
        yield _typed(fact, stem, (people[0].text,))
        return
    for _ in range(DRAWS):
        options = [people[0].text, *tools.dice.sample(others, OPTIONS - 1)]
        tools.dice.shuffle(options)
        yield _choice(fact, stem, people[0].text, options)


def _name_in_gap(fact: Fact, _: _Drafts) -> Iterator[Question]:
    """A person in the middle of a sentence, to be typed."""
    people = fact.of_kind(ValueKind.PERSON)
    told = len(people) == 1 and len(_names(_gapped(fact, people[0])) | set(_years(fact)))
    if told and told >= 2 and people[0].start:
        yield _cloze(fact, people[0])


def _number(fact: Fact, tools: _Drafts) -> Iterator[Question]:
    """A share, a sum of money or a count, to be typed, or of four of the same shape."""
    numbers = [
        value
        for kind in (ValueKind.PERCENT, ValueKind.MONEY, ValueKind.COUNT)
        for value in fact.of_kind(kind)
    ]
    text = re.sub(r"\b[A-Za-z]+-\d+\b", "", fact.text)  # "top-5" is a name
    if not numbers or len(_DIGITS.findall(text)) > MOST_NUMBERS:
        return
    value = numbers[0]
    if value.kind is not ValueKind.COUNT and not _MEASURED.search(fact.text):
        return
    if _RANGE.search(_before(fact, value)) or _RANGE.match(fact.text[value.end :]):
        return
    if value.kind is ValueKind.COUNT and not _counts_well(fact, value):
        return
    digits = _DIGITS.search(value.text)
    if digits and len(re.findall(rf"\b{re.escape(digits[0])}\b", text)) > 1:
        return  # the rest of the sentence says it too
    wrong = _numbers_like(value, fact, tools) if value.kind is not ValueKind.COUNT else []
    if len(wrong) < OPTIONS - 1:
        yield _cloze(fact, value)
        return
    for _ in range(DRAWS):
        options = [value.text, *_beside(value.text, wrong, tools.dice)]
        options.sort(key=_first_number)
        yield _choice(fact, _gapped(fact, value), value.text, options)


def _definition(fact: Fact, tools: _Drafts) -> Iterator[Question]:
    """The term for what the sentence defines, to be typed."""
    found = _DEFINITION.match(fact.text)
    if found is None:
        return
    term, rest = found["term"], found["rest"]
    known = {name.casefold() for name in tools.knowledge.terms}
    if ", which" in rest or len(rest.split()) < 4:
        return
    if term.casefold() not in known and (found["short"] or "").casefold() not in known:
        return
    forms = (term, found["short"]) if found["short"] else (term,)
    that = _THAT.match(rest)
    if found["verb"] == "is" and that:
        stem = f"Which {that['noun']} {that['does']}?"
    elif found["verb"] == "is" and not re.match(r"(?:the|an?) ", rest):
        return
    elif found["verb"] == "consists of":
        stem = f"What consists of {rest}?"
    elif _is_proper(term):
        stem = f"What is the name of {re.sub(r'^an? ', 'the ', rest)}?"
    else:
        stem = f"What is the term for {rest}?"
    if not any(_leaks(form, stem) for form in forms):
        yield _typed(fact, stem, forms)


def _doer(fact: Fact, _: _Drafts) -> Iterator[Question]:
    """What does it: the sentence with "what" for the term it begins with."""
    terms = [value for value in fact.of_kind(ValueKind.TERM) if value.start == 0]
    if not terms or "," in fact.text or len(fact.of_kind(ValueKind.TERM)) > 1:
        return
    rest = fact.text[terms[0].end :].rstrip(".").strip()
    vague = re.match(r"(?:is|was|are|were|has|had|could|did|does|belongs|set)\b", rest)
    if vague or not _begins_with_verb(rest) or _leaks(terms[0].text, rest):
        return
    yield _typed(fact, f"What {rest}?", (terms[0].text,))


def _statement(fact: Fact, tools: _Drafts) -> Iterator[Question]:
    """True or false: the sentence as it is, or with another value in it."""
    years = fact.of_kind(ValueKind.YEAR)
    if len(years) != 1:
        return
    value, other = years[0], str(int(years[0].text) + tools.dice.choice((-3, -2, 2, 3)))
    said = fact.text if tools.true else f"{fact.text[: value.start]}{other}{fact.text[value.end :]}"
    options = (Option("True", tools.true), Option("False", not tools.true))
    yield _question(fact, QuestionKind.TRUE_FALSE, said, options=options)


def _labelled(fact: Fact, tools: _Drafts) -> Iterator[Question]:
    """What an item of a list is on, of the others that the list is on."""
    said = fact.text.partition(": ")[2].rstrip(".")
    others = [one for one in fact.labels if "," not in one and not _leaks(one, said)]
    if not fact.label or "," in fact.label or len(others) < OPTIONS - 1 or _leaks(fact.label, said):
        return
    options = [fact.label, *tools.dice.sample(others, OPTIONS - 1)]
    tools.dice.shuffle(options)
    yield _choice(fact, f"Which of these fits the words: {said}?", fact.label, options)


_WAYS: Final[dict[str, Callable[[Fact, _Drafts], Iterator[Question]]]] = {
    "labelled": _labelled,
    "definition": _definition,
    "person": _person,
    "number": _number,
    "year": _year,
    "doer": _doer,
    "name": _name_in_gap,
    "statement": _statement,
}


def _strangers(fact: Fact, person: Value, tools: _Drafts) -> list[str]:
    """People of the course who never meet what the sentence speaks of, so cannot be right too.

    Nor its year: who is named with another work of that year may have had a part in this one.
    """
    near = set(tools.knowledge.met.get(person.text.casefold(), ()))
    for value in (*fact.of_kind(ValueKind.TERM), *fact.of_kind(ValueKind.YEAR)):
        near |= tools.knowledge.met.get(value.text.casefold(), frozenset())
    parts = set(person.text.split())
    authors, people = tools.knowledge.authors, tools.knowledge.people
    return sorted(
        name
        for name in (authors if person.text in authors else people - authors)
        if name.casefold() not in near and not parts & set(name.split())
    )


def _numbers_like(value: Value, fact: Fact, tools: _Drafts) -> list[str]:
    """Numbers of the value's shape that stand nowhere in the course, so cannot be right."""
    found = _DIGITS.search(value.text)
    if found is None:
        return []
    right = float(found[0].replace(",", ""))
    places = len(found[1] or "")
    known = {one for texts in tools.knowledge.values.values() for one in texts}
    said = [_first_number(one) for one in re.findall(r"\d[\d.,]*\d|\d", fact.text)]
    wrong = []
    for factor in SPREAD:
        written = f"{right * factor:.{places}f}"
        if any(abs(float(written) - other) < 0.1 * other for other in said):
            continue
        text = value.text.replace(found[0], written)
        whole = "percent" not in value.text or float(written) <= 100
        if whole and text not in known and not _holds(fact.text, written) and float(written) > 0:
            wrong.append(text)
    return wrong


def _beside(right: str, wrong: Sequence[str], dice: random.Random) -> list[str]:
    """Wrong numbers below and above the right one, so that its place among them says nothing."""
    low = [text for text in wrong if _first_number(text) < _first_number(right)]
    high = [text for text in wrong if text not in low]
    most = OPTIONS - 1
    below = dice.randint(max(0, most - len(high)), min(most, len(low)))
    return [*dice.sample(low, below), *dice.sample(high, most - below)]


def _first_number(text: str) -> float:
    found = _DIGITS.search(text)
    return float(found[0].replace(",", "")) if found else 0.0


def _counts_well(fact: Fact, value: Value) -> bool:
    """Whether a count is worth knowing: of a named thing that has it, or of a large number."""
    number = _SMALL.get(value.text)
    has = re.search(r"\b(?:has|have|had|with|averaged|won)(?: about)? $", _before(fact, value))
    return bool(has) and (number is None or number > 2)


def _years(fact: Fact) -> list[str]:
    return [year.text for year in fact.of_kind(ValueKind.YEAR)]


def _begins_with_verb(text: str) -> bool:
    first = text.split(" ", 1)[0]
    return bool(_VERB.match(text)) and first not in _NO_VERB and not text.startswith(",")


def _leaks(term: str, stem: str) -> bool:
    """Whether a part of the term stands in the stem: "Go" in a question for AlphaGo."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", term)
    return any(len(part) >= 2 and _holds(stem, part) for part in parts if part not in ("of", "the"))


def _before(fact: Fact, value: Value) -> str:
    return fact.text[: value.start]


def _gapped(fact: Fact, value: Value) -> str:
    return f"{fact.text[: value.start]}{GAP}{fact.text[value.end :]}"


def _choice(fact: Fact, stem: str, key: str, options: Sequence[str]) -> Question:
    made = tuple(Option(text, text == key) for text in options)
    return _question(fact, QuestionKind.CHOICE, stem, options=made)


def _is_proper(term: str) -> bool:
    """Whether a capital at its beginning is its own, and not that of the sentence."""
    return not re.fullmatch(r"[A-Z]?[a-z][a-z -]*", term)


def _typed(fact: Fact, stem: str, forms: tuple[str, ...]) -> Question:
    if not fact.of_kind(ValueKind.PERSON) or forms[0] != fact.of_kind(ValueKind.PERSON)[0].text:
        forms = tuple(form if _is_proper(form) else form.lower() for form in forms)
    return _question(fact, QuestionKind.SHORT, stem, forms=forms)


def _cloze(fact: Fact, value: Value) -> Question:
    return _question(fact, QuestionKind.CLOZE, _gapped(fact, value), forms=(value.text,))


def _question(
    fact: Fact,
    kind: QuestionKind,
    stem: str,
    *,
    options: tuple[Option, ...] = (),
    forms: tuple[str, ...] = (),
) -> Question:
    return Question(
        id="",
        kind=kind,
        stem=stem,
        line=0,
        options=options,
        forms=forms,
        explanation=fact.text,
        section=fact.section,
        sentence=fact.sentence,
        draft=True,
    )
