"""Replies: kept as JSON and read back the same, cut into messages that Telegram takes."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.replies import (
    Button,
    Delete,
    Edit,
    EditButtons,
    Made,
    Message,
    Photo,
    Text,
    from_json,
    messages,
    to_json,
)
from bot.chat.styled import CAPTION_LENGTH, MESSAGE_LENGTH, Span, Style, Styled, plain

WORDS = st.text(st.characters(codec="utf-8"), max_size=50)
SPANS = st.builds(
    Span, st.integers(0, 20), st.integers(21, 50), st.sampled_from(list(Style)), WORDS
)
STYLED = st.builds(Styled, WORDS, st.lists(SPANS, max_size=3).map(tuple))
BUTTONS = st.lists(
    st.lists(st.builds(Button, WORDS, WORDS), min_size=1, max_size=2).map(tuple), max_size=2
).map(tuple)
MESSAGES: st.SearchStrategy[Message] = st.one_of(
    st.builds(Text, STYLED, BUTTONS, st.booleans()),
    st.builds(Edit, st.integers(1), STYLED, BUTTONS),
    st.builds(EditButtons, st.integers(1), BUTTONS),
    st.builds(Delete, st.integers(1)),
    st.builds(Photo, st.just(Path("a/b.png")), STYLED),
    st.builds(Made, WORDS, STYLED, STYLED),
)
LONG = plain("word " * 1500)
ROW = ((Button("One", "a"),),)


@given(MESSAGES)
def test_a_message_is_read_back_as_it_was_kept(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


def test_a_long_text_becomes_several_with_the_buttons_under_the_last() -> None:
    parts = messages(Text(LONG, ROW, forget=True))
    assert len(parts) == 2
    assert all(isinstance(part, Text) and part.forget for part in parts)
    assert all(len(part.content) <= MESSAGE_LENGTH for part in parts if isinstance(part, Text))
    assert [getattr(part, "buttons", None) for part in parts] == [(), ROW]


def test_a_long_edit_goes_on_in_new_messages() -> None:
    first, second = messages(Edit(5, LONG, ROW))
    assert isinstance(first, Edit)
    assert (first.message_id, first.buttons) == (5, ())
    assert isinstance(second, Text)
    assert second.buttons == ROW


def test_a_long_caption_goes_on_in_a_message() -> None:
    first, *rest = messages(Photo(Path("a.png"), plain("word " * 300)))
    assert isinstance(first, Photo)
    assert len(first.caption) <= CAPTION_LENGTH
    assert len(rest) == 1
