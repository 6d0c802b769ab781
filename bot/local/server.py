"""`LocalServer`: the local Bot API server and its page, running inside an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import re
import secrets
import socket
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.local.botapi import BotApi
from bot.local.errors import HomeDamaged, LocalServerError, PortInUse
from bot.local.files import Files
from bot.local.guard import Guard, Session
from bot.local.page import Page
from bot.local.people import Person
from bot.local.store import Store
from bot.local.switchboard import Bot, Switchboard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from starlette.requests import Request

TOKEN = re.compile(r"\d{1,15}:[A-Za-z0-9_-]{8,}")
FIRST_PERSON = "Alex"
REMEDY = "Delete it, and a new token is made."
STOP_SECONDS = 3  # for answers under way
IDLE_SECONDS = 75  # longer than clients keep a connection, so that they are the ones to close it


def machine_clock() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


class LocalServer:
    """Serves while its `async with` block lasts. Raises `LocalServerError` on entering.

    The server's own bot has `token`, made once and kept in `home/local/token`; `tokens` lets other
    bots in as well. Any other token is answered 401. With port 0 any free port is taken.
    """

    def __init__(
        self,
        home: Path,
        port: int = 8080,
        host: str = "127.0.0.1",
        bot_name: str = "Viva",
        clock: Callable[[], datetime] = machine_clock,
        tokens: Sequence[str] = (),
    ) -> None:
        for token in tokens:
            if not TOKEN.fullmatch(token):
                raise LocalServerError("A bot's token looks like 123456:letters-and-digits.")
        self._folder = home / "local"
        self.port = port
        self._host = host
        self._bot_name = bot_name
        self._clock = clock
        self._tokens = tuple(tokens)
        self._stack = AsyncExitStack()
        self._uvicorn: QuietServer | None = None
        self.switchboard: Switchboard

    @cached_property
    def token(self) -> str:
        """The token of the server's own bot."""
        path = self._folder / "token"
        try:
            token = path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            token = self._new_token(path)
        except (OSError, UnicodeDecodeError) as error:
            raise HomeDamaged(path, f"it cannot be read ({error})", REMEDY) from error
        if not TOKEN.fullmatch(token):
            raise HomeDamaged(path, "it holds no token", REMEDY)
        return token

    def _new_token(self, path: Path) -> str:
        # A random id, so that two homes sharing one database never mix their chats; far below the
        # ids that Telegram gives to bots.
        token = f"{100_000 + secrets.randbelow(900_000)}:local-{secrets.token_urlsafe(24)}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(token + "\n", encoding="ascii")
        except OSError as error:
            raise HomeDamaged(
                path, f"it cannot be written ({error})", "Choose another VIVA_HOME."
            ) from error
        return token

    @cached_property
    def bots(self) -> tuple[Bot, ...]:
        """The server's own bot first, then the guests."""
        guests = (Bot(token, f"Bot {token.partition(':')[0]}") for token in self._tokens)
        return (Bot(self.token, self._bot_name), *guests)

    @property
    def url(self) -> str:
        """The page."""
        return f"http://{self._host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What stands before the token in a method's address."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What stands before the token in a file's address."""
        return f"{self.url}/file/bot"

    def person(self, first_name: str, language: str = "en", bot: Bot | None = None) -> Person:
        """Someone new who chats with a bot, if none is named with the server's own."""
        return Person(self.switchboard, bot or self.bots[0], first_name, language)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            listening = stack.enter_context(bound(self._host, self.port))
            self.port = listening.getsockname()[1]
            self._open_board(stack)
            await self._serve(stack, listening)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def _open_board(self, stack: AsyncExitStack) -> None:
        store = Store(self._folder / "chat.sqlite", int(self._clock().timestamp()))
        stack.callback(store.close)
        self.switchboard = Switchboard(store, Files(self._folder / "files", store), self._clock)
        if not store.people():
            self.switchboard.add_person(FIRST_PERSON)

    async def _serve(self, stack: AsyncExitStack, listening: socket.socket) -> None:
        config = uvicorn.Config(
            self._application(),
            log_config=None,
            http=QuietProtocol,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._uvicorn = QuietServer(config)
        serving = asyncio.create_task(self._uvicorn.serve(sockets=[listening]))
        stack.push_async_callback(self._stop, self._uvicorn, serving)
        while not self._uvicorn.started:
            if serving.done():
                serving.result()
                raise LocalServerError("The local server ended before it had begun.")
            await asyncio.sleep(0.01)

    async def _stop(self, server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
        self.switchboard.close()
        server.should_exit = True
        await serving

    def _application(self) -> Starlette:
        hosts = frozenset(f"{name}:{self.port}" for name in (self._host, "127.0.0.1", "localhost"))
        board = self.switchboard
        key = board.store.setting(0, "page key")
        if key is None:
            key = secrets.token_urlsafe(32)
            board.store.put(0, "page key", key)
        by_token = {bot.token: bot for bot in self.bots}
        page = Page(self.bots, board, Session(key, self.port, hosts))
        api = BotApi(by_token, board, self._cut)
        return Starlette(
            routes=[*api.routes(), *page.routes()],
            middleware=[Middleware(Guard, hosts=hosts)],
        )

    def _cut(self, request: Request) -> None:
        """Closes the connection of a request without an answer."""
        if self._uvicorn is None:
            return
        for connection in list(self._uvicorn.server_state.connections):
            if getattr(connection, "client", None) == request.scope["client"]:
                connection.transport.abort()


class QuietProtocol(H11Protocol):
    """HTTP without a log of requests: their addresses hold the token.

    uvicorn's own switch turns off a logger of the whole process, and whoever sets up logging later
    turns it on again.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.access_log = False


class QuietServer(uvicorn.Server):
    """uvicorn that leaves the signals to the program around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


@contextlib.contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket. Raises `PortInUse`."""
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
            raise LocalServerError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
        yield listening
