"""A worker: one process that does slow or fragile work, one job after another, through pipes.

`Worker` stands in the bot: it starts the process at the first job, gives it jobs, notices when it
has died or hangs, starts another and tries the job once more. `serve` is the other end, in the
process. A message is a line of JSON that names the number of bytes after it, then those bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from bot.errors import WorkerBusy, WorkerFailed
from bot.memory import give_back

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable, Mapping
    from types import TracebackType

__all__ = ["Head", "Reply", "Worker", "serve"]

log = logging.getLogger(__name__)

Head = dict[str, Any]
Reply = tuple[Head, bytes]

_ROOT: Final = Path(__file__).parents[2]
"""Where the package lies: the process runs the code of the bot that started it, no other."""


class Worker:
    """A process kept for one kind of job. Jobs run one at a time, in the order they were asked.

    `module` is run with `python -m`. `room` jobs may wait; the next is refused (WorkerBusy).
    `start` is how long loading may take, in seconds. After `idle` seconds without a job the
    process is ended, and its memory is free again. With `lasting` false every job gets a process
    of its own.
    """

    def __init__(
        self,
        module: str,
        *,
        room: int = 32,
        start: float = 60,
        idle: float | None = None,
        lasting: bool = True,
    ) -> None:
        self._module = module
        self._room = room
        self._start_within = start
        self._idle = idle
        self._lasting = lasting
        self._turn = asyncio.Lock()
        self._asked = 0
        self._process: Process | None = None
        self._unloading: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The number of the running process, if one runs."""
        return self._process.pid if self._process is not None else None

    async def warm(self) -> None:
        """Start the process and wait until it has loaded."""
        async with self._turn:
            await self._start()
        self._unload_later()

    async def ask(self, head: Mapping[str, Any], body: bytes, within: float) -> Reply:
        """The reply to one job, which may take `within` seconds once its turn has come.

        A process that dies or is late is ended and another one tried: once. Whoever is cancelled
        while their job runs takes the process with them.
        """
        if self._asked > self._room:
            raise WorkerBusy
        self._asked += 1
        try:
            async with self._turn:
                return await self._try_twice(head, body, within)
        finally:
            self._asked -= 1
            self._unload_later()

    async def close(self) -> None:
        """End the process. Nothing can be asked any more."""
        self._closed = True
        if self._unloading is not None:
            self._unloading.cancel()
        await self._end()

    async def _try_twice(self, head: Mapping[str, Any], body: bytes, within: float) -> Reply:
        try:
            return await self._exchange(head, body, within)
        except WorkerFailed as failure:
            if self._closed:
                raise
            log.warning("%s: %s; trying once more", self._module, failure)
            return await self._exchange(head, body, within)

    async def _exchange(self, head: Mapping[str, Any], body: bytes, within: float) -> Reply:
        process = await self._start()
        done = False
        try:
            async with asyncio.timeout(within):
                await _send(process, head, body)
                reply = await _receive(process)
            done = True
            return reply
        except TimeoutError:
            raise WorkerFailed(f"no result within {within:.0f} s") from None
        except (OSError, EOFError, ValueError):
            raise WorkerFailed("the process ended before its job was done") from None
        finally:
            if not (done and self._lasting):
                await self._end()

    async def _start(self) -> Process:
        if self._closed:
            raise WorkerFailed("closed")
        if self._process is not None and self._process.returncode is None:
            return self._process
        await self._end()
        self._process = process = await _launch(self._module)
        loaded = False
        try:
            async with asyncio.timeout(self._start_within):
                await _receive(process)
            loaded = True
        except TimeoutError:
            raise WorkerFailed(f"not loaded within {self._start_within:.0f} s") from None
        except (OSError, EOFError, ValueError):
            raise WorkerFailed("the process cannot be started") from None
        finally:
            if not loaded:
                await self._end()
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if process.stdin is not None:
            process.stdin.close()
            with contextlib.suppress(OSError):
                await process.stdin.wait_closed()

    def _unload_later(self) -> None:
        if self._unloading is not None:
            self._unloading.cancel()
            self._unloading = None
        if self._idle is not None and self._process is not None and not self._closed:
            self._unloading = asyncio.create_task(self._unload(self._idle))

    async def _unload(self, after: float) -> None:
        await asyncio.sleep(after)
        async with self._turn:
            await self._end()


async def _launch(module: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        process_group=0,  # Ctrl-C is for the bot, which then ends its workers
    )


async def _send(process: Process, head: Mapping[str, Any], body: bytes) -> None:
    assert process.stdin is not None  # noqa: S101 - _launch asked for a pipe
    process.stdin.write(_packed(head, body))
    await process.stdin.drain()


async def _receive(process: Process) -> Reply:
    assert process.stdout is not None  # noqa: S101 - _launch asked for a pipe
    head: Head = json.loads(await process.stdout.readline() or b"null")
    if head is None:
        raise EOFError
    return head, await process.stdout.readexactly(head["bytes"])


def _packed(head: Mapping[str, Any], body: bytes) -> bytes:
    return json.dumps({**head, "bytes": len(body)}).encode() + b"\n" + body


def serve(load: Callable[[], Callable[[Head, bytes], Reply]]) -> None:
    """The process's side: load, say so, then answer jobs until the bot closes the pipe.

    Whatever the libraries print goes to stderr, for stdout belongs to the replies. An exception
    ends the process: the bot starts another. Of it only the kind and the place are written, since
    its message may hold a learner's words.
    """
    sys.excepthook = _name_the_fault
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    work = load()
    _answer(replies, {}, b"")
    jobs = sys.stdin.buffer
    while line := jobs.readline():
        head: Head = json.loads(line)
        _answer(replies, *work(head, jobs.read(head["bytes"])))
        give_back()


def _answer(replies: BinaryIO, head: Mapping[str, Any], body: bytes) -> None:
    replies.write(_packed(head, body))
    replies.flush()


def _name_the_fault(
    kind: type[BaseException], fault: BaseException, trace: TracebackType | None
) -> None:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    sys.stderr.write(f"{kind.__name__} at {place}\n")
