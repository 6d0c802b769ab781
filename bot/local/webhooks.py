"""Webhooks: where a bot wants to be told of its updates, instead of asking for them.

Telegram calls only https addresses, on four ports; this server only http ones of this machine.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import httpx

from bot.local.delivery import Delivery
from bot.local.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.local.store import JSON
    from bot.local.switchboard import Bot, Switchboard

HOSTS = {"127.0.0.1", "localhost"}
SECRET = re.compile(r"[A-Za-z0-9_-]*")
SECRET_LENGTH = 256
CONNECTIONS = 40
MOST_CONNECTIONS = 100


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a bot wants its updates."""

    url: str = field(repr=False)  # its path may be the bot's secret
    secret_token: str = field(repr=False)
    max_connections: int


def checked_webhook(url: str, secret_token: str, max_connections: int) -> Webhook:
    """A webhook if it may be set. A number of connections out of bounds is moved into them."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise bad_request("invalid webhook URL specified") from None
    if parsed.scheme != "http" or parsed.host not in HOSTS:
        raise bad_request("bad webhook: the local server calls only http://127.0.0.1 and localhost")
    if len(secret_token) > SECRET_LENGTH:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(secret_token):
        raise bad_request("secret token contains unallowed characters")
    return Webhook(url, secret_token, max(1, min(max_connections, MOST_CONNECTIONS)))


class Webhooks:
    """The webhooks of all bots. They are kept in the store, and so is what waits for them."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._deliveries: dict[int, Delivery] = {}

    def start(self, bots: Iterable[Bot]) -> None:
        """Goes on where the server stopped."""
        for bot in bots:
            if kept := self._board.store.setting(bot.id, "webhook"):
                self._begin(bot, Webhook(**kept))

    def _begin(self, bot: Bot, webhook: Webhook) -> None:
        delivery = self._deliveries[bot.id] = Delivery(bot, self._board, webhook)
        self._board.polling.hook(bot.id, delivery.news)
        delivery.news()

    async def set(self, bot: Bot, webhook: Webhook | None, drop_pending_updates: bool) -> None:
        """Another webhook from now on, or none. Requests under way to the old one are ended."""
        old = self._deliveries.get(bot.id)
        if old and old.webhook == webhook and not drop_pending_updates:
            old.hurry()
            return
        self._deliveries.pop(bot.id, None)
        self._board.polling.unhook(bot.id)
        self._board.store.put(bot.id, "webhook", asdict(webhook) if webhook else None)
        if drop_pending_updates:
            self._board.confirm(bot, 2**62)
        if webhook:
            self._begin(bot, webhook)
        if old:
            await old.stop()

    def info(self, bot: Bot) -> JSON:
        """A WebhookInfo object; without a webhook its url is empty."""
        store, delivery = self._board.store, self._deliveries.get(bot.id)
        answer = {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": store.waiting(bot.id, self._board.now()),
        }
        if allowed := store.setting(bot.id, "allowed_updates"):
            answer["allowed_updates"] = allowed
        return answer | delivery.state() if delivery else answer

    async def close(self) -> None:
        """Ends all requests; what they brought is brought again after the next start."""
        while self._deliveries:
            _, delivery = self._deliveries.popitem()
            await delivery.stop()
