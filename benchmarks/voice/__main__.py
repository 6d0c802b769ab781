"""All the measurements of the voice: `python -m benchmarks.voice`.

On two quiet cores; the load average is printed beside each, since the times depend on it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from typing import TYPE_CHECKING

import click
from rich.console import Console

from benchmarks.voice import asking, making, memory, saying, storm
from benchmarks.voice.report import table

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.voice.report import Row

MEASUREMENTS: dict[str, Callable[[bool], Awaitable[list[Row]]]] = {
    "making": making.measure,
    "saying": saying.measure,
    "tokens": saying.measure_tokens,
    "asking": asking.measure,
    "memory": memory.measure,
    "storm": storm.measure,
}


@click.command()
@click.option("--only", type=click.Choice(list(MEASUREMENTS)), multiple=True, help="Not all.")
@click.option("--small", is_flag=True, help="Small numbers, for a quick look.")
def main(only: tuple[str, ...], small: bool) -> None:
    """Print every figure beside its bar; the exit code tells whether all were reached."""
    logging.disable(logging.CRITICAL)
    missed = sum(_run(what, small) for what in only or MEASUREMENTS)
    raise SystemExit(min(missed, 1))


def _run(what: str, small: bool) -> int:
    """One measurement; how many bars it missed."""
    begun = time.monotonic()
    rows = asyncio.run(_measured(what, small))
    took, load = time.monotonic() - begun, os.getloadavg()[0]
    Console(width=120).print(table(f"{what} ({took:.0f} s, load average {load:.1f})", rows))
    return sum(1 for row in rows if row.good is False)


async def _measured(what: str, small: bool) -> list[Row]:
    return await MEASUREMENTS[what](small)


if __name__ == "__main__":
    main()
