from __future__ import annotations

from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local.entities import formatted, is_empty, units
from bot.local.errors import ApiError

TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<em>", "</em>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<del>", "</del>"),
    "spoiler": ('<span class="tg-spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote expandable>", "</blockquote>"),
    "text_link": ('<a href="https://example.com/?a=1&amp;b=2">', "</a>"),
}
QUOTES = {"blockquote", "expandable_blockquote"}
# No characters from which Telegram makes links of its own, and none that it replaces.
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/@#"), min_size=1, max_size=8
)
Node = str | tuple[str, list[Any]]
NODES: st.SearchStrategy[Node] = st.recursive(
    WORDS,
    lambda inner: st.tuples(st.sampled_from(sorted(TAGS)), st.lists(inner, min_size=1, max_size=4)),
    max_leaves=12,
)


def html(node: Node) -> str:
    if isinstance(node, str):
        return escape(node)
    begin, end = TAGS[node[0]]
    return begin + "".join(map(html, node[1])) + end


def plain(node: Node) -> str:
    return node if isinstance(node, str) else "".join(map(plain, node[1]))


def expected(node: Node, offset: int, around: frozenset[str]) -> list[tuple[str, int, int]]:
    """Type, offset and length; what Telegram drops inside other marks is left out."""
    if isinstance(node, str):
        return []
    kind, children = node
    family = QUOTES if kind in QUOTES else {kind}
    kept = "code" not in around and not family & around
    found = [(kind, offset, units(plain(node)))] if kept else []
    for child in children:
        found += expected(child, offset, around | (family if kept else set()))
        offset += units(plain(child))
    return found


