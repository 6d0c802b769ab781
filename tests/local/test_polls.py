"""Polls and quizzes: between a real bot and a person, with what each of them sees."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot, InputPollOption, ReplyParameters
from telegram.error import BadRequest

from bot.local.errors import ApiError
from bot.local.server import LocalServer

if TYPE_CHECKING:
    from pathlib import Path

    import httpx
    from telegram import Message, Update

    from bot.local.people import Person

NAMES = ["Oslo", "Bergen", "Rome", "Milan"]


async def quiz(bot: Bot, person: Person, correct: Any = (1,), **options: Any) -> Message:
    return await bot.send_poll(
        person.id, "Which?", NAMES, type="quiz", correct_option_ids=list(correct),
        **{"is_anonymous": False, "explanation": "<b>Look</b> it up.", "explanation_parse_mode": "HTML", **options},
    )  # fmt: skip


async def news(bot: Bot, allowed: list[str] | None = None) -> list[Update]:
    """What has come since the last time, of the kinds asked for."""
    updates = await bot.get_updates(allowed_updates=allowed)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return list(updates)


async def test_a_quiz_is_answered_once(bot: Bot, ada: Person) -> None:
    sent = await quiz(bot, ada)
    await news(bot)
    assert sent.poll
    assert (sent.poll.type, sent.poll.is_anonymous, sent.poll.allows_revoting) == (
        "quiz",
        False,
        False,
    )
    assert sent.poll.correct_option_ids == (1,)
    seen = await ada.hears()
    assert "explanation" not in seen["poll"]
    assert "correct_option_ids" not in seen["poll"]
    ada.votes(seen, 2)
    answered, changed = await news(bot)
    assert answered.poll_answer
    assert answered.poll_answer.user
    assert answered.poll_answer.poll_id == sent.poll.id
    assert (answered.poll_answer.user.id, answered.poll_answer.option_ids) == (ada.id, (2,))
    assert answered.poll_answer.option_persistent_ids == (sent.poll.options[2].persistent_id,)
    assert changed.poll
    assert [option.voter_count for option in changed.poll.options] == [0, 0, 1, 0]
    assert changed.poll.total_voter_count == 1
    seen = (await ada.sees("poll"))["message"]
    assert (seen["chosen"], seen["poll"]["correct_option_ids"]) == ([2], [1])
    assert (seen["poll"]["explanation"], seen["poll"]["explanation_entities"]) == (
        "Look it up.", [{"type": "bold", "offset": 0, "length": 4}],
    )  # fmt: skip
    for again in ((1,), ()):
        with pytest.raises(ApiError, match=r"can't re(vote|tract vote) in the poll"):
            ada.votes(seen, *again)
    assert await news(bot) == []


async def test_a_quiz_may_have_several_answers(bot: Bot, ada: Person) -> None:
    sent = await quiz(bot, ada, (0, 1), allows_multiple_answers=True)
    await news(bot)
    ada.votes(ada.chat()[-1], 3, 0, 3)
    assert [u.poll_answer.option_ids for u in await news(bot) if u.poll_answer] == [(0, 3)]
    assert sent.poll
    assert sent.poll.correct_option_ids == (0, 1)


async def test_nobody_is_told_who_voted_in_an_anonymous_poll(bot: Bot, ada: Person) -> None:
    sent = await bot.send_poll(ada.id, "How was it?", ["Good", "Bad"])
    assert sent.poll
    assert (sent.poll.type, sent.poll.is_anonymous, sent.poll.allows_revoting) == (
        "regular",
        True,
        True,
    )
    await news(bot)
    ada.votes(ada.chat()[-1], 0)
    (update,) = await news(bot)
    assert update.poll
    assert update.poll.options[0].voter_count == 1


async def test_a_vote_in_a_poll_is_changed_and_taken_back(bot: Bot, ada: Person) -> None:
    await bot.send_poll(ada.id, "How was it?", ["Good", "Bad"], is_anonymous=False)
    await news(bot, ["poll_answer"])
    poll = ada.chat()[-1]
    for chosen in ((0,), (1,), (1,), ()):
        ada.votes(poll, *chosen)
    assert [u.poll_answer.option_ids for u in await news(bot) if u.poll_answer] == [(0,), (1,), ()]
    assert ada.chat()[-1]["poll"]["total_voter_count"] == 0


async def test_votes_come_only_to_who_asked_for_them(bot: Bot, ada: Person) -> None:
    await news(bot, ["message"])
    await quiz(bot, ada)
    ada.votes(ada.chat()[-1], 1)
    assert await news(bot) == []
    assert ada.chat()[-1]["chosen"] == [1]


async def test_a_poll_is_ended_by_its_bot(bot: Bot, ada: Person) -> None:
    await news(bot)
    sent = await quiz(bot, ada)
    message = ada.chat()[-1]
    ended = await bot.stop_poll(ada.id, sent.message_id)
    assert ended.is_closed
    assert [update.poll for update in await news(bot)] == [ended]
    assert (await ada.sees("poll"))["message"]["poll"]["correct_option_ids"] == [1]
    with pytest.raises(ApiError, match="can't answer closed poll"):
        ada.votes(message, 1)
    said = ada.says("hello")
    for message_id, words in (
        (sent.message_id, "Poll has already been closed"),
        (said["message_id"], "Message is not a poll"),
        (5, "Message with poll to stop not found"),
    ):
        with pytest.raises(BadRequest, match=words):
            await bot.stop_poll(ada.id, message_id)


async def test_a_vote_that_makes_no_sense_changes_nothing(bot: Bot, ada: Person) -> None:
    await quiz(bot, ada)
    await news(bot)
    poll, said = ada.chat()[-1], ada.chat()[0]
    for message, chosen, words in (
        (poll, (4,), "invalid option ID specified"),
        (poll, (-1,), "invalid option ID specified"),
        (poll, (0, 1), "can't choose more than 1 option"),
        (said, (0,), "message with poll not found"),
    ):
        with pytest.raises(ApiError, match=words):
            ada.votes(message, *chosen)
    ada.blocks()
    with pytest.raises(ApiError, match="unblock the bot first"):
        ada.votes(poll, 1)
    assert [update.my_chat_member is not None for update in await news(bot)] == [True]


async def test_what_telegram_refuses_in_a_poll_is_refused_in_its_words(
    bot: Bot, ada: Person
) -> None:
    async def poll(question: str = "Q", options: Any = ("a", "b"), **more: Any) -> None:
        await bot.send_poll(ada.id, question, options, **more)

    refusals = [
        (poll(""), "Text must be non-empty"),
        (poll("x" * 301), "Poll question length must not exceed 300"),
        (poll(options=[]), "Poll must have at least one answer option"),
        (poll(options=["x"] * 13), "Poll can't have more than 12 options"),
        (poll(options=["a", " "]), "Text must be non-empty"),
        (poll(options=["a", "x" * 101]), "Poll options length must not exceed 100"),
        (poll(type="riddle"), "Unsupported poll type specified"),
        (poll(type="quiz"), "Correct quiz option list must be non-empty"),
        (poll(type="quiz", correct_option_ids=[1, 0]), "Correct quiz option list must be increasing"),
        (poll(type="quiz", correct_option_ids=[0, 0]), "Correct quiz option list must be increasing"),
        (poll(type="quiz", correct_option_ids=[2]), "Wrong quiz correct_option_id"),
        (poll(type="quiz", correct_option_ids=[-1, 0]), "Wrong quiz correct_option_id"),
        (quiz(bot, ada, explanation="x" * 201), "at most 200 characters"),
        (quiz(bot, ada, explanation="a\nb\nc\nd"), "at most 2 line feeds"),
        (quiz(bot, ada, explanation="<b>"), "Can't parse entities"),
        (poll(correct_option_ids=[1]), "Only a quiz has correct options"),
        (poll(open_period=60), 'Parameter "open_period" of method'),
        (poll(close_date=1), 'Parameter "close_date" of method'),
    ]  # fmt: skip
    for call, words in refusals:
        with pytest.raises(BadRequest) as caught:
            await call
        assert words.lower() in str(caught.value).lower()
    assert len(ada.chat()) == 1


async def test_limits_of_a_poll_are_counted_after_parsing(bot: Bot, ada: Person) -> None:
    await bot.send_poll(
        ada.id, f"<b>{'😀' * 300}</b>", [InputPollOption(f"<i>{'é' * 100}</i>", text_parse_mode="HTML")] * 12,
        type="quiz", correct_option_ids=[0, 11], question_parse_mode="HTML",
        explanation=f"<b>{'a' * 98}</b>\n\n{'b' * 100}", explanation_parse_mode="HTML",
    )  # fmt: skip
    poll = (await ada.hears())["poll"]
    assert poll["question"] == "😀" * 300
    assert "question_entities" not in poll
    assert [option["text"] for option in poll["options"]] == ["é" * 100] * 12


async def test_a_reply_to_a_quiz_does_not_give_it_away(bot: Bot, ada: Person) -> None:
    sent = await quiz(bot, ada)
    await bot.send_message(ada.id, "Think!", reply_parameters=ReplyParameters(sent.message_id))
    to = ada.chat()[-1]["reply_to_message"]
    assert to["poll"]["question"] == "Which?"
    assert "correct_option_ids" not in to["poll"]


async def test_the_page_votes(page: httpx.AsyncClient, bot: Bot, ada: Person) -> None:
    sent = await quiz(bot, ada)
    votes = f"/page/{bot.id}/chats/{ada.id}/votes"
    for option_ids, code in (([7], 400), ([0] * 13, 400), ([1], 200), ([2], 400)):
        body = {"message_id": sent.message_id, "option_ids": option_ids}
        assert (await page.post(votes, json=body)).status_code == code
    assert ada.chat()[-1]["chosen"] == [1]


async def test_a_restart_forgets_no_vote(tmp_path: Path) -> None:
    def talking(server: LocalServer) -> Bot:
        return Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)

    async with LocalServer(tmp_path, port=0) as server, talking(server) as bot:
        ada = server.person("Ada")
        ada.says("/start")
        first = await quiz(bot, ada)
        ada.votes(ada.chat()[-1], 1)
    async with LocalServer(tmp_path, port=0) as server, talking(server) as bot:
        board, own = server.switchboard, server.bots[0]
        assert board.history(own, ada.id)[-1]["chosen"] == [1]
        with pytest.raises(ApiError, match="can't revote"):
            board.vote(own, ada.id, first.message_id, [0])
        answers = [u.poll_answer.poll_id for u in await bot.get_updates() if u.poll_answer]
        second = await bot.send_poll(ada.id, "Q", ["a", "b"])
    assert first.poll
    assert second.poll
    assert answers == [first.poll.id]
    assert int(second.poll.id) > int(first.poll.id)


async def test_a_chat_from_before_there_were_polls_goes_on(tmp_path: Path) -> None:
    async with LocalServer(tmp_path, port=0) as server:
        person = server.person("Ada")
        person.says("hello")
    with sqlite3.connect(tmp_path / "local" / "chat.sqlite") as db:
        db.execute("DROP TABLE polls")
        db.execute("DELETE FROM sqlite_sequence WHERE name = 'polls'")
        db.execute("ALTER TABLE files DROP COLUMN about")
        db.execute("PRAGMA user_version = 1")
    db.close()
    async with LocalServer(tmp_path, port=0) as server:
        board, own = server.switchboard, server.bots[0]
        assert [m["text"] for m in board.history(own, person.id)] == ["hello"]
        async with Bot(server.token, base_url=server.base_url) as bot:
            sent = await bot.send_poll(person.id, "Q", ["a", "b"])
            board.vote(own, person.id, sent.message_id, [1])
        assert board.history(own, person.id)[-1]["chosen"] == [1]
