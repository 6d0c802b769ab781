"""Markdown into blocks: what a lesson's text looks like to whoever reads it."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.courses import (
    Block,
    CodeBlock,
    Image,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Run,
    Table,
)
from retrieval.markdown import Fault, read_markdown


def blocks(text: str) -> tuple[Block, ...]:
    document = read_markdown(text)
    assert document.faults == ()
    return tuple(block for part in document.parts for block in part.blocks)


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.message) for fault in read_markdown(text).faults]


def test_styles_become_runs() -> None:
    assert blocks("Plain, **bold *both***, `a  b` and [a link](https://example.org/x).") == (
        Paragraph(
            (
                Run("Plain, "),
                Run("bold ", bold=True),
                Run("both", bold=True, italic=True),
                Run(", "),
                Run("a  b", code=True),
                Run(" and "),
                Run("a link", link="https://example.org/x"),
                Run("."),
            )
        ),
    )


def test_soft_breaks_are_spaces_and_hard_breaks_stay() -> None:
    (paragraph,) = blocks("One line\nand its end.  \nA new line.")
    assert paragraph.text == "One line and its end.\nA new line."


def test_curly_quotes_and_dashes_stay() -> None:
    (paragraph,) = blocks("“It’s 2012–2017 — ‘the’ years…”")
    assert paragraph.text == "“It’s 2012–2017 — ‘the’ years…”"


def test_nested_lists_keep_order_depth_and_numbers() -> None:
    (found,) = blocks("3. three\n   - inner\n     - innermost\n4. four\n   and its end\n")
    assert found == ListBlock(
        (
            ListItem((Run("three"),), 0, 3),
            ListItem((Run("inner"),), 1),
            ListItem((Run("innermost"),), 2),
            ListItem((Run("four and its end"),), 0, 4),
        )
    )


def test_a_list_is_parted_round_its_code_and_goes_on_counting() -> None:
    found = blocks("1. Type\n   ```sh\n   make run\n   ```\n   and wait.\n2. Ask\n")
    assert found == (
        ListBlock((ListItem((Run("Type"),), 0, 1),)),
        CodeBlock("make run", "sh"),
        Paragraph((Run("and wait."),)),
        ListBlock((ListItem((Run("Ask"),), 0, 2),)),
    )


def test_an_item_of_two_paragraphs_is_one_item() -> None:
    assert blocks("- one\n\n  more\n- two")[0].text == "one more\ntwo"


def test_a_quotation_with_a_list_keeps_its_lines() -> None:
    assert blocks("> First.\n>\n> Second:\n> - a\n> - b\n") == (
        Quote((Run("First.\nSecond:\na\nb"),)),
    )


def test_table_rows_have_as_many_cells_as_the_header() -> None:
    (table,) = blocks("|Year|**Net**|\n|-|-|\n|2012|`AlexNet`|\n|2015|\n")
    assert table == Table(("Year", "Net"), (("2012", "AlexNet"), ("2015", "")))
    assert table.text == "Year: 2012, Net: AlexNet\nYear: 2015"


def test_code_is_kept_as_it_is() -> None:
    assert blocks("```py title=x\nif a < b:\n    pass\n```\n") == (
        CodeBlock("if a < b:\n    pass", "py"),
    )


def test_a_paragraph_of_pictures_is_pictures() -> None:
    document = read_markdown("![A cat](cat.png)\n![A *big* dog](<pets/big dog.png>)\n")
    assert document.parts[0].blocks == (
        Image("cat.png", "A cat"),
        Image("pets/big%20dog.png", "A big dog"),
    )
    assert [picture.line for picture in document.pictures] == [1, 2]


def test_a_picture_in_a_text_comes_after_it() -> None:
    assert blocks("See ![a cat](cat.png) here.") == (
        Paragraph((Run("See here."),)),
        Image("cat.png", "a cat"),
    )


def test_comments_vanish_silently() -> None:
    assert blocks("<!-- to do:\n\n more -->\n\nA word<!-- or two --> here.") == (
        Paragraph((Run("A word here."),)),
    )


def test_parts_follow_the_headings() -> None:
    document = read_markdown("---\nid: x\n---\nBefore.\n\n# Title\n## One {#first}\n### Two\nText.")
    assert document.front_matter
    assert (document.front_matter.text, document.front_matter.line) == ("id: x", 2)
    headings = [
        (p.heading and (p.heading.level, p.heading.text, p.heading.id), p.line)
        for p in document.parts
    ]
    assert headings == [
        (None, 4),
        ((1, "Title", None), 6),
        ((2, "One", "first"), 7),
        ((3, "Two", None), 8),
    ]


def test_links_inside_the_course_are_noted_with_their_lines() -> None:
    document = read_markdown("a\n[b](other.md#part) <https://example.org>\n\n- [c](#here)")
    assert [(link.line, link.address) for link in document.links] == [
        (2, "other.md#part"),
        (4, "#here"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a\n\n#### Deep\n", 3, "#### is too deep"),
        ("> ## Quoted\n", 1, "cannot stand inside"),
        ("a\n\n<div>\nhello\n</div>\n", 3, "raw HTML"),
        ("a\nb <br> c\n", 2, "raw HTML (<br>)"),
        ("a\n\n<!-- open\n\n## Lost\n", 3, "never closed: end it with -->"),
        ("a\n\n```py\nx = 1\n", 3, "never closed: end it with ```"),
        ("![](cat.png)", 1, "no alternative text"),
        ("[x](javascript:alert(1))", 1, "must begin with https://"),
        ("[x](//example.org/x)", 1, "must begin with https://"),
        ("[x](http:///here)", 1, "must begin with https://"),
        ("[x]()", 1, "leads nowhere"),
        ("a\n\n## {#id}\n", 3, "has no words"),
        ("|a|b|\n|-|-|\n", 1, "no rows"),
        ("- " * 30 + "x", 1, "nested too deep"),
    ],
)
def test_a_fault_names_its_line_and_what_to_do(text: str, line: int, says: str) -> None:
    (found,) = faults(text)
    assert found[0] == line
    assert says in found[1]


def test_a_heading_too_deep_is_read_as_a_bold_paragraph() -> None:
    assert read_markdown("#### Deep *end*").parts[0].blocks == (
        Paragraph((Run("Deep ", bold=True), Run("end", bold=True, italic=True))),
    )


def test_the_words_inside_raw_html_are_kept() -> None:
    assert read_markdown("H<sub>2</sub>O").parts[0].blocks == (Paragraph((Run("H2O"),)),)


PIECES = [
    *["# ", "## ", "### ", "- ", "1. ", "> ", "```", "|", "|-|", "\n", "\n\n", "    ", "\t"],
    *["*", "**", "_", "`", "[", "](", ")", "![", "<", ">", "<!--", "-->", "<b>", "{#", "}"],
    *["---\n", "...\n", "===\n", "\\", "&amp;", "&#0;", "\0", "\r", "a", "é", "💡", "%00", ":"],
]
MARKUP = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(st.one_of(MARKUP, st.text(max_size=200)))
@example("\x1f")
def test_hostile_text_never_raises(text: str) -> None:
    document = read_markdown(text)
    last = text.count("\n") + text.count("\r") + 2
    assert all(isinstance(fault, Fault) and 1 <= fault.line <= last for fault in document.faults)
    for part in document.parts:
        for block in part.blocks:
            assert isinstance(block, Image | Table) or block.text.strip()


@given(st.lists(st.tuples(st.sampled_from(["", "- ", "> ", "1. ", "*x* "]), st.integers(0))))
def test_no_word_is_lost(words: list[tuple[str, int]]) -> None:
    text = "\n\n".join(f"{prefix}w{number}" for prefix, number in words)
    read = " ".join(block.text for block in blocks(text))
    assert re.findall(r"w\d+", read) == [f"w{number}" for _, number in words]
