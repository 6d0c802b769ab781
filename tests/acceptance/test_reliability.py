"""Nothing is lost: the measurements of `benchmarks.reliability` with small numbers, on each engine.

`make bench-reliability` runs them with the real ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.reliability import faults, kills, malformed, updates

if TYPE_CHECKING:
    from sqlalchemy import URL

    from benchmarks.reliability.figures import Figure


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> URL | None:
    """The PostgreSQL server, or None for SQLite."""
    if request.param == "sqlite":
        return None
    url: URL = request.getfixturevalue("postgresql")
    return url


def missed(figures: list[Figure]) -> list[Figure]:
    """Those that did not reach their bar."""
    return [figure for figure in figures if figure.good is False]


async def test_kills_lose_no_message_and_double_few(server: URL | None) -> None:
    assert missed(await kills.killed(server, kills=6, messages=90)) == []


async def test_stops_lose_and_double_no_message(server: URL | None) -> None:
    assert missed(await kills.stopped(server, stops=3, messages=60)) == []


async def test_kills_lose_no_update_and_do_none_twice(server: URL | None) -> None:
    """By polling on one engine, by webhook on the other: the benchmark has all four."""
    by_webhook = server is not None
    assert missed(await updates.killed(server, kills=4, updates=50, webhook=by_webhook)) == []


async def test_updates_that_come_three_times_and_shuffled_count_once(server: URL | None) -> None:
    assert missed(await updates.shuffled(server, updates=30)) == []


async def test_malformed_updates_are_in_nobodys_way(server: URL | None) -> None:
    assert missed(await malformed.by_webhook(server, updates=80)) == []


async def test_a_broken_network_loses_no_message_unseen(server: URL | None) -> None:
    assert missed(await faults.spoilt(server, faults=8)) == []
