"""The form of authored questions, as one writes them by hand: Markdown into Question values.

    ## Which entry won the ImageNet contest of 2012? {#q-k3f9a}

    - [ ] GoogLeNet
    - [x] SuperVision
    - [ ] Clarifai

    > The team of AlexNet entered the contest under that name.

    section: alexnet
    sentence: The team entered the 2012 contest under the name SuperVision

A question is a `##` heading, which is its stem, and what stands under it says its kind: options
(`[x]` marks the keys), `answer:` with accepted forms between bars, a gap in the stem (`==2012==`),
or a numbered list to be put in order. What stands below a line `# Drafts` is shown to no learner.
An author's fault never raises: it is collected with its line.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from retrieval.frontmatter import ID_PATTERN
from retrieval.markdown import Fault
from retrieval.questions import GAP, Option, Question, QuestionKind, sentence_span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from retrieval.courses import Lesson

__all__ = ["as_text", "ids_in", "parse_questions", "with_drafts", "with_ids"]

DRAFTS_MARK = "drafts"

_HEADING = re.compile(r"##(?!#)\s*(?P<stem>.*?)\s*(?:\{#(?P<id>[^{}]*)\})?\s*$")
_TITLE = re.compile(r"#(?!#)\s*(?P<title>.*?)\s*$")
_OPTION = re.compile(r"[-*]\s+\[(?P<mark>[ xX])\]\s*(?P<text>.*)$")
_ITEM = re.compile(r"\d+[.)]\s+(?P<text>.*)$")
_QUOTE = re.compile(r">\s?(?P<text>.*)$")
_FIELD = re.compile(r"(?P<key>[A-Za-z]+)\s*:(?:\s+(?P<value>.*))?$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_GAPS = re.compile(r"==(.+?)==")
_FIELDS = ("answer", "tolerance", "section", "sentence")
_NUMERIC = re.compile(r"[-+]?\s?[$€£]?\s?\.?\d")
_TRUTHS = {"true": True, "false": False}


def parse_questions(text: str, lesson: Lesson) -> tuple[tuple[Question, ...], list[Fault]]:
    """The questions of one file, and its faults in order. A faulty question is left out."""
    questions: list[Question] = []
    faults: list[Fault] = []
    for block in _blocks(text):
        question = _question(block)
        if question is not None:
            question = _placed(question, block, lesson)
        faults += block.faults
        if question is not None:
            questions.append(question)
    return tuple(questions), sorted(faults)


def ids_in(text: str) -> set[str]:
    """The ids that are written in a file's text."""
    return {found["id"] for line in text.splitlines() if (found := _HEADING.match(line))} - {None}


def with_ids(text: str, taken: Collection[str] = ()) -> str:
    """The text with an id at each heading that had none; nothing else of it is changed.

    An id comes from the stem and is free of `taken` and of the others in the text.
    """
    lines = text.split("\n")
    used = set(taken) | ids_in(text)
    for number, line in enumerate(_without_comments(text).split("\n")):
        found = _HEADING.match(line)
        if found is None or found["id"] is not None or not found["stem"]:
            continue
        new = _new_id(found["stem"], used)
        used.add(new)
        written = lines[number]
        end = len(written.rstrip())
        lines[number] = f"{written[:end]} {{#{new}}}{written[end:]}"
    return "\n".join(lines)


def as_text(question: Question) -> str:
    """A question in the form authors write; reading it gives the same question."""
    stem = question.stem
    if question.kind is QuestionKind.CLOZE:
        stem = stem.replace(GAP, f"=={'|'.join(question.forms)}==")
    lines = [f"## {stem}" + (f" {{#{question.id}}}" if question.id else ""), ""]
    match question.kind:
        case QuestionKind.CHOICE:
            lines += [f"- [{'x' if one.right else ' '}] {one.text}" for one in question.options]
        case QuestionKind.ORDER:
            lines += [f"{n}. {one.text}" for n, one in enumerate(question.options, 1)]
        case QuestionKind.TRUE_FALSE:
            lines.append(f"answer: {question.keys[0].lower()}")
        case QuestionKind.SHORT | QuestionKind.NUMBER:
            lines.append(f"answer: {' | '.join(question.forms)}")
        case QuestionKind.CLOZE:
            lines.pop()
    lines += [f"tolerance: {question.tolerance:g}"] if question.tolerance else []
    lines += ["", f"> {question.explanation}", "", f"section: {question.section}"]
    return "\n".join([*lines, f"sentence: {question.sentence}", ""])


