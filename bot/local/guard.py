"""Who may speak to the server: a browser that opened its page, and programs on this machine.

A page from elsewhere can make a browser send requests to 127.0.0.1, and a name from elsewhere can
be made to point there. So the Host must be ours, requests of the page must come from the page
(Origin, Sec-Fetch-Site) and carry a key that only the page was given, in a SameSite=Strict cookie.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

from bot.local.errors import ApiError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses requests under a foreign host name and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI call."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if Headers(scope=scope).get("host", "").lower() not in self._hosts:
            answer = JSONResponse({"error": "This server answers only as 127.0.0.1."}, 421)
            await answer(scope, receive, sending)
            return
        await self._app(scope, receive, sending)


class Session:
    """The key of the page."""

    def __init__(self, key: str, port: int, hosts: frozenset[str]) -> None:
        self._key = key
        self._cookie = f"local-chat-{port}"  # cookies know no ports; the name must
        self._origins = {f"http://{host}" for host in hosts}

    def give(self, response: Response) -> None:
        """Hands the key to a browser that opens the page."""
        response.set_cookie(self._cookie, self._key, httponly=True, samesite="strict", path="/")

    def check(self, request: Request) -> None:
        """Raises unless the request comes from the page."""
        headers = request.headers
        site = headers.get("sec-fetch-site", "same-origin")
        origin = headers.get("origin")
        given = request.cookies.get(self._cookie, "")
        if site != "same-origin" or (origin is not None and origin not in self._origins):
            raise ApiError(403, "Forbidden: this request did not come from the chat page")
        if not secrets.compare_digest(given.encode(), self._key.encode()):
            raise ApiError(403, "Forbidden: open the chat page first")
