"""A document's text in pieces: headings, prose, lists, and whatever else stands as it is.

Plain text has no marks, so its pieces are told by their shape: a short line without a full stop
before a paragraph is a heading, a line that begins with a bullet is an item. Markdown has marks;
its pieces are kept exactly as they are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from markdown_it.tree import SyntaxTreeNode

from retrieval.markdown import markdown_parser, read_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Piece", "escaped", "looks_like_heading", "pieces_of_markdown", "pieces_of_text"]

LONGEST_HEADING = 90
MOST_HEADING_WORDS = 14
LONGEST_WRAPPED = 120
"""Characters; a longer line was never wrapped by hand, so its end is the paragraph's."""

_DOTS = "•·‣◦▪●○∙■□➢➤✓"
_BULLET = re.compile(rf"(\s*)(?:(?:[{_DOTS}]\s*)+|[-*+–—]\s+(?:[{_DOTS}]\s*)*)(\S.*)")
_NUMBERED = re.compile(r"(\s*)(?:(\d{1,3})[.)])\s+(\S.*)")
_NO_WORDS = re.compile(r"[\W_]+")
_LABEL = re.compile(r"([^\s:.?!](?:[^:?!]{0,58}[^\s:?!])?): +(\S.*)")
MOST_LABEL_WORDS = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a document. `markdown` is how it is written into the lesson.

    A heading's `markdown` is without its #, and `given` is False when only its shape says that
    it is one. `items` are a list's items, as plain text.
    """

    kind: Literal["heading", "prose", "list", "other"]
    markdown: str
    plain: str
    level: int = 2
    given: bool = True
    items: tuple[str, ...] = ()


def escaped(text: str) -> str:
    """Plain text as Markdown that reads as just that text."""
    text = re.sub(r"([\\`*\[\]<>])", r"\\\1", text)
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    text = re.sub(r"&(?=#?\w+;)", r"\\&", text)
    text = re.sub(r"\{(?=#)", r"\\{", text)
    text = re.sub(r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|=+\s*$|-+\s*$|~{3})", r"\\\1", text)
    return re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", text)


def looks_like_heading(line: str) -> bool:
    """Whether a line has a heading's shape: short, not a sentence, not a fragment of one."""
    return (
        len(line) <= LONGEST_HEADING
        and len(line.split()) <= MOST_HEADING_WORDS
        and "\n" not in line
        and not line.endswith((".", "!", ":", ";", ",", "…", "-"))
        and not line[:1].islower()
        and any(letter.isalpha() for letter in line)
    )


# --- plain text ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Item:
    indent: int
    number: int | None
    lines: list[str]


@dataclass(slots=True)
class _Shape:
    """A paragraph's lines, or a list's items."""

    lines: list[str] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)


def pieces_of_text(text: str, alone: Callable[[str], bool]) -> list[Piece]:
    """Plain text by its shapes. `alone` tells the lines that never belong to a paragraph."""
    lines = [line.expandtabs(4).rstrip() for line in text.split("\n")]
    width = max(40, min(LONGEST_WRAPPED, max(map(len, lines), default=0)))
    shapes: list[_Shape] = []
    fresh = True
    for line in lines:
        if _NO_WORDS.fullmatch(line) or not line:
            fresh = True
        elif not _continued(shapes, line, width, fresh, alone):
            _begin(shapes, line)
            fresh = False
        else:
            fresh = False
    return _with_headings([_piece(shape) for shape in shapes], alone)


def _item_of(line: str) -> _Item | None:
    if found := _NUMBERED.fullmatch(line):
        return _Item(len(found[1]), int(found[2]), [found[3]])
    if found := _BULLET.fullmatch(line):
        return _Item(len(found[1]), None, [found[2]])
    return None


def _begin(shapes: list[_Shape], line: str) -> None:
    item = _item_of(line)
    if item is None:
        shapes.append(_Shape(lines=[line.strip()]))
    elif shapes and shapes[-1].items:
        shapes[-1].items.append(item)
    else:
        shapes.append(_Shape(items=[item]))


def _continued(
    shapes: list[_Shape], line: str, width: int, fresh: bool, alone: Callable[[str], bool]
) -> bool:
    """Put the line at the end of what stands before it, if it goes on with that."""
    if fresh or not shapes or _item_of(line) or alone(line.strip()):
        return False
    last = shapes[-1]
    lines = last.items[-1].lines if last.items else last.lines
    indented = bool(last.items) and len(line) - len(line.lstrip()) > last.items[-1].indent
    if alone(lines[-1]) or not (indented or _is_wrapped(lines[-1], width)):
        return False
    lines.append(line.strip())
    return True


def _is_wrapped(line: str, width: int) -> bool:
    """Whether a line ended at the margin, so that the next one goes on with its sentence."""
    shortest = 0.8 if line.endswith((".", "!", "?", ":")) else 0.55
    return shortest * width <= len(line) <= LONGEST_WRAPPED


