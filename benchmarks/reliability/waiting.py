"""Waiting for something that only looking can tell."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["until"]


async def until(is_so: Callable[[], Awaitable[bool]], seconds: float, every: float = 0.02) -> None:
    """Look until it is so. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await is_so():  # noqa: ASYNC110 nobody tells
            await asyncio.sleep(every)
