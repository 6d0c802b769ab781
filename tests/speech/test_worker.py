"""A worker: its process may die, hang or be late, and whoever asks still gets an answer, or is told."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import WorkerBusy, WorkerFailed
from bot.speech.worker import Worker

ODD = "tests.speech.odd_worker"
ECHO = {"do": "echo"}


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker(ODD, room=2)
    yield worker
    await worker.close()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_one_process_answers_one_job_after_another(worker: Worker) -> None:
    replies = [await worker.ask(ECHO, bytes([n]) * 200_000, 5) for n in range(3)]
    assert [body for _, body in replies] == [bytes([n]) * 200_000 for n in range(3)]
    assert len({head["pid"] for head, _ in replies}) == 1


async def test_a_process_that_is_killed_in_the_middle_is_replaced(
    worker: Worker, tmp_path: Path
) -> None:
    first = await worker.ask(ECHO, b"", 5)
    head, body = await worker.ask({"do": "die", "once": str(tmp_path / "died")}, b"words", 5)
    assert body == b"words"
    assert head["pid"] != first[0]["pid"]


async def test_a_process_that_is_killed_between_two_jobs_is_replaced(worker: Worker) -> None:
    head, _ = await worker.ask(ECHO, b"", 5)
    os.kill(head["pid"], 9)
    assert (await worker.ask(ECHO, b"words", 5))[1] == b"words"


async def test_a_process_that_hangs_is_noticed_and_replaced(worker: Worker, tmp_path: Path) -> None:
    await worker.warm()
    started = time.monotonic()
    hung = {"do": "stop", "once": str(tmp_path / "hung")}
    assert (await worker.ask(hung, b"words", 0.5))[1] == b"words"
    assert time.monotonic() - started < 3


async def test_a_job_that_fails_twice_is_given_up_and_the_next_one_is_done(worker: Worker) -> None:
    with pytest.raises(WorkerFailed, match="ended before"):
        await worker.ask({"do": "die"}, b"", 5)
    assert (await worker.ask(ECHO, b"words", 5))[1] == b"words"


async def test_a_module_that_does_not_load_is_a_failure() -> None:
    broken = Worker("tests.speech.no_such_module")
    with pytest.raises(WorkerFailed, match="cannot be started"):
        await broken.ask(ECHO, b"", 5)
    await broken.close()


async def test_of_an_exception_only_the_kind_and_the_place_are_written(
    worker: Worker, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(WorkerFailed) as failure:
        await worker.ask({"do": "raise"}, b"what a learner said", 5)
    written = capfd.readouterr().err
    assert "ValueError at" in written
    assert "learner" not in written + str(failure.value)


async def test_what_libraries_print_does_not_disturb_the_replies(worker: Worker) -> None:
    assert (await worker.ask({"do": "print"}, b"words", 5))[1] == b"words"
    assert (await worker.ask(ECHO, b"more", 5))[1] == b"more"


async def test_no_more_may_wait_than_there_is_room_for(worker: Worker) -> None:
    await worker.warm()
    slow = {"do": "sleep", "seconds": 0.3}
    waiting = [asyncio.create_task(worker.ask(slow, b"%d" % n, 5)) for n in range(3)]
    await asyncio.sleep(0.1)
    with pytest.raises(WorkerBusy):
        await worker.ask(ECHO, b"", 5)
    assert [body for _, body in await asyncio.gather(*waiting)] == [b"0", b"1", b"2"]
    assert (await worker.ask(ECHO, b"again", 5))[1] == b"again"


async def test_whoever_goes_away_does_not_leave_their_reply_to_the_next(worker: Worker) -> None:
    await worker.warm()
    gone = asyncio.create_task(worker.ask({"do": "sleep", "seconds": 2}, b"theirs", 5))
    waiting = asyncio.create_task(worker.ask(ECHO, b"gone as well", 5))
    mine = asyncio.create_task(worker.ask(ECHO, b"mine", 5))
    await asyncio.sleep(0.1)
    waiting.cancel()
    gone.cancel()
    assert (await mine)[1] == b"mine"


async def test_an_idle_process_is_ended_and_started_again_when_it_is_wanted() -> None:
    worker = Worker(ODD, idle=0.3)
    first, _ = await worker.ask(ECHO, b"", 5)
    assert lives(first["pid"])
    async with asyncio.timeout(5):
        while lives(first["pid"]):
            await asyncio.sleep(0.05)
    assert worker.pid is None
    assert (await worker.ask(ECHO, b"words", 5))[1] == b"words"
    await worker.close()


async def test_a_process_for_every_job_where_it_does_not_last() -> None:
    worker = Worker(ODD, lasting=False)
    pids = [(await worker.ask(ECHO, b"", 5))[0]["pid"] for _ in range(2)]
    assert pids[0] != pids[1]
    assert not any(lives(pid) for pid in pids)
    await worker.close()


async def test_closing_ends_the_process_and_the_job_that_runs() -> None:
    worker = Worker(ODD)
    await worker.warm()
    pid = worker.pid
    job = asyncio.create_task(worker.ask({"do": "sleep", "seconds": 5}, b"", 10))
    await asyncio.sleep(0.1)
    await worker.close()
    with pytest.raises(WorkerFailed):
        await job
    assert pid is not None
    assert not lives(pid)
    with pytest.raises(WorkerFailed, match="closed"):
        await worker.ask(ECHO, b"", 5)


ORPHANED = """
import asyncio, os
from bot.speech.worker import Worker

async def main():
    worker = Worker("tests.speech.odd_worker")
    await worker.warm()
    print(worker.pid, flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


def test_a_process_ends_when_the_bot_is_killed() -> None:
    bot = subprocess.run([sys.executable, "-c", ORPHANED], capture_output=True, check=False)
    pid = int(bot.stdout)
    until = time.monotonic() + 5
    while lives(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not lives(pid)
