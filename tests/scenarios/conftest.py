"""SQLite without its thread, for scenarios: nobody else waits, and the hops take half the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosqlite.core import Connection


async def _here(self: Connection, call: Callable[..., Any], *args: Any, **named: Any) -> Any:
    return call(*args, **named)


async def _connect(self: Connection) -> Connection:
    self._connection = self._connection or self._connector()
    return self


@pytest.fixture(scope="module", autouse=True)
def _no_thread() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, "_execute", _here)
        patch.setattr(Connection, "_connect", _connect)
        yield