def _joined(lines: Sequence[str]) -> str:
    """Wrapped lines as one, a word that was parted at the margin whole again."""
    text = lines[0]
    for line in lines[1:]:
        if re.search(r"[a-z]-$", text) and line[:1].islower():
            text = text[:-1] + line
        else:
            text += " " + line
    return " ".join(text.split())


def _piece(shape: _Shape) -> Piece:
    if not shape.items:
        text = _joined(shape.lines)
        return Piece("prose", escaped(text), text, given=False)
    items = tuple(_joined(item.lines) for item in shape.items)
    markdown = "\n".join(_marked_items(shape.items, items))
    return Piece("list", markdown, "\n".join(items), given=False, items=items)


def _marked_items(shapes: Iterable[_Item], texts: Iterable[str]) -> Iterable[str]:
    """Items as Markdown, each inside the one before it that stands further left."""
    around: list[tuple[int, int]] = []  # indent in the text, indent of what it holds in Markdown
    for item, text in zip(shapes, texts, strict=True):
        while around and around[-1][0] >= item.indent:
            around.pop()
        margin = around[-1][1] if around else 0
        mark = "- " if item.number is None else f"{item.number}. "
        around.append((item.indent, margin + len(mark)))
        yield " " * margin + mark + _labelled(text)


def _labelled(text: str) -> str:
    """An item with its label, if it begins with one, in bold."""
    found = _LABEL.fullmatch(text)
    if found and len(found[1].split()) <= MOST_LABEL_WORDS and ". " not in found[1]:
        return f"**{escaped(found[1])}**: {escaped(found[2])}"
    return escaped(text)


def _with_headings(pieces: Sequence[Piece], alone: Callable[[str], bool]) -> list[Piece]:
    """The pieces, with those made headings that have the shape of one and text below them."""
    shaped = [_as_heading(piece) for piece in pieces]
    found: list[Piece] = []
    for index, piece in enumerate(pieces):
        heading, below = shaped[index], pieces[index + 1 : index + 2]
        leads = below and shaped[index + 1] is None
        found.append(heading if heading and leads and not alone(piece.plain) else piece)
    return found


def _as_heading(piece: Piece) -> Piece | None:
    """A heading made of a short line, of a bold one, or of a lone numbered one."""
    bold = re.fullmatch(r"\*\*(.+)\*\*", piece.markdown)
    markdown, plain = bold[1] if bold else piece.markdown, piece.plain
    if len(piece.items) == 1 and piece.markdown[:1].isdigit():
        markdown = escaped(plain)
    elif piece.kind != "prose":
        return None
    if not looks_like_heading(plain):
        return None
    return replace(piece, kind="heading", markdown=markdown, given=False, items=())


# --- Markdown --------------------------------------------------------------------------------


def pieces_of_markdown(text: str, alone: Callable[[str], bool]) -> list[Piece]:
    """Markdown, block by block as written; where it has no headings, they are told by shape."""
    lines = text.split("\n")
    pieces: list[Piece] = []
    done = 0
    for node in SyntaxTreeNode(markdown_parser().parse(text + "\n")).children:
        start, end = node.map or (done, done)
        # Between two blocks stand only blank lines and the definitions of links.
        pieces += _definitions(lines[done:start])
        pieces += _pieces_of_block(node, "\n".join(lines[start:end]).strip("\n"), alone)
        done = end
    pieces += _definitions(lines[done:])
    if any(piece.kind == "heading" for piece in pieces):
        return pieces
    return _with_headings(pieces, alone)


def _definitions(lines: Sequence[str]) -> list[Piece]:
    text = "\n".join(lines).strip("\n")
    return [Piece("other", text, "")] if text.strip() else []


def _pieces_of_block(node: SyntaxTreeNode, raw: str, alone: Callable[[str], bool]) -> list[Piece]:
    plain = _plain(raw)
    if node.type == "heading":
        inline = " ".join(node.children[0].content.split()) if node.children else ""
        return [Piece("heading", inline, plain, level=int(node.tag[1:]))]
    if node.type == "paragraph":
        parts = raw.split("\n")
        if len(parts) > 1 and any(alone(_plain(part)) for part in parts):
            return [Piece("prose", part.strip(), _plain(part)) for part in parts]
        return [Piece("prose", raw, plain)]
    if node.type in ("bullet_list", "ordered_list"):
        return [Piece("list", raw, plain, items=tuple(filter(None, plain.split("\n"))))]
    return [Piece("other", raw, plain)]


def _plain(markdown: str) -> str:
    parts = read_markdown(markdown).parts
    headings = [part.heading.text for part in parts if part.heading]
    return "\n\n".join([*headings, *(block.text for part in parts for block in part.blocks)])