@given(st.lists(NODES, min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_marks_survive_html(nodes: list[Node]) -> None:
    # Marks that cover just the same text are sorted by type, so the outer may win over the inner.
    tree: list[Node] = ["x", *nodes, "y"]
    text, entities = formatted("".join(map(html, tree)), "HTML")
    assert text == "".join(map(plain, tree))
    wanted = []
    offset = 0
    for node in tree:
        wanted += expected(node, offset, frozenset())
        offset += units(plain(node))
    found = [(entity["type"], entity["offset"], entity["length"]) for entity in entities]
    unclear = quotes_in_quotes(tree) or same_stretch_twice(wanted) or same_stretch_twice(found)
    if not unclear:
        assert sorted(found) == sorted(wanted)
    assert set(found) <= {(kind, *place) for kind in TAGS for place in stretches(tree)}


def quotes_in_quotes(nodes: list[Node], inside: bool = False) -> bool:
    """Of two quotations of just the same text either may stay."""
    inner = [node for node in nodes if not isinstance(node, str)]
    return any(
        (inside and kind in QUOTES) or quotes_in_quotes(children, inside or kind in QUOTES)
        for kind, children in inner
    )


def stretches(tree: list[Node]) -> set[tuple[int, int]]:
    places = set()

    def walk(node: Node, offset: int) -> None:
        if isinstance(node, str):
            return
        places.add((offset, units(plain(node))))
        for child in node[1]:
            walk(child, offset)
            offset += units(plain(child))

    walk(("bold", tree), 0)
    return places


def same_stretch_twice(marks: list[tuple[str, int, int]]) -> bool:
    places = [place for _, *place in marks]
    return len(places) != len({tuple(place) for place in places})


@given(st.lists(NODES, min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_a_list_of_entities_says_the_same_as_html(nodes: list[Node]) -> None:
    text, entities = formatted("".join(map(html, ["x", *nodes, "y"])), "HTML")
    assert formatted(text, None, entities) == (text, entities)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_parsed_or_refused_with_telegrams_answer(text: str) -> None:
    answer = parsed_or_refused(text)
    if isinstance(answer, ApiError):
        assert answer.code == 400
        assert answer.description.startswith("Bad Request: can't parse entities: ")
        return
    shown, entities = answer
    edges = {0, *(units(shown[: place + 1]) for place in range(len(shown)))}
    for entity in entities:
        assert {entity["offset"], entity["offset"] + entity["length"]} <= edges


def parsed_or_refused(text: str) -> tuple[str, list[dict[str, Any]]] | ApiError:
    try:
        return formatted(text, "HTML")
    except ApiError as error:
        return error


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
@settings(max_examples=200, deadline=None)
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    assert formatted(escape(text), "HTML")[0] == text.strip(" ")


@pytest.mark.parametrize(
    ("html", "answer"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é<h1>a", 'Unsupported start tag "h1" at byte offset 2'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
    ],
)
def test_faults_are_named_as_telegram_names_them(html: str, answer: str) -> None:
    with pytest.raises(ApiError) as caught:
        formatted(html, "HTML")
    assert caught.value.description == f"Bad Request: can't parse entities: {answer}"


def marks(text: str, parse_mode: str | None = None) -> list[tuple[str, str]]:
    """Each entity's type and the text it covers."""
    shown, entities = formatted(text, parse_mode)
    encoded = shown.encode("utf-16-le")
    return [
        (e["type"], encoded[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le"))
        for e in entities
    ]


def test_commands_and_addresses_are_found_in_what_people_write() -> None:
    said = "😀 /start@viva_bot see https://example.com/a?b=1, ask @someone or a@b.org #ideas"
    assert marks(said) == [
        ("bot_command", "/start@viva_bot"),
        ("url", "https://example.com/a?b=1"),
        ("mention", "@someone"),
        ("email", "a@b.org"),
        ("hashtag", "#ideas"),
    ]
    assert marks("and/or 1/2 </b> //x #1 a@b") == []


def test_nothing_is_found_inside_code_and_links() -> None:
    html = '<code>/help</code> <a href="example.com">/lessons</a> <b>/quiz</b>'
    assert marks(html, "HTML") == [
        ("code", "/help"), ("text_link", "/lessons"), ("bold", "/quiz"), ("bot_command", "/quiz"),
    ]  # fmt: skip


def test_a_code_block_keeps_its_language() -> None:
    _, entities = formatted('<pre><code class="language-python">x</code></pre>', "HTML")
    assert entities == [{"type": "pre", "offset": 0, "length": 1, "language": "python"}]


def test_a_moment_is_kept_for_the_readers_own_zone() -> None:
    _, entities = formatted('<tg-time unix="1795435200" format="t">noon</tg-time>', "HTML")
    assert entities[0]["unix_time"] == 1795435200


def test_outer_spaces_go_and_marks_move_along() -> None:
    assert formatted("  \n<b> a\r\n </b> ", "HTML") == (
        "a",
        [{"type": "bold", "offset": 0, "length": 1}],
    )


@pytest.mark.parametrize(
    ("entity", "part"),
    [
        ({"type": "bold", "offset": 1, "length": 1}, "begins in a middle of a UTF-16 symbol"),
        ({"type": "bold", "offset": 0, "length": 1}, "ends in a middle of a UTF-16 symbol"),
        ({"type": "bold", "offset": 0, "length": 9}, "ends after the end of the text"),
        ({"type": "glow", "offset": 0, "length": 2}, "not known"),
    ],
)
def test_an_entity_that_splits_or_leaves_the_text_is_refused(
    entity: dict[str, Any], part: str
) -> None:
    with pytest.raises(ApiError, match=part):
        formatted("😀a", None, [entity])


def test_entities_that_cross_are_refused() -> None:
    crossing = [
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "italic", "offset": 1, "length": 2},
    ]
    with pytest.raises(ApiError, match="cross"):
        formatted("abc", None, crossing)


def test_other_parse_modes_are_refused_loudly() -> None:
    with pytest.raises(ApiError, match="use HTML or entities"):
        formatted("*a*", "MarkdownV2")


def test_a_text_of_invisible_characters_is_empty() -> None:
    assert is_empty(" \u200b\u2060\u00a0\n")
    assert not is_empty("\u200b.")
