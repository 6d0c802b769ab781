"""Who may come in, and how fast they may talk."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from bot.chat.door import Door
from bot.chat.texts import en as texts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.conftest import School

CODE = "honey-2026"


@pytest.fixture
def open_with(
    tmp_path: Path, lessons: Path, index: Path, start_tutor: Callable[..., Any]
) -> Callable[[Door], Any]:
    @asynccontextmanager
    async def opened(door: Door) -> AsyncIterator[School]:
        async with start_tutor(tmp_path / "home", lessons, index, door=door) as school:
            yield school

    return opened


async def test_without_an_invitation_it_is_private(open_with: Callable[[Door], Any]) -> None:
    async with open_with(Door(code=CODE)) as school:
        ada = school.learner()
        assert (await ada.writes("/start")).text == texts.CLOSED
        ada.person.says("How many eggs does a queen lay?")
        ada.person.says("/start honey-2025")
        assert "Kitchen and Garden" in (await ada.writes(f"/start {CODE}")).text
        assert len(ada.chat()) == 2  # it was said once, not at each try
        assert "two thousand" in (await ada.writes("How many eggs does a queen lay?")).text


async def test_the_invitation_may_be_sent_as_a_message(open_with: Callable[[Door], Any]) -> None:
    async with open_with(Door(code=CODE)) as school:
        assert "Kitchen and Garden" in (await school.learner().writes(CODE)).text


async def test_listed_learners_come_in_and_others_do_not(
    open_with: Callable[[Door], Any],
) -> None:
    async with open_with(Door(allowed=frozenset({1002}))) as school:
        ada, bob = school.learner("Ada"), school.learner("Bob")
        assert {ada.id, bob.id} == {1002, 1003}
        assert "/lessons" in (await ada.writes("/help")).text
        assert (await bob.writes("/help")).text == texts.CLOSED


async def test_who_floods_is_told_once_and_others_are_not_held_up(
    open_with: Callable[[Door], Any],
) -> None:
    async with open_with(Door(patience=5)) as school:
        ada, bob = school.learner("Ada"), school.learner("Bob")
        for _ in range(30):
            ada.person.says("/help")
        assert "/lessons" in (await bob.writes("/help")).text
        while (await ada.hears()).text != texts.SLOW_DOWN:
            pass
        await bob.writes("/help")
        said = [message.text for message in ada.chat()]
        assert said.count(texts.SLOW_DOWN) == 1
        assert len(said) <= 6
