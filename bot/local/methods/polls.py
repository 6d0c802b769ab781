"""Polls and quizzes: sending one, and ending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.local.errors import bad_request
from bot.local.keyboards import checked_keyboard, checked_markup
from bot.local.methods import Call, method
from bot.local.methods.sounds import audio_fields
from bot.local.polls import checked_correct, explanation_fields, option_list, question_fields
from bot.local.sounds import about_sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.local.store import JSON

# What is taken of an InputMediaAudio; a poll shows no thumbnail.
POLL_AUDIO = {"type", "media", "duration", "title", "performer", "thumbnail"}


@method("sendPoll")
async def send_poll(
    call: Call,
    chat_id: int | str,
    question: str,
    options: Sequence[JSON],
    question_parse_mode: str | None = None,
    question_entities: Sequence[JSON] | None = None,
    is_anonymous: bool = True,
    type: str = "regular",
    allows_multiple_answers: bool = False,
    allows_revoting: bool | None = None,
    correct_option_ids: Sequence[int] | None = None,
    explanation: str | None = None,
    explanation_parse_mode: str | None = None,
    explanation_entities: Sequence[JSON] | None = None,
    explanation_media: JSON | None = None,
    media: JSON | None = None,
    disable_notification: bool = False,
    protect_content: bool = False,
    reply_parameters: JSON | None = None,
    reply_markup: JSON | None = None,
) -> JSON:
    """A poll, or a quiz. Nothing here ends one after a time, so such options are refused."""
    board = call.board
    chat = board.reachable(call.bot, chat_id)
    if type not in {"regular", "quiz"}:
        raise bad_request("unsupported poll type specified")
    poll: JSON = {
        "id": board.store.add_poll(),
        **question_fields(question, question_parse_mode, question_entities),
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": is_anonymous,
        "type": type,
        "allows_multiple_answers": allows_multiple_answers,
        "allows_revoting": type == "regular" if allows_revoting is None else allows_revoting,
        "members_only": False,
    }
    poll["options"] = option_list(poll["id"], options)
    if type == "quiz":
        poll["correct_option_ids"] = checked_correct(correct_option_ids, len(options))
        poll |= explanation_fields(explanation or "", explanation_parse_mode, explanation_entities)
    elif correct_option_ids or explanation or explanation_media:
        raise bad_request("only a quiz has correct options and an explanation")
    for name, given in (("media", media), ("explanation_media", explanation_media)):
        poll |= {name: await poll_media(call, given)} if given else {}
    content = {"poll": poll, **({"has_protected_content": True} if protect_content else {})}
    keyboard = checked_markup(reply_markup)
    return board.send(call.bot, chat, content, keyboard, reply_parameters)


async def poll_media(call: Call, given: JSON) -> JSON:
    """A sound that goes with a poll, as a PollMedia object."""
    if given["type"] != "audio":
        raise bad_request(f'poll media "{given["type"]}" is not known to the local server')
    if unknown := given.keys() - POLL_AUDIO:
        raise bad_request(f'poll media field "{min(unknown)}" is not known to the local server')
    about = about_sound(given.get("duration", 0), given.get("title"), given.get("performer"))
    return await audio_fields(call, given["media"], about)


@method("stopPoll")
def stop_poll(
    call: Call, chat_id: int | str, message_id: int, reply_markup: JSON | None = None
) -> JSON:
    """Ends a poll of the bot's own. A keyboard that is not given again goes away."""
    keyboard = checked_keyboard(reply_markup)
    chat = call.board.reachable(call.bot, chat_id)
    return call.board.stop_poll(call.bot, chat, message_id, keyboard)
