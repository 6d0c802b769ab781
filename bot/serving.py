"""Serving an application inside a running event loop: for the local chat, and for who listens.

    with bound(port) as listening:
        async with serving(application, listening):
            ...

The socket comes first, so that an application may know its own port (0 takes any free one), and
so that a port in use is told before anything else is opened.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.errors import CannotListen, PortInUse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.requests import Request
    from starlette.types import ASGIApp

__all__ = ["QuietServer", "bound", "serving"]

STOP_SECONDS = 3  # for answers under way
IDLE_SECONDS = 75  # longer than clients keep a connection, so that they are the ones to close it


@contextmanager
def bound(port: int, host: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A listening socket. Raises `PortInUse` or `CannotListen`."""
    # The protocol is named because asyncio sets TCP_NODELAY only then; without it every answer
    # waits 40 ms for the other side's acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen(128)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(port) from error
            raise CannotListen(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
        yield listening


@asynccontextmanager
async def serving(application: ASGIApp, listening: socket.socket) -> AsyncIterator[QuietServer]:
    """Serves while the block lasts; then answers under way have some seconds to end."""
    server = QuietServer(application)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started:
            if task.done():
                task.result()
                raise CannotListen("The server ended before it had begun.")
            await asyncio.sleep(0.01)
        yield server
    finally:
        server.should_exit = True
        await task


class QuietProtocol(H11Protocol):
    """HTTP without a log of requests: their addresses may hold a token.

    uvicorn's own switch turns off a logger of the whole process, and whoever sets up logging later
    turns it on again.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.access_log = False


class QuietServer(uvicorn.Server):
    """uvicorn that leaves signals and logging to the program around it."""

    def __init__(self, application: ASGIApp) -> None:
        config = uvicorn.Config(
            application,
            log_config=None,
            http=QuietProtocol,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        super().__init__(config)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield

    def cut(self, request: Request) -> None:
        """Closes the connection of a request at once, without an answer."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == request.scope["client"]:
                connection.transport.abort()
