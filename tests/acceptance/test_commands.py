"""Every command, and everything that is not a question, over HTTP."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.chat.texts import en as texts
from bot.storage import learners
from bot.storage.learners import LearnerId
from bot.storage.tables import outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Learner, School


async def test_start_says_what_there_is_and_offers_it(ada: Learner) -> None:
    start = await ada.writes("/start")
    assert "Kitchen and Garden" in start.text
    assert len(start.text.split("\n\n")[0].splitlines()) == 3
    assert start.labels == ["Lessons", "Why do bees dance?", "Daily questions"]


async def test_the_example_question_is_asked_for_the_learner(ada: Learner) -> None:
    start = await ada.writes("/start")
    answer = await ada.presses(start, "Why do bees dance?")
    assert answer.text.startswith("“Why do bees dance?”")
    assert "Lesson 1 · Bees › Why do bees dance?" in answer.text


async def test_a_question_right_after_start_is_answered(ada: Learner) -> None:
    await ada.writes("/start")
    assert "von Frisch" in (await ada.writes("Who understood the waggle dance?")).text


async def test_help_names_every_command(ada: Learner) -> None:
    said = (await ada.writes("/help")).text
    assert "/lessons" in said
    assert "/course" not in said  # there is one course only
    assert (await ada.writes("what can you do?")).labels[0] == "Lessons"


async def test_what_is_no_command_is_told(ada: Learner) -> None:
    assert (await ada.writes("/nonsense")).text == texts.UNKNOWN_COMMAND
    assert (await ada.writes("/LESSONS")).text.startswith("Kitchen and Garden")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("hi", texts.SMALL_TALK["greeting"]),
        ("thank you!", texts.SMALL_TALK["thanks"]),
        ("👍", texts.SMALL_TALK["fine"]),
        ("?", texts.SMALL_TALK["short"]),
    ],
)
async def test_small_talk_is_answered_and_not_searched_for(
    ada: Learner, said: str, answer: str
) -> None:
    assert (await ada.writes(said)).text == answer


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, texts.NO_EARS),
        ({"contact": {"phone_number": "1", "first_name": "Bob"}}, texts.NOT_TEXT),
        ({"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}],
         "caption": "what is this?"}, texts.NOT_TEXT),
    ],
)  # fmt: skip
async def test_what_is_not_text_is_told_kindly(
    school: School, ada: Learner, content: dict[str, Any], answer: str
) -> None:
    await ada.writes("/start")
    school.receives(ada, "message", _message(ada) | content)
    assert (await ada.hears()).text == answer


async def test_service_messages_are_left_alone(school: School, ada: Learner) -> None:
    school.receives(ada, "message", _message(ada) | {"delete_chat_photo": True})
    await ada.writes("/help")
    assert len(ada.chat()) == 1


async def test_in_a_group_it_answers_commands_only(school: School, ada: Learner) -> None:
    group = {"id": -5, "type": "group", "title": "Class"}
    command = {"type": "bot_command", "offset": 0, "length": 8}
    for text, entities in (("/lessons", [command]), ("who won?", [])):
        body = _message(ada) | {"chat": group, "text": text, "entities": entities}
        school.receives(ada, "message", body)
    for _ in range(10):
        await ada.writes("/help")
    # The local server has no groups, so that the one answer was refused.
    async with school.database.read() as tx:
        rows = (await tx.execute(select(outbox).where(outbox.c.chat_id == -5))).all()
    assert [(row.state, row.error) for row in rows] == [("failed", "Chat not found")]


async def test_who_blocks_the_tutor_is_left_in_peace_and_welcome_back(
    school: School, ada: Learner
) -> None:
    who = LearnerId(school.server.bots[0].id, ada.id)
    await ada.writes("/start")
    ada.person.blocks()
    async with asyncio.timeout(10):
        while not await _blocked(school, who):
            pass
    ada.person.blocks(False)
    await ada.writes("/start")
    assert not await _blocked(school, who)


async def test_commands_are_answered_at_once_while_the_index_is_built(
    start_tutor: Callable[..., Any], lessons: Path, tmp_path: Path
) -> None:
    async with start_tutor(tmp_path / "home", lessons, tmp_path / "index") as school:
        ada = school.learner()
        ada.person.says("How many eggs does a queen lay?")
        begun = time.monotonic()
        start, shown = await ada.writes("/start"), await ada.writes("/lessons")
        assert time.monotonic() - begun < 5  # generous: two cores also build the index here
        assert "still reading the course" in start.text
        assert "still reading the course" in shown.text
        assert school.shelf.catalogue is None
        await ada.person.sees("action", seconds=20)
        assert "eggs" in (await ada.hears(60)).text
        assert (await ada.writes("/lessons")).text.startswith("Kitchen and Garden")


async def test_without_a_course_it_says_so_and_commands_still_work(
    start_tutor: Callable[..., Any], tmp_path: Path
) -> None:
    async with start_tutor(tmp_path / "home", tmp_path / "none", tmp_path / "index") as school:
        ada = school.learner()
        assert (await ada.writes("What is honey?")).text == texts.NOT_READY
        assert texts.NOT_READY in (await ada.writes("/start")).text
        assert (await ada.writes("/lessons")).text == texts.NOT_READY
        assert "/lessons" in (await ada.writes("/help")).text


def _message(learner: Learner) -> dict[str, Any]:
    person = {"id": learner.id, "is_bot": False, "first_name": "Ada"}
    chat = {"id": learner.id, "type": "private", "first_name": "Ada"}
    return {"message_id": 900, "date": 1_800_000_000, "chat": chat, "from": person}


async def _blocked(school: School, who: LearnerId) -> bool:
    async with school.database.read() as tx:
        found = await learners.find(tx, who)
    return found is not None and found.blocked_at is not None
