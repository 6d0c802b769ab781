"""From an update to what arrives, when Telegram refuses, stalls or cuts the line."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from bot.chat import routes
from bot.chat.context import Quick
from bot.chat.texts import en as texts
from bot.local.faults import Faults
from bot.storage import learners
from bot.storage.learners import LearnerId
from bot.storage.pacing import RATES
from bot.storage.tables import dead_letters, outbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.chat.context import Context
    from bot.chat.incoming import Incoming
    from bot.chat.replies import Reply
    from bot.storage.database import Transaction
    from tests.conftest import Learner, School


def fail(school: School, **faults: Any) -> None:
    school.server.switchboard.set_faults(Faults.model_validate(faults))


async def states(school: School) -> list[tuple[str, int]]:
    async with school.database.read() as tx:
        rows = (await tx.execute(select(outbox).order_by(outbox.c.id))).all()
    return [(row.state, row.doubts) for row in rows]


@pytest.mark.parametrize("failure", ["cut-before", "500", "502"])
async def test_an_answer_whose_fate_is_unknown_comes_within_five_seconds(
    school: School, ada: Learner, failure: str
) -> None:
    fail(school, failure=failure, times=1, methods=["sendMessage"])
    started = time.monotonic()
    assert "/lessons" in (await ada.writes("/help")).text
    assert time.monotonic() - started < 5


async def test_it_comes_twice_at_most_however_often_the_line_is_cut(
    school: School, ada: Learner
) -> None:
    fail(school, failure="cut-after", methods=["sendMessage"])
    ada.person.says("/help")
    async with asyncio.timeout(20):
        while await states(school) != [("uncertain", 2)]:
            await asyncio.sleep(0.1)
    assert len(ada.chat()) == 2
    fail(school)
    await school.learner("Bob").writes("/help")
    assert len(ada.chat()) == 2


async def test_during_a_429_nobody_is_written_to_and_nothing_is_given_up(
    school: School, ada: Learner
) -> None:
    bob = school.learner("Bob")
    with school.server.switchboard.recording() as calls:
        fail(school, failure="429", retry_after=2, times=1, methods=["sendMessage"])
        ada.person.says("/help")
        async with asyncio.timeout(5):
            while not calls:
                await asyncio.sleep(0.01)
        bob.person.says("/help")
        await asyncio.gather(ada.hears(), bob.hears())
    refused, *sent = calls
    assert refused.refused
    assert len(sent) == 2
    assert all(call.at - refused.at >= 2 for call in sent)


async def test_the_answers_to_a_blocked_chat_are_not_kept_for_later(
    school: School, ada: Learner
) -> None:
    await ada.writes("/help")
    ada.person.says("/help")
    ada.person.blocks()
    bob = school.learner("Bob")
    await bob.writes("/help")
    who = LearnerId(school.server.bots[0].id, ada.id)
    async with asyncio.timeout(10):
        while True:
            async with school.database.read() as tx:
                learner = await learners.find(tx, who)
            if learner and learner.blocked_at:
                break
            await asyncio.sleep(0.05)
    ada.person.blocks(False)
    assert "Kitchen and Garden" in (await ada.writes("/start")).text


async def test_an_update_that_always_fails_is_apologised_for_and_blocks_nobody(
    tmp_path: Path,
    lessons: Path,
    index: Path,
    start_tutor: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
        await learners.choose_course(tx, incoming.who, "half done")
        raise RuntimeError(incoming.text)

    monkeypatch.setitem(routes.COMMANDS, "lessons", Quick(broken))
    async with start_tutor(tmp_path / "home", lessons, index) as school:
        ada, bob = school.learner("Ada"), school.learner("Bob")
        ada.person.says("/lessons in my own words")
        ada.person.says("/help")
        assert "/lessons" in (await bob.writes("/help")).text
        assert (await ada.hears()).text == texts.FAILED
        assert "/lessons" in (await ada.hears()).text
        async with school.database.read() as tx:
            [dead] = (await tx.execute(select(dead_letters))).all()
            learner = await learners.find(tx, LearnerId(school.server.bots[0].id, ada.id))
    assert "RuntimeError" in dead.error
    assert learner
    assert learner.course is None
    assert "own words" not in caplog.text


async def test_the_real_pace_is_kept(
    tmp_path: Path, lessons: Path, index: Path, start_tutor: Callable[..., Any]
) -> None:
    async with start_tutor(tmp_path / "home", lessons, index, rates=RATES) as school:
        ada = school.learner()
        with school.server.switchboard.recording() as calls:
            for _ in range(6):
                ada.person.says("/help")
            for _ in range(6):
                await ada.hears()
    times = [call.at for call in calls if call.chat_id == ada.id]
    assert times[2] - times[0] < 1
    assert times[5] - times[0] > 2.9
