"""Answers to presses of inline buttons."""

from __future__ import annotations

from bot.local.errors import bad_request
from bot.local.methods import Call, method

TOAST_LENGTH = 200


@method("answerCallbackQuery")
def answer_callback_query(
    call: Call,
    callback_query_id: str,
    text: str = "",
    show_alert: bool = False,
    cache_time: int = 0,
) -> bool:
    """Shows a notice, or nothing but that the press arrived. Nothing is cached here."""
    if len(text) > TOAST_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    call.board.answer(call.bot, callback_query_id, {"text": text, "show_alert": show_alert})
    return True
