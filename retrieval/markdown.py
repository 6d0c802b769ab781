"""Markdown text into blocks, part by part: a heading and what stands under it.

It knows no folders: where links and pictures lead is left to who does (`links`); it only notes
them with their lines. Faults of the text are collected, never raised, and no word is dropped
except raw HTML tags and comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.front_matter import front_matter_plugin

from retrieval.courses import (
    CodeBlock,
    Image,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Run,
    Table,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from markdown_it.token import Token

    from retrieval.courses import Block

__all__ = [
    "Document",
    "Fault",
    "FrontMatter",
    "Heading",
    "Part",
    "Target",
    "markdown_parser",
    "read_markdown",
]

DEEPEST_HEADING = 3
_EXPLICIT_ID = re.compile(r"\s*(?<!\\)\{#([^{}]*)\}\s*$")
_COMMENTS = re.compile(r"(?:\s*<!--.*?-->)+\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a text. `line` counts from 1 in the file."""

    line: int
    message: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML between the opening dashes; `line` is the file's line of its first one."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Target:
    """A place in this course that a link or a picture leads to, as the author wrote it."""

    line: int
    address: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3. `id` is what the author gave it with `{#id}`, unchecked."""

    level: int
    text: str
    line: int
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and the blocks under it; text before the first heading has none."""

    heading: Heading | None
    blocks: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file: its front matter, its parts, and what they point to.

    Web and mail addresses stay in the runs; `links` and `pictures` are the others, to be checked
    against the course's folder. An Image's `path` is still the address the author wrote.
    """

    front_matter: FrontMatter | None
    parts: tuple[Part, ...]
    links: tuple[Target, ...]
    pictures: tuple[Target, ...]
    faults: tuple[Fault, ...]


def read_markdown(text: str) -> Document:
    """Read a file's text, front matter included. Every fault of it is in `faults`."""
    parser = markdown_parser()
    # The front matter rule looks one character past a last line of blanks.
    tokens = parser.parse(text + "\n")
    return _Reader(text.split("\n"), parser.options["maxNesting"]).document(tokens)


