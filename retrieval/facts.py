"""Facts of a lesson that can be asked for: years, numbers, people and terms, each in its sentence.

Only sentences that stand by themselves count: no "it" without its name, no metaphor, no question.
The same fact said in several places (a section, the key insights) is one fact, and the more worth
asking. No grammar is parsed: what a value is, its form says.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from retrieval.chunking import sentences
from retrieval.courses import ListBlock, Paragraph, SectionKind
from retrieval.questions import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.courses import Course, Lesson, Section
    from retrieval.questions import Question

__all__ = ["Fact", "Knowledge", "Value", "ValueKind", "facts_of", "knowledge_of", "terms_of"]


class ValueKind(StrEnum):
    """What kind of value is asked for: options must be of one kind."""

    YEAR = "year"
    PERCENT = "percent"
    MONEY = "money"
    COUNT = "count"
    PERSON = "person"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a sentence; `start` and `end` are its place there."""

    kind: ValueKind
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence that stands by itself, and the values in it.

    `text` is the sentence without what stands in round brackets; `sentence` stands in the section
    word for word. `said` is how many sentences of the lesson say the like.
    """

    section: str
    sentence: str
    text: str
    values: tuple[Value, ...]
    insight: bool = False
    said: int = 1
    label: str = ""
    labels: tuple[str, ...] = ()
    """Of an item like "GANs (2014): …" what it is on, and what the others of its list are on."""

    def of_kind(self, kind: ValueKind) -> tuple[Value, ...]:
        """Its values of one kind."""
        return tuple(value for value in self.values if value.kind is kind)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a course speaks of: its people and terms, and which values meet in a section."""

    people: frozenset[str]
    authors: frozenset[str]
    """Those of the people who stand among a lesson's sources."""
    terms: frozenset[str]
    values: dict[ValueKind, tuple[str, ...]]
    met: dict[str, frozenset[str]]
    """Lower-case value -> the names and terms that stand in a section with it."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD = r"(?:(?:Le|Mc|Mac|De)(?=[A-Z]))?[A-Z][a-zà-öø-ÿčćńřśšžş]+(?:-[A-Z]?[a-z]+)?"
_PERSON = re.compile(rf"\b{_WORD}(?: [A-Z]\.)?(?: (?:de|van|von|der|den))* {_WORD}\b")
_CAMEL = re.compile(r"\b(?:[A-Z][a-z]+(?:[A-Z][a-zA-Z]*|\d[A-Za-z]\w*)|[A-Z]{3,}(?:-\d)?)\b")
_DEFINED = re.compile(
    r"^(?:An? )?(?P<term>[A-Z]?[\w-]+(?: [\w-]+){0,3}?)(?:, or [\w-]+,)?"
    r" (?:is|are|means|consists of)\b"
)
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_VALUES: Final = (
    (
        ValueKind.MONEY,
        re.compile(rf"\$\d[\d.,]*[BMK]?\b|\b{_NUMBER}(?: (?:million|billion))? dollars\b"),
    ),
    (ValueKind.PERCENT, re.compile(rf"\b{_NUMBER}(?:%| percent\b)")),
    (ValueKind.YEAR, re.compile(r"(?<![\d.,$-])(?:1[5-9]|20)\d\d(?![\d%]|[.,]\d|-\d)")),
    (
        ValueKind.COUNT,
        re.compile(
            rf"\b(?:{_NUMBER}|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
            r"(?: (?:thousand|million|billion))?(?= (?:[a-z]+ )?[a-z]+s\b)"
        ),
    ),
)
_BEGINNINGS: Final = _listed("""
    it this that these those they he she such each both then thus but and or so here there even
    like today's its their his her not no what why because picture imagine think take most many
    another other one some for by as if when while with without multiplied notice nearly about
    """)
_LOOSE = re.compile(
    r"\b(?:this|these|those|such|here|above|below|former|latter|the (?:other|next|same|question"
    r"|lesson|claim|story|range|figure|news|trick|advice|fit|problem|pattern|version|speedup|answer)"
    r"|you|your|we|our|I|lesson|one often|people often|popular|common claim|are told|nor|still"
    r"|likewise|at the time|thus)\b"
)
_PRONOUN = re.compile(r"\b(?:it|its|they|their|them)\b", re.I)
_PERSONAL = re.compile(r"\b(?:he|she|his|her|him)\b", re.I)
_BRACKETS = re.compile(r"\s*\((?!\d{4}\))[^()]*\)")
_LABELLED = re.compile(r"^(?P<label>[A-Z][\w -]{2,30}?)(?: \([\d–-]+\))?: (?P<said>.{25,})$")
_SAYS = re.compile(r"\b(?:is|are|was|were|has|had|won|grew|beat|made|gave|became|[a-z]{3,}ed)\b")
_NOT_PEOPLE: Final = _listed("""
    university institute museum history computer stable diffusion deep learning key street
    magazine north south new big google microsoft nature science processing signal world
    champion visual large scale recognition challenge conference attention need generative
    adversarial networks network january february march april june july august september october
    november december in the at by gaming gpus quick summary previous best error rate
    """)
LEAST_WORDS, MOST_WORDS = 7, 32


def knowledge_of(course: Course) -> Knowledge:
    """What all lessons of a course speak of."""
    people: set[str] = set()
    authors: set[str] = set()
    terms: Counter[str] = Counter()
    for lesson in course.lessons:
        found_here = _people(lesson)
        people |= found_here
        authors |= {name for name in found_here if _is_author(name, lesson)}
        terms.update(_terms(lesson))
    values: dict[ValueKind, dict[str, None]] = defaultdict(dict)
    met: dict[str, set[str]] = defaultdict(set)
    for lesson in course.lessons:
        for section in lesson.sections:
            found = list(_values(section.text, people, terms))
            named = {value.text.casefold() for value in found}
            for value in found:
                values[value.kind][value.text] = None
                met[value.text.casefold()] |= named
    return Knowledge(
        frozenset(people),
        frozenset(authors),
        frozenset(terms),
        {kind: tuple(texts) for kind, texts in values.items()},
        {text: frozenset(named) for text, named in met.items()},
    )


def terms_of(course: Course, questions: Iterable[Question]) -> frozenset[str]:
    """The names and terms of a course, by which a typed answer may be meant for another one.

    They are what the lessons speak of, and what short answers and gaps ask for.
    """
    knowledge = knowledge_of(course)
    typed = (QuestionKind.SHORT, QuestionKind.CLOZE)
    asked = {form for one in questions if one.kind in typed for form in one.forms}
    return knowledge.people | knowledge.terms | {one for one in asked if not re.search(r"\d", one)}


def facts_of(lesson: Lesson, knowledge: Knowledge) -> list[Fact]:
    """The lesson's facts, merged, those most worth asking first."""
    found = [
        fact
        for section in lesson.sections
        if section.kind is not SectionKind.OBJECTIVES
        for fact in _facts(section, knowledge)
    ]
    return sorted(_merged(found), key=lambda fact: (-fact.said, not fact.insight, len(fact.text)))


