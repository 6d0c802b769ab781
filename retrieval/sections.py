"""The sections of a lesson, made from the parts of its text: paths, kinds and ids."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.courses import ListBlock, ListItem, Paragraph, Run, Section, SectionKind
from retrieval.frontmatter import ID_PATTERN
from retrieval.markdown import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.markdown import Heading, Part

__all__ = ["body_sections", "objectives_section", "slug", "summary_section"]

LONGEST_ID = 64
_OPENING_IDS = (SectionKind.SUMMARY.value, SectionKind.OBJECTIVES.value)
_KNOWN = {
    "key insights": SectionKind.KEY_INSIGHTS,
    "why it matters": SectionKind.WHY_IT_MATTERS,
}


def summary_section(summary: str, line: int) -> Section:
    """The summary of the front matter as a section that can be found and cited."""
    kind = SectionKind.SUMMARY
    return Section(kind.value, ("Summary",), (Paragraph((Run(summary),)),), kind, line)


def objectives_section(objectives: Sequence[str], line: int) -> Section:
    """The objectives of the front matter as a section that can be found and cited."""
    kind = SectionKind.OBJECTIVES
    items = tuple(ListItem((Run(objective),)) for objective in objectives)
    return Section(kind.value, ("What you will learn",), (ListBlock(items),), kind, line)


def slug(heading: str) -> str:
    """A heading as an id: ASCII, lower case, hyphens; empty when it has no such letters."""
    folded = unicodedata.normalize("NFKD", heading.casefold())
    letters = "".join(c for c in folded if not unicodedata.combining(c) and c not in "'’")
    words = re.findall(r"[a-z0-9]+", letters)
    while len("-".join(words)) > LONGEST_ID and len(words) > 1:
        words.pop()
    return "-".join(words)[:LONGEST_ID]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A section that still has no id."""

    part: Part
    path: tuple[str, ...]
    number: int


def body_sections(title: str, parts: Sequence[Part]) -> tuple[tuple[Section, ...], list[Fault]]:
    """The sections below the front matter in reading order, with what is wrong with them."""
    parts, faults = _without_title(title, parts)
    drafts: list[_Draft] = []
    above = ""
    for index, part in enumerate(parts):
        number = index + 1
        path = _path(part.heading, above, title, number)
        above = path[0] if part.heading and part.heading.level < 3 else above
        if part.blocks:
            drafts.append(_Draft(part, path, number))
        elif not _leads_to_subsection(parts, index):
            fault = f"the section '{path[-1]}' is empty: write it, or take the heading out"
            faults.append(Fault(part.line, fault))
    ids = _ids(drafts, faults)
    return tuple(map(_section, drafts, ids)), faults


def _without_title(title: str, parts: Sequence[Part]) -> tuple[list[Part], list[Fault]]:
    """A first `#` is the lesson's title, not a section; any other `#` is read as `##`."""
    kept: list[Part] = []
    faults: list[Fault] = []
    for index, part in enumerate(parts):
        heading = part.heading
        if heading is None or heading.level > 1:
            kept.append(part)
        elif index > 0:
            fault = "only the lesson's title, at the top, has a single #: write ## here"
            faults.append(Fault(part.line, fault))
            kept.append(replace(part, heading=replace(heading, level=2)))
        else:
            if heading.text and heading.text != " ".join(title.split()):
                fault = f"the heading '{heading.text}' is not the title '{title}': make them equal"
                faults.append(Fault(part.line, fault))
            if part.blocks:
                kept.append(replace(part, heading=None))
    return kept, faults


def _path(heading: Heading | None, above: str, title: str, number: int) -> tuple[str, ...]:
    if heading is None:
        return (title,)
    own = heading.text or f"Section {number}"
    return (above, own) if heading.level == 3 and above else (own,)


def _leads_to_subsection(parts: Sequence[Part], index: int) -> bool:
    """Whether a heading without text of its own stands above a deeper one."""
    here, below = parts[index].heading, parts[index + 1].heading if parts[index + 1 :] else None
    return bool(here and below and here.level < below.level)


def _ids(drafts: Sequence[_Draft], faults: list[Fault]) -> list[str]:
    """Ids in the drafts' order. Those the author gave come first, so that no slug takes them."""
    taken: dict[str, int] = dict.fromkeys(_OPENING_IDS, 0)
    ids: dict[int, str] = {}
    for draft in sorted(drafts, key=lambda draft: not _given(draft)):
        given = _given(draft)
        wanted = given or _own_id(draft)
        fault = _fault_of_id(given, taken) if given else None
        if fault:
            faults.append(Fault(draft.part.line, fault))
            wanted = slug(given or "") or f"section-{draft.number}"
        ids[draft.number] = _free(wanted, taken)
        taken[ids[draft.number]] = draft.part.line
    return [ids[draft.number] for draft in drafts]


def _given(draft: _Draft) -> str | None:
    return draft.part.heading.id if draft.part.heading else None


def _own_id(draft: _Draft) -> str:
    heading = draft.part.heading
    if heading is None:
        return "introduction"
    kind = _kind(heading)
    if kind is not SectionKind.BODY:
        return kind.value
    return slug(heading.text) or f"section-{draft.number}"


def _fault_of_id(given: str, taken: dict[str, int]) -> str | None:
    if not re.search(ID_PATTERN, given) or given.endswith("\n"):
        return f"the id {{#{given}}} must be lower-case letters, digits and hyphens, at most 64"
    if given in _OPENING_IDS:
        return f"the id {{#{given}}} belongs to the front matter: take another"
    if given in taken:
        return f"the id {{#{given}}} stands on line {taken[given]} already: take another"
    return None


def _free(wanted: str, taken: Iterable[str]) -> str:
    count, candidate = 1, wanted
    while candidate in taken:
        count += 1
        tail = f"-{count}"
        candidate = wanted[: LONGEST_ID - len(tail)] + tail
    return candidate


def _kind(heading: Heading | None) -> SectionKind:
    if heading is None or heading.level != 2:
        return SectionKind.BODY
    return _KNOWN.get(heading.text.casefold().rstrip(" :"), SectionKind.BODY)


def _section(draft: _Draft, section_id: str) -> Section:
    part = draft.part
    return Section(section_id, draft.path, part.blocks, _kind(part.heading), part.line)
