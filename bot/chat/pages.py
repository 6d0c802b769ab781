"""Pages: a section of a lesson as messages that fit a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from bot.chat.styled import Style, Styled, bold, code, italic, join, link, plain, pre, quote
from retrieval.courses import CodeBlock, Image, ListBlock, Paragraph, Quote, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.courses import Block, ListItem, Run, Section

__all__ = ["PAGE_LENGTH", "Page", "pages"]

PAGE_LENGTH = 900
"""Characters on a page: a screen of a phone, so that turning it needs no scrolling back."""

NARROW = 34
"""Columns of fixed width that a phone shows without breaking the line."""

_WEB = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a section: its text and the pictures that belong to it."""

    text: Styled
    pictures: tuple[Image, ...] = ()


def pages(section: Section) -> tuple[Page, ...]:
    """The section's pages in order; at least one, which may be empty."""
    filled: list[Page] = []
    for piece in _pieces(section.blocks):
        last = filled[-1] if filled else None
        if last and _fits(last, piece):
            filled[-1] = _joined(last, piece)
        else:
            filled.append(piece)
    return tuple(filled) or (Page(Styled()),)


def _fits(page: Page, piece: Page) -> bool:
    """Whether the piece may go on the page. A second picture after text begins a new one."""
    if page.pictures and piece.pictures and page.text:
        return False
    return len(page.text) + len(piece.text) + 2 <= PAGE_LENGTH


def _joined(page: Page, piece: Page) -> Page:
    return Page(join("\n\n", (page.text, piece.text)), page.pictures + piece.pictures)


def _pieces(blocks: Iterable[Block]) -> Iterator[Page]:
    """Each block, cut where it is longer than a page."""
    for block in blocks:
        if isinstance(block, Image):
            yield Page(Styled(), (block,))
        else:
            yield from (Page(part) for part in _block(block).split(PAGE_LENGTH))


def _block(block: Paragraph | ListBlock | Quote | Table | CodeBlock) -> Styled:
    match block:
        case Paragraph():
            return _line(block.runs)
        case ListBlock():
            return join("\n", [_item(item) for item in block.items])
        case Quote():
            return quote(_line(block.runs))
        case Table():
            return _table(block)
        case CodeBlock():
            return pre(block.text, block.language)
        case _:
            assert_never(block)


def _line(runs: Iterable[Run]) -> Styled:
    line = Styled()
    for run in runs:
        line += _run(run)
    return line


def _run(run: Run) -> Styled:
    if run.code:  # code stands in no other style (Bot API, formatting options)
        return code(run.text)
    text = plain(run.text)
    text = italic(text) if run.italic else text
    text = bold(text) if run.bold else text
    return link(text, run.link) if run.link and _WEB.fullmatch(run.link) else text


def _item(item: ListItem) -> Styled:
    sign = f"{item.number}." if item.number is not None else "•"
    # Telegram trims plain spaces at the start of a message; these stay.
    return "\N{NO-BREAK SPACE}" * 3 * item.depth + f"{sign} " + _line(item.runs)


def _table(table: Table) -> Styled:
    """In columns where a phone has room for them, else a line a row."""
    rows = (table.header, *table.rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) <= NARROW:
        return pre("\n".join(_columns(row, widths) for row in rows))
    return join("\n", [_row(table.header, row) for row in table.rows])


def _columns(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return "  ".join(cells).rstrip()


def _row(header: tuple[str, ...], row: tuple[str, ...]) -> Styled:
    named = zip(header[1:], row[1:], strict=True)
    rest = "; ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)
    return "• " + plain(row[0]).all(Style.BOLD) + (f" — {rest}" if rest else "")
