"""A proxy for HTTP on this machine: shares requests out among servers, and spoils some of them."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

__all__ = ["Fault", "Proxy", "proxy"]

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HOST = re.compile(rb"\r\nhost:[^\r]*\r\n", re.IGNORECASE)
_REFUSAL = b'{"ok":false,"error_code":%d,"description":"%b"%b}'


class Fault(StrEnum):
    """What becomes of a request. All but the last two reach the client as a broken network."""

    CUT_BEFORE = "cut before the call"
    CUT_AFTER = "cut after the call"
    RESET = "reset after the call"
    HALF = "half an answer"
    DELAY = "a late answer"
    SERVER_ERROR = "a 502 without the call"
    TOO_MANY = "a 429"


class Proxy:
    """`port_of` gives the server for each request, `fault_of` what goes wrong with a path."""

    def __init__(
        self, port_of: Callable[[], int], fault_of: Callable[[str], Fault | None], late: float
    ) -> None:
        self._port_of = port_of
        self._fault_of = fault_of
        self._late = late
        self.port = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client; ends with it, or with a fault."""
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass  # a side has gone, as happens where processes are killed
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer. False when the connection has to end."""
        request = await _message(reader)
        path = request.split(b" ", 2)[1].decode()
        fault = self._fault_of(path)
        if fault is Fault.CUT_BEFORE:
            return False
        if fault in (Fault.SERVER_ERROR, Fault.TOO_MANY):
            writer.write(_refused(fault))
            await writer.drain()
            return True
        answer = await self._asked(request)
        return await self._spoilt(fault, answer, writer)

    async def _asked(self, request: bytes) -> bytes:
        port = self._port_of()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(_HOST.sub(b"\r\nHost: 127.0.0.1:%d\r\n" % port, request, count=1))
            return await _message(reader)
        finally:
            writer.close()

    async def _spoilt(
        self, fault: Fault | None, answer: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        if fault is Fault.CUT_AFTER:
            return False
        if fault is Fault.RESET:
            raw: socket.socket = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if fault is Fault.HALF:
            writer.write(answer[: len(answer) // 2])
            await writer.drain()
            return False
        if fault is Fault.DELAY:
            await asyncio.sleep(self._late)
        writer.write(answer)
        await writer.drain()
        return True


@asynccontextmanager
async def proxy(
    port_of: Callable[[], int],
    fault_of: Callable[[str], Fault | None] = lambda path: None,
    late: float = 0.0,
) -> AsyncIterator[Proxy]:
    """It listens while the block lasts. `late`: seconds that a late answer is held back."""
    made = Proxy(port_of, fault_of, late)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


async def _message(reader: asyncio.StreamReader) -> bytes:
    """One request or answer; all that come here say how long they are."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


def _refused(fault: Fault) -> bytes:
    if fault is Fault.TOO_MANY:
        more = b',"parameters":{"retry_after":1}'
        body, line = _REFUSAL % (429, b"Too Many Requests: retry after 1", more), b"429 Too Many"
    else:
        body, line = b"<html><h1>502 Bad Gateway</h1></html>", b"502 Bad Gateway"
    return b"HTTP/1.1 %b\r\ncontent-length: %d\r\n\r\n%b" % (line, len(body), body)
