"""The webhook: Telegram brings the updates. Each is stored, committed, and only then answered."""

from __future__ import annotations

import hmac
import json
import logging
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.chat.letters import letter
from bot.errors import StorageError
from bot.storage import bots, inbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from bot.chat.replica import Replica

__all__ = ["SECRET_HEADER", "Webhook", "secret_of"]

_log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 the header's name

BODY_BYTES = 1024 * 1024
"""Far above any update."""


def secret_of(token: str) -> str:
    """What Telegram shows to prove itself: made from the token, so that all replicas know it."""
    return blake2s(b"webhook", key=blake2s(token.encode()).digest()).hexdigest()


class Webhook:
    """The route that updates come in by."""

    def __init__(self, replica: Replica, secret: str, news: Callable[[], None]) -> None:
        self._replica = replica
        self.secret = secret
        self._news = news

    def route(self, path: str) -> Route:
        """For the application."""
        return Route(path, self.take, methods=["POST"])

    async def take(self, request: Request) -> Response:
        """200 once it is stored; with 500 Telegram brings it again."""
        shown = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(shown.encode(), self.secret.encode()):
            return PlainTextResponse("Not for you.", status_code=403)
        kind = request.headers.get("content-type", "").partition(";")[0]
        if kind != "application/json":
            return PlainTextResponse("Updates are JSON.", status_code=415)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("Too long for an update.", status_code=413)
        try:
            return await self._store(json.loads(body))
        except (ValueError, RecursionError):
            _log.error("What came by the webhook was no JSON; it was left out.")
            return Response()
        except StorageError as error:
            _log.error("An update could not be stored; Telegram will bring it again. %s", error)
            return Response(status_code=500)

    async def _store(self, update: Any) -> Response:
        replica = self._replica
        found = letter(replica.id, update)
        if found is None:
            _log.error("An update without an id came by the webhook; it was left out.")
            return Response()
        async with replica.database.write() as tx:
            await inbox.add(tx, [found], replica.clock())
            await bots.polled(tx, replica.id, replica.clock())
        self._news()
        return Response()


async def _body(request: Request) -> bytes | None:
    """What was sent, or None when it is too long."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            return None
    return body