def _facts(section: Section, knowledge: Knowledge) -> Iterator[Fact]:
    for block in section.blocks:
        if isinstance(block, ListBlock):
            yield from _listed_facts(section, block, knowledge)
        elif isinstance(block, Paragraph):
            yield from _told_facts(section, block.text, knowledge)


def _listed_facts(section: Section, block: ListBlock, knowledge: Knowledge) -> Iterator[Fact]:
    """The items of a list; one like "GANs (2014): …" speaks of what stands before the colon."""
    items = block.text.split("\n")
    labelled = {item: found for item in items if (found := _LABELLED.match(item))}
    for item in items:
        if item in labelled:
            label = labelled[item]["label"]
            others = tuple(one["label"] for one in labelled.values() if one["label"] != label)
            values = tuple(_values(item, knowledge.people, knowledge.terms))
            yield Fact(section.id, item, item, values, label=label, labels=others)
        else:
            whole = item if item.endswith(".") or not _SAYS.search(item) else f"{item}."
            for fact in _told_facts(section, whole, knowledge):
                yield replace(fact, sentence=fact.sentence if whole == item else item)


def _told_facts(section: Section, text: str, knowledge: Knowledge) -> Iterator[Fact]:
    insight = section.kind is SectionKind.KEY_INSIGHTS
    for start, end in sentences(text):
        sentence = text[start:end].strip()
        bare = _BRACKETS.sub("", sentence)
        values = tuple(_values(bare, knowledge.people, knowledge.terms))
        if values and _stands_alone(bare, knowledge):
            yield Fact(section.id, sentence, bare, values, insight)