def with_drafts(text: str, questions: Iterable[Question]) -> str:
    """The text with those questions below its mark for drafts, with ids; the rest is as it was."""
    marked = any(
        (title := _TITLE.match(line)) and _is_mark(title["title"])
        for line in _without_comments(text).split("\n")
    )
    begun = text.rstrip("\n")
    parts = [begun] if begun else []
    parts += [] if marked else [f"# {DRAFTS_MARK.capitalize()}"]
    parts += [as_text(question).rstrip("\n") for question in questions]
    return with_ids("\n\n".join(parts) + "\n")


@dataclass(slots=True)
class _Block:
    """What stands under one heading, as read so far."""

    stem: str
    id: str | None
    line: int
    draft: bool
    options: list[tuple[bool, str]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    open: str = "stem"

    def fault(self, message: str, key: str = "") -> None:
        self.faults.append(Fault(self.lines.get(key, self.line), message))


def _blocks(text: str) -> Iterator[_Block]:
    """The file, heading by heading. What stands before the first one is the author's own notes."""
    block: _Block | None = None
    draft = False
    for number, line in enumerate(_without_comments(text).split("\n"), 1):
        title = _TITLE.match(line)
        heading = _HEADING.match(line)
        if (title or heading) and block is not None:
            yield block
            block = None
        if title:
            draft = draft or _is_mark(title["title"])
        elif heading:
            block = _Block(heading["stem"], heading["id"], number, draft)
        elif block is not None:
            _take(block, line, number)
    if block is not None:
        yield block


def _is_mark(title: str) -> bool:
    return title.casefold().strip(" :.") == DRAFTS_MARK


def _without_comments(text: str) -> str:
    """The text with its lines as they were, but those of HTML comments empty."""
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text.lstrip("\ufeff"))


def _take(block: _Block, line: str, number: int) -> None:
    """Put one line where it belongs."""
    text = line.strip()
    if not text:
        block.open = "stem" if block.open == "stem" else ""
    elif found := _OPTION.match(text):
        block.options.append((found["mark"] != " ", found["text"]))
        block.lines.setdefault("options", number)
        block.open = "options"
    elif found := _QUOTE.match(text):
        block.explanation.append(found["text"])
        block.open = "explanation"
    elif found := _ITEM.match(text):
        block.items.append(found["text"])
        block.lines.setdefault("items", number)
        block.open = "items"
    elif (found := _FIELD.match(text)) and _is_field(found["key"]):
        _take_field(block, found["key"].lower(), found["value"] or "", number)
    else:
        _continue(block, text, number)


def _is_field(key: str) -> bool:
    return bool(get_close_matches(key.lower(), _FIELDS, n=1, cutoff=0.75))


def _take_field(block: _Block, key: str, value: str, number: int) -> None:
    if key not in _FIELDS:
        (near,) = get_close_matches(key, _FIELDS, n=1, cutoff=0.75)
        block.faults.append(Fault(number, f"'{key}' is not a known word: did you mean '{near}'?"))
        key = near
    if key in block.fields:
        block.faults.append(Fault(number, f"'{key}' stands twice: keep one"))
    block.fields[key] = value.strip()
    block.lines[key] = number
    block.open = key


def _continue(block: _Block, text: str, number: int) -> None:
    """A line that goes on with what was begun above it."""
    if block.open == "stem":
        block.stem = f"{block.stem} {text}".strip()
    elif block.open == "options":
        right, begun = block.options[-1]
        block.options[-1] = (right, f"{begun} {text}")
    elif block.open == "items":
        block.items[-1] += f" {text}"
    elif block.open == "explanation":
        block.explanation.append(text)
    elif block.open:
        block.fields[block.open] += f" {text}"
    else:
        said = "this line belongs to nothing: an explanation begins with >, an option with - [ ]"
        block.faults.append(Fault(number, said))


def _question(block: _Block) -> Question | None:
    """The question of a block; None if it cannot be asked. Its faults are in the block."""
    if not block.stem:
        block.fault("this question has no words: write the stem after ##")
        return None
    if block.id is None:
        block.fault("this question has no id: run `viva check --fix`")
    elif not re.fullmatch(ID_PATTERN, block.id):
        block.fault(f"the id '{block.id}' must be lower-case letters, digits and hyphens")
        block.id = None
    kind = _kind(block)
    if kind is None:
        return None
    question = Question(
        id=block.id or "",
        kind=kind,
        stem=block.stem,
        line=block.line,
        explanation=" ".join(" ".join(block.explanation).split()),
        draft=block.draft,
    )
    if not question.explanation:
        block.fault("there is no explanation: write a line that begins with > and says why")
    return _answered(question, block)


