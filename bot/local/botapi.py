"""The side of bots: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.local.arguments import BODY_BYTES, capped, collected
from bot.local.errors import ApiError
from bot.local.methods import METHODS, Call, perform
from bot.local.record import Sent, has_effect
from bot.local.spec import bot_api

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.local.switchboard import Bot, Switchboard

logger = logging.getLogger(__name__)
NAMES = {name.lower(): name for name in METHODS}  # Telegram takes any case


class BotApi:
    """The routes of a server. `cut` closes the connection of a request at once."""

    def __init__(
        self, bots: Mapping[str, Bot], board: Switchboard, cut: Callable[[Request], None]
    ) -> None:
        self._bots = bots
        self._board = board
        self._cut = cut

    def routes(self) -> list[Route]:
        """For the application."""
        return [
            Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.download, methods=["GET"]),
        ]

    def _bot(self, request: Request) -> Bot:
        bot = self._bots.get(request.path_params["token"])
        if not bot:
            raise ApiError(401, "Unauthorized")
        return bot

    async def call(self, request: Request) -> Response:
        """One method. The token and what is said never reach the log."""
        name = request.path_params["method"]
        try:
            call = Call(self._bot(request), self._board)
            name = known(name)
            request = Request(request.scope, capped(request.receive, BODY_BYTES))
            arguments = bot_api().arguments(name, await collected(request))
            return await self._answer(request, name, call, arguments)
        except ApiError as error:
            logger.info("%s: %s", name, error.code)
            return refusal(error)
        except HTTPException as error:  # Starlette's, for a body that is no form
            return refusal(ApiError(error.status_code, f"Bad Request: {error.detail}"))
        except ClientDisconnect:
            return Response()  # the bot has gone, and the answer goes nowhere
        except (sqlite3.Error, OSError):
            logger.exception("%s: the local store failed", name)
            return refusal(ApiError(500, "Internal Server Error: the local store failed"))

    async def _answer(
        self, request: Request, name: str, call: Call, arguments: dict[str, Any]
    ) -> Response:
        faults = self._board.faults
        if faults.meets(name):
            await asyncio.sleep(faults.delay)
            if faults.failure != "none":
                return await self._fail(request, name, call, arguments)
            if faults.limit and has_effect(name):
                seconds = self._board.flood.refuses(faults, asyncio.get_running_loop().time())
                if seconds:
                    raise self._too_many(name, arguments, seconds)
        return JSONResponse({"ok": True, "result": await self._perform(name, call, arguments)})

    async def _perform(self, name: str, call: Call, arguments: dict[str, Any]) -> Any:
        result = await perform(name, call, arguments)
        self._note(name, arguments)
        return result

    def _note(self, name: str, arguments: dict[str, Any], retry_after: int = 0) -> None:
        """Into the record, if one is kept."""
        if self._board.record is None or not has_effect(name):
            return
        at = asyncio.get_running_loop().time()
        text = next(filter(None, map(arguments.get, ("text", "caption", "question"))), None)
        self._board.record.append(Sent(at, name, arguments.get("chat_id"), text, retry_after))

    def _too_many(self, name: str, arguments: dict[str, Any], seconds: int) -> ApiError:
        self._note(name, arguments, seconds)
        return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    async def _fail(
        self, request: Request, name: str, call: Call, arguments: dict[str, Any]
    ) -> Response:
        """The failure that is switched on. It counts as one, whatever the call would have done."""
        faults = self._board.faults
        self._board.set_faults(faults.after_one())
        if faults.failure == "500":
            raise ApiError(500, "Internal Server Error: restart")
        if faults.failure == "429":
            raise self._too_many(name, arguments, faults.retry_after)
        if faults.failure == "502":
            return HTMLResponse("<html><h1>502 Bad Gateway</h1></html>", status_code=502)
        if faults.failure == "cut-after":
            await self._perform(name, call, arguments)
        self._cut(request)
        await asyncio.sleep(0)
        return Response()  # goes nowhere

    async def download(self, request: Request) -> Response:
        """A file's bytes."""
        files = self._board.files
        try:
            file = files.at(self._bot(request).id, request.path_params["path"])
            return FileResponse(files.content(file), media_type=file["mime_type"])
        except ApiError as error:
            return refusal(error)


def known(name: str) -> str:
    """A method's name as it is written. Raises for one this server does not answer."""
    if name.lower() not in NAMES:
        logger.warning("method %.40r is not known to the local server", name)
        raise ApiError(404, "Not Found: method not found")
    return NAMES[name.lower()]


def refusal(error: ApiError) -> Response:
    """An answer that is not "ok"."""
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, status_code=error.code)
