"""What stands at the head of a lesson (YAML) and of a course (course.toml), checked key by key.

A wrong key never hides the next one: each fault gets its key's own line, the wrong value is left
out, and the rest is read.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from retrieval.markdown import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic_core import ErrorDetails

    from retrieval.markdown import FrontMatter

__all__ = [
    "ID_PATTERN",
    "CourseHead",
    "LessonHead",
    "read_course_head",
    "read_lesson_head",
    "read_toml",
]

ID_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"

Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1)]


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LessonHead(_Head):
    """The front matter of a lesson. A key that is missing or wrong is None or empty here."""

    id: Id | None = None
    number: Annotated[int, Field(ge=1, le=9999)] | None = None
    title: Text | None = None
    minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    summary: Text | None = None
    objectives: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()


class CourseHead(_Head):
    """What course.toml says. A key that is missing or wrong is None or the default here."""

    id: Id | None = None
    title: Text | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    example: Text | None = None


Head = TypeVar("Head", bound=_Head)

_EXAMPLES = {
    "id": "id: a-short-name",
    "number": "number: 4",
    "title": "title: What the lesson is called",
    "minutes": "minutes: 30",
    "summary": "summary: Two or three sentences",
    "objectives": "objectives: with a line '- …' for each",
}
_COURSE_EXAMPLES = {"id": 'id = "a-short-name"', "title": 'title = "What the course is called"'}
_LISTS = ("objectives", "sources")

_ID_RULE = "must be lower-case letters, digits and hyphens, at most 64, like deep-learning"
_SAYINGS = {
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "string_type": "must be a text",
    "string_too_short": "is empty",
    "tuple_type": "must be a list, one '- …' a line",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's value as written, and the file's line it stands on."""

    value: object
    line: int


def read_lesson_head(front: FrontMatter) -> tuple[LessonHead, dict[str, int], list[Fault]]:
    """The head of a lesson, the line of each of its keys, and the faults."""
    try:
        node = yaml.compose(front.text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        # The last two come from an escape or a version number out of every range.
        return LessonHead(), {}, [_broken_yaml(error, front)]
    if not isinstance(node, yaml.MappingNode):
        fault = "the front matter must be lines of 'key: value', like id: deep-learning"
        return LessonHead(), {}, [Fault(front.line, fault, fatal=True)]
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    for key, value in node.value:
        faults += _take(key, value, front, entries)
    head, more = _checked(LessonHead, entries, _EXAMPLES)
    return head, {key: entry.line for key, entry in entries.items()}, faults + more


def read_course_head(text: str) -> tuple[CourseHead, dict[str, int], list[Fault]]:
    """The head of a course, the line of each of its keys, and the faults."""
    values = read_toml(text)
    if isinstance(values, Fault):
        return CourseHead(), {}, [values]
    entries = {key: Entry(value, _line_of(key, text)) for key, value in values.items()}
    head, faults = _checked(CourseHead, entries, _COURSE_EXAMPLES)
    return head, {key: entry.line for key, entry in entries.items()}, faults


def read_toml(text: str) -> dict[str, Any] | Fault:
    """The values of a TOML file, or why it cannot be read."""
    try:
        return tomllib.loads(text)
    except ValueError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else max(1, text.rstrip().count("\n") + 1)
        return Fault(line, f"this is not valid TOML: {error}", fatal=True)
    except RecursionError:
        return Fault(1, "this is nested too deep: write it flat", fatal=True)


def _broken_yaml(error: Exception, front: FrontMatter) -> Fault:
    # A quote that is never closed is found at the end; the author looks for where it began.
    open_quote = "quoted" in (getattr(error, "context", None) or "")
    mark = getattr(error, "context_mark" if open_quote else "problem_mark", None)
    position = getattr(error, "position", None)
    line = front.line
    if mark is not None:
        line += mark.line
    elif isinstance(position, int):
        line += front.text.count("\n", 0, position)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "out of range"
    advice = "put a value that holds ': ', '#' or quotes between double quotes"
    return Fault(line, f"the front matter cannot be read ({said}): {advice}", fatal=True)


def _take(
    key: yaml.Node, value: yaml.Node, front: FrontMatter, entries: dict[str, Entry]
) -> Iterator[Fault]:
    """Put one key into the entries; what stands on it wrongly comes back as faults."""
    line = front.line + key.start_mark.line
    name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
    if name in entries:
        yield Fault(line, f"'{name}' stands twice: keep one")
    elif isinstance(value, yaml.SequenceNode):
        items: list[str] = []
        for item in value.value:
            text = _words(item, front)
            if text:
                items.append(text)
            else:
                yield Fault(front.line + item.start_mark.line, f"an item of '{name}' is empty")
        entries[name] = Entry(tuple(items) or "", line)
    else:
        text = _words(value, front)
        entries[name] = Entry((text,) if name in _LISTS and text else text, line)


def _words(node: yaml.Node, front: FrontMatter) -> str:
    """A value as one line of text, whatever YAML would make of it (a date, a yes, a pair)."""
    if isinstance(node, yaml.ScalarNode):
        empty = node.tag == "tag:yaml.org,2002:null" and node.style is None
        return "" if empty else " ".join(node.value.replace("\0", "\ufffd").split())
    return " ".join(front.text[node.start_mark.index : node.end_mark.index].split())


def _line_of(key: str, text: str) -> int:
    found = re.search(rf"^[ \t]*\[*[\"']?{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def _checked(
    model: type[Head], entries: Mapping[str, Entry], examples: Mapping[str, str]
) -> tuple[Head, list[Fault]]:
    """The model of all that is right, and a fault for each that is wrong or missing."""
    values = {key: entry.value for key, entry in entries.items()}
    faults = [
        Fault(1, f"'{key}' is missing: add {example}", fatal=key == "id")
        for key, example in examples.items()
        if key not in values
    ]
    try:
        return model.model_validate(values), faults
    except ValidationError as error:
        details = error.errors(include_url=False)
    wrong = {str(detail["loc"][0]): detail for detail in details}
    faults += [
        Fault(entries[key].line, _say(model, key, values[key], detail), fatal=key == "id")
        for key, detail in wrong.items()
    ]
    right = {key: value for key, value in values.items() if key not in wrong}
    return model.model_validate(right), faults


def _say(model: type[_Head], key: str, value: object, detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        near = get_close_matches(key, model.model_fields, n=1, cutoff=0.5)
        known = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(model.model_fields)}"
        return f"'{key}' is not a known key: {known}"
    if value == "":
        return f"'{key}' is empty: write it"
    if key == "id":
        return f"'{key}' {_ID_RULE}"
    if detail["type"] == "string_pattern_mismatch":
        return f"'{key}' must be a language's code, like en or pt-BR"
    message = detail["msg"].removeprefix("Input ").replace("should be", "must be")
    return f"'{key}' {_SAYINGS.get(detail['type'], message)}"