def markdown_parser() -> MarkdownIt:
    """The one dialect of Viva: CommonMark with tables and front matter."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").use(front_matter_plugin)
    # By default a doubtful address leaves its link as bare text; here it shall be reported.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


class _Reader:
    """Walks the tokens of one file, collecting parts, faults, links and pictures."""

    def __init__(self, lines: Sequence[str], max_nesting: int) -> None:
        self._lines = lines
        self._max_nesting = max_nesting
        self._faults: list[Fault] = []
        self._links: list[Target] = []
        self._pictures: list[Target] = []
        self._by_type: dict[str, Callable[[SyntaxTreeNode], list[Block]]] = {
            "paragraph": self._paragraph,
            "bullet_list": self._list,
            "ordered_list": self._list,
            "blockquote": self._quote,
            "table": self._table,
            "fence": self._fence,
            "code_block": self._code,
            "html_block": self._html,
            "heading": self._misplaced_heading,
        }

    def document(self, tokens: list[Token]) -> Document:
        self._check_depth(tokens)
        nodes = list(SyntaxTreeNode(tokens).children)
        front = None
        if nodes and nodes[0].type == "front_matter":
            front = FrontMatter(nodes.pop(0).content, line=2)
        return Document(
            front_matter=front,
            parts=self._parts(nodes),
            links=tuple(self._links),
            pictures=tuple(self._pictures),
            faults=tuple(sorted(self._faults)),
        )

    def _fault(self, line: int, message: str) -> None:
        self._faults.append(Fault(line, message))

    def _check_depth(self, tokens: list[Token]) -> None:
        """The parser leaves out, without a word, what is nested deeper than its limit."""
        deep = next((t for t in tokens if t.level >= self._max_nesting - 1 and t.map), None)
        if deep and deep.map:
            self._fault(deep.map[0] + 1, "this is nested too deep to be read: write it flatter")

    def _parts(self, nodes: list[SyntaxTreeNode]) -> tuple[Part, ...]:
        parts: list[Part] = []
        heading: Heading | None = None
        blocks: list[Block] = []
        line = _line(nodes[0]) if nodes else 1
        for node in nodes:
            if node.type != "heading" or _level(node) > DEEPEST_HEADING:
                blocks += self._block(node)
                continue
            if heading or blocks:
                parts.append(Part(heading, tuple(blocks), line))
            heading, pictures = self._heading(node)
            blocks, line = list(pictures), _line(node)
        if heading or blocks:
            parts.append(Part(heading, tuple(blocks), line))
        return tuple(parts)

    def _heading(self, node: SyntaxTreeNode) -> tuple[Heading, list[Image]]:
        runs, pictures = self._inline(node)
        text, given = plain(runs), None
        written = node.children[0].content if node.children else ""
        if (found := _EXPLICIT_ID.search(text)) and _EXPLICIT_ID.search(written):
            text, given = text[: found.start()], found[1].strip()
        text = " ".join(text.split())
        if not text:
            self._fault(_line(node), "this heading has no words: give it some, or take it out")
        return Heading(_level(node), text, _line(node), given), pictures

    def _block(self, node: SyntaxTreeNode) -> list[Block]:
        read = self._by_type.get(node.type)
        return read(node) if read else []

    def _blocks(self, nodes: Iterable[SyntaxTreeNode]) -> list[Block]:
        return [block for node in nodes for block in self._block(node)]

    def _paragraph(self, node: SyntaxTreeNode) -> list[Block]:
        runs, pictures = self._inline(node)
        return [*([Paragraph(runs)] if runs else []), *pictures]

    def _misplaced_heading(self, node: SyntaxTreeNode) -> list[Block]:
        if node.level > 0:
            fault = "a heading cannot stand inside a list or a quotation: move it out"
        else:
            fault = f"{'#' * _level(node)} is too deep: headings are ## and ###"
        self._fault(_line(node), fault)
        runs, pictures = self._inline(node)
        bold = tuple(replace(run, bold=True) for run in runs)
        return [*([Paragraph(bold)] if bold else []), *pictures]

    def _list(self, node: SyntaxTreeNode) -> list[Block]:
        """A list whose items hold more than text is parted round what is not text."""
        blocks: list[Block] = []
        first = _start(node)
        for index, child in enumerate(node.children):
            number = None if first is None else first + index
            for block in self._item(child, number):
                last = blocks[-1] if blocks else None
                if isinstance(block, ListBlock) and isinstance(last, ListBlock):
                    blocks[-1] = ListBlock(last.items + block.items)
                else:
                    blocks.append(block)
        return blocks

    def _item(self, node: SyntaxTreeNode, number: int | None) -> list[Block]:
        item: ListItem | None = None
        done: list[Block] = []
        for block in self._blocks(node.children):
            if isinstance(block, ListBlock):
                done.append(ListBlock(tuple(replace(i, depth=i.depth + 1) for i in block.items)))
            elif not isinstance(block, Paragraph) or done:
                done.append(block)
            elif item:
                item = replace(item, runs=_one_line((*item.runs, Run(" "), *block.runs)))
            else:
                item = ListItem(_one_line(block.runs), number=number)
        return [ListBlock((item,)), *done] if item else done

    def _quote(self, node: SyntaxTreeNode) -> list[Block]:
        """Paragraphs and list items of one quotation stand on lines of their own."""
        blocks: list[Block] = []
        for block in self._blocks(node.children):
            runs = _quoted(block)
            last = blocks[-1] if blocks else None
            if runs is None:
                blocks.append(block)
            elif isinstance(last, Quote):
                blocks[-1] = Quote(_merged([*last.runs, Run("\n"), *runs]))
            else:
                blocks.append(Quote(runs))
        return blocks

    def _table(self, node: SyntaxTreeNode) -> list[Block]:
        rows = [row for part in node.children for row in part.children]
        read = [[self._inline(cell) for cell in row.children] for row in rows]
        header, *body = [tuple(plain(_one_line(runs)) for runs, _ in row) for row in read]
        pictures = [picture for row in read for _, found in row for picture in found]
        if not body:
            self._fault(_line(node), "this table has no rows: give it some, or take it out")
        return [Table(header, tuple(body)), *pictures]

    def _fence(self, node: SyntaxTreeNode) -> list[Block]:
        start, end = node.map or (0, 1)
        closing = self._lines[min(end, len(self._lines)) - 1].strip()
        if end - start < 2 or not closing.endswith(node.markup):
            self._fault(start + 1, f"this code block is never closed: end it with {node.markup}")
        language = node.info.split()[0] if node.info.split() else ""
        return _program(node.content, language)

    def _code(self, node: SyntaxTreeNode) -> list[Block]:
        return _program(node.content)

    def _html(self, node: SyntaxTreeNode) -> list[Block]:
        if node.content.lstrip().startswith("<!--") and "-->" not in node.content:
            self._fault(_line(node), "this comment is never closed: end it with -->")
        elif not _COMMENTS.fullmatch(node.content):
            self._fault(_line(node), "raw HTML is not shown: write Markdown instead")
        return []

    def _inline(self, node: SyntaxTreeNode) -> tuple[tuple[Run, ...], list[Image]]:
        text = _Inline(_line(node))
        for child in node.children:
            if child.type == "inline" and child.token:
                text.read(child.token.children or [])
        self._faults += text.faults
        self._links += text.links
        self._pictures += [Target(line, picture.path) for line, picture in text.pictures]
        runs = _merged(text.runs)
        said = any(run.text.strip() for run in runs)  # a lone control character says nothing
        return runs if said else (), [picture for _, picture in text.pictures]


class _Inline:
    """The running text of one block: its runs, and what it points to, with lines."""

    def __init__(self, line: int) -> None:
        self._line = line
        self._style = Run("")
        self._depth = {"strong": 0, "em": 0}
        self.runs: list[Run] = []
        self.pictures: list[tuple[int, Image]] = []
        self.links: list[Target] = []
        self.faults: list[Fault] = []

    def read(self, tokens: Iterable[Token]) -> None:
        for token in tokens:
            match token.type:
                case "text" | "text_special":
                    self._say(token.content)
                case "code_inline":
                    self.runs.append(replace(self._style, text=token.content, code=True))
                case "softbreak" | "hardbreak":
                    self._line += 1
                    self._say(" " if token.type == "softbreak" else "\n")
                case "image":
                    self._picture(token)
                case "html_inline":
                    self._html(token.content)
                case _:
                    self._restyle(token)

    def _say(self, text: str) -> None:
        self.runs.append(replace(self._style, text=text))

    def _restyle(self, token: Token) -> None:
        if token.type == "link_open":
            address = str(token.attrGet("href") or "")
            self._style = replace(self._style, link=self._link(address))
        elif token.type == "link_close":
            self._style = replace(self._style, link=None)
        elif token.tag in self._depth:
            self._depth[token.tag] += token.nesting
            self._style = replace(
                self._style, bold=self._depth["strong"] > 0, italic=self._depth["em"] > 0
            )

    def _link(self, address: str) -> str | None:
        """The address if it may stand in the text; one inside the course is noted as well."""
        fault = _fault_of_link(address)
        if fault:
            self.faults.append(Fault(self._line, fault))
            return None
        if not urlsplit(address).scheme:
            self.links.append(Target(self._line, address))
        return address

    def _picture(self, token: Token) -> None:
        address = str(token.attrGet("src") or "")
        alt = " ".join("".join(child.content for child in token.children or []).split())
        if not alt:
            self.faults.append(
                Fault(
                    self._line,
                    f"the picture {address} has no alternative text: "
                    f"write ![what it shows]({address})",
                )
            )
        self.pictures.append((self._line, Image(address, alt)))
        self._say(" ")

    def _html(self, content: str) -> None:
        if not content.startswith("<!--"):
            self.faults.append(
                Fault(self._line, f"raw HTML ({content}) is not shown: write Markdown instead")
            )
        self._line += content.count("\n")


def _fault_of_link(address: str) -> str | None:
    if not address:
        return "this link leads nowhere: give it an address"
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and parts.netloc:
        return None
    if parts.scheme == "mailto" and parts.path:
        return None
    if parts.scheme or parts.netloc:
        return f"the link {address} must begin with https:// or lead to a file of this course"
    return None


def _line(node: SyntaxTreeNode) -> int:
    """The node's first line, or that of the nearest one around it that knows (a cell does not)."""
    while node.map is None and node.parent is not None:
        node = node.parent
    return node.map[0] + 1 if node.map else 1


