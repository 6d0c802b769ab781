"""How a bot gets its updates: by asking, or by being told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.local.methods import Call, method
from bot.local.webhooks import CONNECTIONS, checked_webhook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.local.store import JSON


@method("getUpdates")
async def get_updates(
    call: Call,
    offset: int = 0,
    limit: int = 100,
    timeout: int = 0,  # noqa: ASYNC109 the protocol's own name
    allowed_updates: Sequence[str] | None = None,
) -> list[JSON]:
    """`allowed_updates` holds from now on, until another list is given."""
    board, bot = call.board, call.bot
    board.polling.check(bot.id)
    if allowed_updates is not None:
        board.store.put(bot.id, "allowed_updates", list(allowed_updates))
    board.confirm(bot, offset)
    return await board.polling.fetch(bot.id, limit, timeout)


@method("setWebhook")
async def set_webhook(
    call: Call,
    url: str,
    secret_token: str = "",
    max_connections: int = CONNECTIONS,
    allowed_updates: Sequence[str] | None = None,
    drop_pending_updates: bool = False,
) -> bool:
    """Updates are posted to `url` from now on; an empty one takes the webhook away.

    The address is one of this machine, by http. Telegram itself wants https.
    """
    board, bot = call.board, call.bot
    webhook = checked_webhook(url, secret_token, max_connections) if url else None
    if allowed_updates is not None:
        board.store.put(bot.id, "allowed_updates", list(allowed_updates))
    await board.webhooks.set(bot, webhook, drop_pending_updates)
    return True


@method("deleteWebhook")
async def delete_webhook(call: Call, drop_pending_updates: bool = False) -> bool:
    """The bot asks for its updates again; libraries call this before they poll."""
    await call.board.webhooks.set(call.bot, None, drop_pending_updates)
    return True


@method("getWebhookInfo")
def get_webhook_info(call: Call) -> JSON:
    """Where updates go, how many wait, and what went wrong last."""
    return call.board.webhooks.info(call.bot)
