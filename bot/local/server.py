"""`LocalServer`: the local Bot API server and its page, running inside an event loop."""

from __future__ import annotations

import re
import secrets
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.local.botapi import BotApi
from bot.local.errors import HomeDamaged, LocalServerError
from bot.local.files import Files
from bot.local.guard import Guard, Session
from bot.local.page import Page
from bot.local.people import Person
from bot.local.store import Store
from bot.local.switchboard import Bot, Switchboard
from bot.serving import bound, serving

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from bot.serving import QuietServer

TOKEN = re.compile(r"\d{1,15}:[A-Za-z0-9_-]{8,}")
FIRST_PERSON = "Alex"
REMEDY = "Delete it, and a new token is made."


def machine_clock() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


class LocalServer:
    """Serves while its `async with` block lasts. Raises `LocalServerError` or `CannotListen` on
    entering.

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
        self._serving: QuietServer | None = None
        self._routes: list[BaseRoute] = []
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

    def offer(self, label: str, act: Callable[[], Awaitable[str]]) -> None:
        """Put a button among the page's developer's tools. The server must be running.

        A press awaits `act` and shows the text that it gives, in a notice and under the bot's name
        until the next one. Presses are done one after the other.
        """
        self.switchboard.offers.add(label, act)

    def mount(self, routes: Sequence[BaseRoute]) -> None:
        """Serve these as well, behind the same guard. The server must be running."""
        self._routes.extend(routes)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            listening = stack.enter_context(bound(self.port, self._host))
            self.port = listening.getsockname()[1]
            self._open_board(stack)
            application = self._application()
            self._routes = application.router.routes
            self._serving = await stack.enter_async_context(serving(application, listening))
            stack.callback(self.switchboard.close)
            self.switchboard.webhooks.start(self.bots)
            stack.push_async_callback(self.switchboard.webhooks.close)
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
        if self._serving:
            self._serving.cut(request)
