"""All the measurements of reliability, one after another: `make bench-reliability`."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from benchmarks.reliability import faults, growth, kills, malformed, pacing, updates
from benchmarks.reliability.engines import postgresql
from benchmarks.reliability.figures import Figure, exactly, table

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from sqlalchemy import URL

    Measure = Callable[..., Coroutine[Any, Any, list[Figure]]]

MEASUREMENTS: dict[str, Measure] = {
    "kills": kills.measure,
    "updates": updates.measure,
    "pacing": pacing.measure,
    "malformed": malformed.measure,
    "faults": faults.measure,
    "growth": growth.measure,
}
ENGINES = ("sqlite", "postgresql")


@click.command()
@click.option("--only", type=click.Choice(list(MEASUREMENTS)), multiple=True, help="Not all.")
@click.option("--engine", type=click.Choice(ENGINES), help="Not both.")
@click.option("--small", is_flag=True, help="Small numbers, for a quick look.")
def main(only: tuple[str, ...], engine: str | None, small: bool) -> None:
    """Print every figure beside its bar; the exit code tells whether all were reached."""
    failed = 0
    for name in [engine] if engine else ENGINES:
        server: Any = postgresql() if name == "postgresql" else nullcontext()
        with server as url:
            for what in only or MEASUREMENTS:
                failed += _run(what, name, url, small)
    raise SystemExit(min(failed, 1))


def _run(what: str, engine: str, server: URL | None, small: bool) -> int:
    """One measurement on one engine; how many bars it missed."""
    begun = time.monotonic()
    try:
        figures = asyncio.run(MEASUREMENTS[what](server, small=small))
    except TimeoutError:
        figures = [exactly("did not come to an end", 1)]
    took, load = time.monotonic() - begun, os.getloadavg()[0]
    Console(width=100).print(
        table(f"{what} on {engine} ({took:.0f} s, load average {load:.1f})", figures)
    )
    return sum(1 for figure in figures if figure.good is False)


if __name__ == "__main__":
    main()