def _level(node: SyntaxTreeNode) -> int:
    return int(node.tag[1:])


def _start(node: SyntaxTreeNode) -> int | None:
    """The first number of a numbered list, None for bullets."""
    return int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None


def _program(text: str, language: str = "") -> list[Block]:
    return [CodeBlock(text.rstrip("\n"), language)] if text.strip() else []


def _quoted(block: Block) -> tuple[Run, ...] | None:
    """The running text of a block inside a quotation; None when it is something else."""
    match block:
        case Paragraph(runs=runs) | Quote(runs=runs):
            return runs
        case ListBlock(items=items):
            lines = [(Run("\n"), *item.runs) for item in items]
            return _merged([run for line in lines for run in line])
        case _:
            return None


def _one_line(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs with line breaks turned into spaces, for a list's item or a table's cell."""
    return _merged([replace(run, text=run.text.replace("\n", " ")) for run in runs])


def _merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Neighbours of one style joined, blanks folded, none left at the ends or round a line break.

    What stands in a code span keeps its blanks.
    """
    merged: list[Run] = []
    for run in runs:
        before = merged[-1] if merged else None
        text = run.text if run.code else _folded(run.text, before)
        if text.startswith("\n") and before and not before.code:
            merged[-1] = replace(before, text=before.text.rstrip(" "))
        if before and replace(before, text="") == replace(run, text=""):
            merged[-1] = replace(merged[-1], text=merged[-1].text + text)
        elif text:
            merged.append(replace(run, text=text))
    while merged and not merged[-1].code and not merged[-1].text.rstrip(" \n"):
        merged.pop()
    if merged and not merged[-1].code:
        merged[-1] = replace(merged[-1], text=merged[-1].text.rstrip(" \n"))
    return tuple(run for run in merged if run.text)


def _folded(text: str, before: Run | None) -> str:
    text = re.sub(r" *\n *", "\n", re.sub(r"[ \t]+", " ", text))
    if before is None:
        return text.lstrip(" \n")
    return text.lstrip(" ") if not before.code and before.text.endswith((" ", "\n")) else text