def _kind(block: _Block) -> QuestionKind | None:
    answer = block.fields.get("answer")
    gaps = _GAPS.findall(block.stem)
    given = [
        kind
        for kind, there in (
            (QuestionKind.CHOICE, block.options),
            (QuestionKind.ORDER, block.items),
            (QuestionKind.CLOZE, gaps),
            (QuestionKind.SHORT, answer is not None),
        )
        if there
    ]
    if len(given) != 1:
        several = "options, a list, a gap and an answer: keep one of them"
        none = "options (- [x] …), an answer (answer: …) or a gap (==…==)"
        block.fault(f"there is more than one of {several}" if given else f"add {none}")
        return None
    (kind,) = given
    if kind is QuestionKind.SHORT and answer is not None:
        if answer.casefold() in _TRUTHS:
            return QuestionKind.TRUE_FALSE
        return QuestionKind.NUMBER if _NUMERIC.match(answer) else QuestionKind.SHORT
    texts = {text.casefold() for _, text in block.options}
    return QuestionKind.TRUE_FALSE if texts == set(_TRUTHS) else kind


def _answered(question: Question, block: _Block) -> Question | None:
    """The question with what answers it."""
    tolerance = _tolerance(block)
    match question.kind:
        case QuestionKind.CHOICE:
            return _with_options(question, block)
        case QuestionKind.TRUE_FALSE:
            true = next((text for right, text in block.options if right), None)
            said = (true or block.fields.get("answer", "")).casefold()
            options = (Option("True", said == "true"), Option("False", said == "false"))
            return replace(question, options=options)
        case QuestionKind.ORDER:
            if len(block.items) < 3:
                block.fault("a list to be put in order needs three items at least", "items")
                return None
            return replace(question, options=tuple(Option(item, False) for item in block.items))
        case QuestionKind.CLOZE:
            gaps = _GAPS.findall(question.stem)
            if len(gaps) > 1:
                block.fault("there are several gaps: ask for one, and write a question for each")
                return None
            stem = _GAPS.sub(GAP, question.stem)
            return replace(question, stem=stem, forms=_forms(gaps[0]), tolerance=tolerance)
        case _:
            forms = _forms(block.fields["answer"])
            if not forms:
                block.fault("the answer is empty: write it after answer:", "answer")
                return None
            return replace(question, forms=forms, tolerance=tolerance)


def _with_options(question: Question, block: _Block) -> Question | None:
    options = tuple(Option(text.strip(), right) for right, text in block.options)
    if len(options) < 2 or not any(option.text for option in options):
        block.fault("a choice needs two options at least, each with words", "options")
        return None
    if not any(option.right for option in options):
        block.fault("no option is marked as right: write [x] before it", "options")
        return None
    if all(option.right for option in options):
        block.fault("every option is marked as right: leave [ ] before the others", "options")
        return None
    return replace(question, options=options)


def _forms(text: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in text.split("|") if form.strip())


def _tolerance(block: _Block) -> float:
    written = block.fields.get("tolerance")
    if written is None:
        return 0.0
    try:
        value = float(written)
    except ValueError:
        value = -1
    if not 0 <= value < float("inf"):
        block.fault("the tolerance must be a number like 0.5", "tolerance")
        return 0.0
    return value


def _placed(question: Question, block: _Block, lesson: Lesson) -> Question:
    """The question with the section and sentence it rests on; what is not found is left empty."""
    sentence = block.fields.get("sentence", "").strip('"“”')
    named = block.fields.get("section", "").strip("#{} ")
    if not sentence:
        block.fault("add 'sentence: …', words of the lesson that the answer rests on")
    section = lesson.section(named) if named else None
    if named and section is None:
        known = get_close_matches(named, [s.id for s in lesson.sections], n=1, cutoff=0.5)
        near = f": did you mean '{known[0]}'?" if known else ""
        block.fault(f"the lesson has no section '{named}'{near}", "section")
    if not sentence:
        return replace(question, section=section.id if section else "")
    holding = [s for s in lesson.sections if sentence_span(sentence, s)]
    if section is None and not named and len(holding) == 1:
        section = holding[0]
    elif section is None and not named:
        where = "in several sections" if holding else "nowhere in the lesson"
        block.fault(f"the sentence stands {where}: add 'section: …'", "sentence")
    elif section is not None and section not in holding:
        said = f"the sentence does not stand in section '{section.id}' word for word"
        block.fault(said, "sentence")
        sentence = ""
    return replace(question, section=section.id if section else "", sentence=sentence)


def _new_id(stem: str, used: Collection[str]) -> str:
    """A short id that comes from the stem, and another one where that is taken."""
    attempt = 0
    while True:
        digest = hashlib.blake2s(f"{attempt}:{stem}".encode()).hexdigest()
        if (new := f"q-{digest[:6]}") not in used:
            return new
        attempt += 1
