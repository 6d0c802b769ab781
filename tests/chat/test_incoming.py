from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.chat.callback_data import NotHelpful
from bot.chat.incoming import Incoming

PERSON = {"id": 10, "is_bot": False, "first_name": "Ada", "language_code": "de"}
CHAT = {"id": 10, "type": "private", "first_name": "Ada"}


def incoming(**content: Any) -> Incoming | None:
    update = Update.de_json({"update_id": 1, **content})
    return Incoming.of(update, 7)


def message(text: str, **more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 0, "chat": CHAT, "from": PERSON, "text": text, **more}


def test_a_text() -> None:
    got = incoming(message=message("why?"))
    assert got is not None
    assert (got.who, got.chat, got.private, got.language) == ((7, 10), 10, True, "de")
    assert (got.text, got.query, got.message) == ("why?", None, 5)
    assert "why?" not in repr(got)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/start", ""),
        ("/start bees", "bees"),
        ("/course@viva_bot  tea ", "tea"),
        (" a b ", "a b"),
        ("cut \ud83d in half", "cut � in half"),
        ("null\0byte", "nullbyte"),
    ],
)
def test_the_words_are_clean(text: str, words: str) -> None:
    got = incoming(message=message(text))
    assert got is not None
    assert got.text == words


def test_a_button() -> None:
    query = {"id": "3", "from": PERSON, "chat_instance": "x", "message": message("an answer")}
    got = incoming(callback_query={**query, "data": str(NotHelpful(9))})
    assert got is not None
    assert (got.query, got.message, got.text) == ("3", 5, "")
    assert got.pressed(NotHelpful) == NotHelpful(9)
    unknown = incoming(callback_query={**query, "data": "v0:whatever"})
    assert unknown is not None
    assert unknown.button is None


def test_what_nobody_wrote_is_nothing() -> None:
    channel = {"id": -100, "type": "channel", "title": "News"}
    assert incoming(channel_post={"message_id": 1, "date": 0, "chat": channel, "text": "x"}) is None
    assert incoming() is None


@pytest.mark.parametrize(
    "spoilt",
    [
        {"from": {**PERSON, "id": "10"}},
        {"from": {**PERSON, "id": 2**63}},
        {"from": {**PERSON, "language_code": ["de"]}},
        {"from": {**PERSON, "language_code": "d\0"}},
        {"from": {**PERSON, "language_code": False}},
        {"chat": {**CHAT, "id": None}},
        {"message_id": [5]},
    ],
)
def test_what_the_store_could_not_take_is_no_update(spoilt: dict[str, Any]) -> None:
    """A value of the wrong type looked like a fault of the store, and was tried for ever."""
    with pytest.raises(ValueError, match="type"):
        incoming(message=message("hello", **spoilt))