def _stands_alone(text: str, knowledge: Knowledge) -> bool:
    """Whether a reader who sees nothing else knows what the sentence speaks of."""
    words = text.split()
    if not LEAST_WORDS <= len(words) <= MOST_WORDS or not text.endswith("."):
        return False
    if not words[0][:1].isupper() or words[0].casefold().strip(",") in _BEGINNINGS:
        return False
    if _LOOSE.search(text) or ":" in text or ";" in text:
        return False
    thing, person = (_first(text, names) for names in (knowledge.terms, knowledge.people))
    named = min(thing, person)
    if words[0] == "The" and len(text[:named].split()) > 2:
        return False
    pronoun, personal = _PRONOUN.search(text), _PERSONAL.search(text)
    if (pronoun and pronoun.start() < thing) or (personal and personal.start() < person):
        return False
    return named < len(text)


def _first(text: str, names: Iterable[str]) -> int:
    """Where the first of the names stands; the text's length if none does."""
    pattern = _any_of(names)
    found = pattern.search(text) if pattern else None
    return found.start() if found else len(text)


def _values(text: str, people: Iterable[str], terms: Iterable[str]) -> Iterator[Value]:
    """The values of a text; where two overlap, the first kind found keeps the place."""
    taken: list[tuple[int, int]] = []
    patterns = [
        *_VALUES,
        (ValueKind.PERSON, _any_of(people)),
        (ValueKind.TERM, _any_of(terms)),
    ]
    for kind, pattern in patterns:
        for found in pattern.finditer(text) if pattern else ():
            start, end = found.span()
            if all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                yield Value(kind, found[0], start, end)


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    ordered = sorted(names, key=len, reverse=True)
    if not ordered:
        return None
    either = "|".join(re.escape(name) for name in ordered)
    return re.compile(rf"(?<![\w-])(?:{either})(?:s\b)?(?![\w-])", re.I)


def _people(lesson: Lesson) -> set[str]:
    """Two capitalised words that something says are a person's name."""
    text = "\n".join(section.text for section in lesson.sections)
    people = set()
    for found in _PERSON.finditer(text):
        name = found[0]
        words = name.split()
        if {word.casefold() for word in words} & _NOT_PEOPLE:
            continue
        after = text[found.end() : found.end() + 16]
        before = text[max(0, found.start() - 12) : found.start()]
        if (
            _is_author(name, lesson)
            or re.match(r" and (?:colleagues|others)\b|, (?:the|an?|who) ", after)
            or re.match(r" (?:[a-z]{2,}ed|took|wrote|built|won|found|made|led|became)\b", after)
            or re.search(r"\b(?:beat|defeated|by|student|champion) $", before)
        ):
            people.add(name)
    return people


def _is_author(name: str, lesson: Lesson) -> bool:
    first, *_, last = name.split()
    initial = rf"\b{first[0]}\.(?:-[A-Z]\.)? {re.escape(last)}\b"
    return any(re.search(initial, source) for source in lesson.sources)


def _terms(lesson: Lesson) -> list[str]:
    """Words with capitals inside, and what a sentence defines."""
    found: list[str] = []
    for section in lesson.sections:
        for match in _CAMEL.finditer(section.text):
            found.append(match[0])
        for start, end in sentences(section.text):
            defined = _DEFINED.match(section.text[start:end])
            if defined and _is_term(defined["term"], lesson):
                found.append(defined["term"])
    return found


def _is_term(term: str, lesson: Lesson) -> bool:
    """Whether what a sentence begins with is spoken of elsewhere too, in the same words."""
    words = term.split()
    if words[0].casefold() in _BEGINNINGS or len(term) < 4:
        return False
    text = "\n".join(section.text for section in lesson.sections)
    inner = re.findall(rf"(?<=[a-z,] ){re.escape(term)}s?\b", text, re.I)
    return len(inner) >= 2 and not re.search(r"\b(?:first|other|most|very)\b", term)


def _merged(facts: Iterable[Fact]) -> Iterator[Fact]:
    """One fact for all that share a value and a name, told by its key insight if it has one."""
    groups: list[list[Fact]] = []
    for fact in facts:
        keys = _keys(fact)
        group = next((one for one in groups if any(keys & _keys(other) for other in one)), None)
        if group is None or not keys:
            groups.append([fact])
        else:
            group.append(fact)
    for group in groups:
        group.sort(key=lambda fact: (not fact.insight, len(fact.text)))
        first = group[0]
        yield replace(first, said=len(group))
        yield from group[1:]


def _keys(fact: Fact) -> set[tuple[str, str]]:
    """Pairs of a name and a value of the fact."""
    named = {v.text.casefold() for v in fact.values if v.kind in (ValueKind.TERM, ValueKind.PERSON)}
    values = {v.text.casefold() for v in fact.values if v.kind is not ValueKind.TERM}
    return {(name, value) for name in named for value in values if name != value}
