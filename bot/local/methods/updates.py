"""How a bot gets its updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.local.methods import Call, method

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
    if allowed_updates is not None:
        board.store.put(bot.id, "allowed_updates", list(allowed_updates))
    board.confirm(bot, offset)
    return await board.polling.fetch(bot.id, limit, timeout)


@method("deleteWebhook")
def delete_webhook(call: Call, drop_pending_updates: bool = False) -> bool:
    """There is none to delete; libraries call this before they poll."""
    if drop_pending_updates:
        call.board.store.confirm(call.bot.id, 2**62)
    return True
