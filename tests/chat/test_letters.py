from __future__ import annotations

import json
from typing import Any

import pytest

from bot.chat.callback_data import Ask, Lessons, short
from bot.chat.letters import letter

PERSON = {"id": 10, "is_bot": False, "first_name": "Ada"}
CHAT = {"id": 10, "type": "private"}


def message(text: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 1, "chat": CHAT, "from": PERSON, "text": text}


def press(data: Any) -> dict[str, Any]:
    return {"id": "1", "from": PERSON, "data": data, "message": {"message_id": 1, "chat": CHAT}}


@pytest.mark.parametrize(
    ("update", "chat", "question"),
    [
        ({"message": message("why?")}, 10, True),
        ({"message": message("/help")}, 10, False),
        ({"message": {**message("x"), "text": None, "photo": []}}, 10, False),
        ({"callback_query": press(str(Lessons()))}, 10, False),
        ({"callback_query": press(str(Ask(short("a"))))}, 10, True),
        ({"callback_query": {"id": "1", "from": PERSON, "data": "x"}}, 10, False),
        ({"my_chat_member": {"chat": CHAT, "from": PERSON}}, 10, False),
        ({"poll_answer": {"poll_id": "1", "user": PERSON}}, 10, False),
        ({"channel_post": {"chat": {"id": -100}}}, None, False),
        ({"message": {"chat": {"id": "10"}, "text": ["why?"]}}, None, False),
        ({"message": {"chat": {"id": 2**63}, "text": "x"}}, None, True),
        ({"message": 7, "callback_query": [press("x")]}, None, False),
    ],
)
def test_only_the_chat_and_whether_it_is_a_question_are_looked_up(
    update: dict[str, Any], chat: int | None, question: bool
) -> None:
    found = letter(1, {"update_id": 5, **update})
    assert found
    assert (found.update, found.chat, found.question) == (5, chat, question)
    assert json.loads(found.body) == {"update_id": 5, **update}


@pytest.mark.parametrize(
    "update", [None, [], "x", {}, {"update_id": "5"}, {"update_id": True}, {"update_id": 2**63}]
)
def test_what_has_no_id_is_no_letter(update: object) -> None:
    assert letter(1, update) is None


def test_the_body_can_be_kept_by_any_database() -> None:
    said = "nul \0, a lone surrogate \ud800, 🐝"
    found = letter(1, {"update_id": 5, "message": message(said)})
    assert found
    assert found.body.isascii()
    assert "\0" not in found.body
    assert json.loads(found.body)["message"]["text"] == said
    assert "surrogate" not in repr(found)
