from __future__ import annotations

from bot.chat.pages import PAGE_LENGTH, pages
from bot.chat.styled import Style, Styled
from retrieval.courses import (
    Block,
    CodeBlock,
    Image,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Run,
    Section,
    Table,
)


def section(*blocks: Block) -> Section:
    return Section("s", ("Section",), blocks)


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def only_page(*blocks: Block) -> Styled:
    (page,) = pages(section(*blocks))
    return page.text


def stretches(text: Styled, style: Style) -> list[str]:
    return [text.text[s.start : s.end] for s in text.spans if s.style is style]


def test_runs_keep_their_styles() -> None:
    text = only_page(
        Paragraph(
            (
                Run("Bees "),
                Run("dance", bold=True, italic=True),
                Run(" as "),
                Run("waggle()", code=True, bold=True),
            )
        )
    )
    assert text.text == "Bees dance as waggle()"
    assert stretches(text, Style.BOLD) == ["dance"]
    assert stretches(text, Style.ITALIC) == ["dance"]
    assert stretches(text, Style.CODE) == ["waggle()"]


def test_only_links_to_the_web_are_live() -> None:
    text = only_page(
        Paragraph((Run("a", link="https://bees.example/x"), Run("b", link="tg://user?id=1")))
    )
    assert stretches(text, Style.LINK) == ["a"]
    assert text.text == "ab"


def test_lists_show_numbers_and_depth() -> None:
    items = (
        ListItem((Run("one"),), number=1),
        ListItem((Run("inside"),), depth=1),
        ListItem((Run("two"),), number=2),
    )
    assert only_page(ListBlock(items)).text == "1. one\n\xa0\xa0\xa0• inside\n2. two"


def test_a_narrow_table_stands_in_columns() -> None:
    text = only_page(Table(("Honey", "Water"), (("fresh", "70 %"), ("sealed", "18 %"))))
    assert text.text == "Honey   Water\nfresh   70 %\nsealed  18 %"
    assert stretches(text, Style.PRE) == [text.text]


def test_a_wide_table_is_a_line_a_row() -> None:
    text = only_page(
        Table(("Honey", "What one sees", "Water"), (("fresh", "thin and cloudy " * 3, "70 %"),))
    )
    assert text.text.startswith("• fresh — What one sees: thin and cloudy")
    assert text.text.endswith("; Water: 70 %")


def test_code_and_quotations_are_set_apart() -> None:
    text = only_page(CodeBlock("a = 1\nb = 2", "python"), Quote((Run("To bee."),)))
    assert stretches(text, Style.PRE) == ["a = 1\nb = 2"]
    assert [span.value for span in text.spans if span.style is Style.PRE] == ["python"]
    assert stretches(text, Style.QUOTE) == ["To bee."]


def test_a_long_section_has_pages_that_fit_a_phone() -> None:
    texts = [f"{number} " + "word " * 100 for number in range(10)]
    found = pages(section(*map(paragraph, texts)))
    assert len(found) > 3
    assert all(len(page.text) <= PAGE_LENGTH for page in found)
    assert all(len(page.text) > PAGE_LENGTH / 3 for page in found)
    words = " ".join(page.text.text for page in found).split()
    assert words == " ".join(texts).split()


def test_a_block_longer_than_a_page_is_cut() -> None:
    found = pages(section(CodeBlock("\n".join(f"line {n}" for n in range(400)))))
    assert len(found) > 1
    assert all(stretches(page.text, Style.PRE) == [page.text.text] for page in found)


def test_pictures_come_with_the_page_they_stand_in() -> None:
    bee, comb = Image("bee.png", "A bee"), Image("comb.png", "A comb")
    first, second = pages(section(paragraph("one"), bee, paragraph("two"), comb, paragraph("3")))
    assert (first.text.text, first.pictures) == ("one\n\ntwo", (bee,))
    assert (second.text.text, second.pictures) == ("3", (comb,))


def test_an_empty_section_has_one_empty_page() -> None:
    assert [page.text.text for page in pages(section())] == [""]
