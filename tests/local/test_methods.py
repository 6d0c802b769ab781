"""Every method, asked over HTTP: what it answers is what the specification says it answers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardMarkup,
    MenuButtonCommands,
    ReplyParameters,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden

from bot.local.methods import METHODS
from bot.local.methods.profile import commands_for
from bot.local.spec import bot_api

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from telegram import Bot

    from bot.local.people import Person
    from bot.local.server import LocalServer
    from tests.local.conftest import Clock

    Keyboard = Callable[..., dict[str, Any]]
    Picture = Callable[[int, int], bytes]
    Tone = Callable[..., bytes]


def check(method: str, result: Any) -> None:
    """Every field is known, every required one there, all the way down."""
    bot_api().value(bot_api().methods[method]["returns"], result)


async def failed_delivery(raw: httpx.AsyncClient) -> None:
    async with asyncio.timeout(5):
        while "last_error_date" not in (await raw.post("getWebhookInfo")).json()["result"]:
            pass


async def test_every_method_answers_as_specified(
    raw: httpx.AsyncClient, ada: Person, keyboard: Keyboard, picture: Picture, tone: Tone
) -> None:
    async def call(method: str, files: Any = None, **arguments: Any) -> Any:
        tried.add(method)
        fields = {k: v if isinstance(v, str) else json.dumps(v) for k, v in arguments.items()}
        answer = (await raw.post(method, data=fields, files=files)).json()
        assert answer["ok"], (method, answer)
        check(method, answer["result"])
        return answer["result"]

    tried: set[str] = set()
    said = ada.chat()[0]["message_id"]
    text = await call("sendMessage", chat_id=ada.id, text="<b>a</b> /b", parse_mode="HTML",
                      reply_markup=keyboard(["Go"]), protect_content=True,
                      reply_parameters={"message_id": said, "quote": "/start"},
                      link_preview_options={"is_disabled": True})  # fmt: skip
    ada.presses(text, "Go")
    ada.blocks()
    ada.blocks(False)
    updates = await call("getUpdates")
    kinds = [next(key for key in update if key != "update_id") for update in updates]
    assert kinds == ["message", "callback_query", "my_chat_member", "my_chat_member"]
    await call(
        "answerCallbackQuery", callback_query_id=updates[1]["callback_query"]["id"], text="ok"
    )
    there = {"chat_id": ada.id, "message_id": text["message_id"]}
    await call("editMessageText", **there, text="b", reply_markup=keyboard(["Stay"]))
    await call("editMessageReplyMarkup", **there)
    await call("sendChatAction", chat_id=ada.id, action="typing")
    await call("deleteMessage", **there)
    await call(
        "sendPhoto",
        {"photo": ("a.png", picture(8, 6))},
        chat_id=ada.id,
        caption="c",
        has_spoiler=True,
    )
    sent = await call(
        "sendDocument", {"d": ("a.txt", b"abc")}, chat_id=ada.id, document="attach://d"
    )
    await ada.sends_voice(tone(1), 1)
    await ada.sends_file(tone(1, "mp3", "libmp3lame"), "a.mp3", duration=1)
    note = await call("sendVoice", {"v": ("a.ogg", tone(1))}, chat_id=ada.id, duration=1,
                      voice="attach://v", caption="c", reply_markup=keyboard(["Go"]))  # fmt: skip
    await call("editMessageCaption", chat_id=ada.id, message_id=note["message_id"], caption="d")
    await call("sendAudio", {"audio": ("a.mp3", tone(1, "mp3", "libmp3lame"))}, chat_id=ada.id,
               duration=1, title="T", performer="P")  # fmt: skip
    heard = {"type": "audio", "media": "attach://m", "duration": 1}
    quiz = await call("sendPoll", {"m": ("a.mp3", tone(1, "mp3", "libmp3lame"))}, media=heard,
                      explanation_media=heard, chat_id=ada.id, question="Q",
                      options=[{"text": "a"}, {"text": "b"}], type="quiz", is_anonymous=False, correct_option_ids=[1], explanation="<i>e</i>",
                      explanation_parse_mode="HTML", reply_markup=keyboard(["Go"]))  # fmt: skip
    ada.votes(quiz, 0)
    await call("stopPoll", chat_id=ada.id, message_id=quiz["message_id"])
    voted = await call("getUpdates", offset=updates[-1]["update_id"] + 1)
    assert [key for update in voted for key in update if key != "update_id"] == [
        "message", "message", "poll_answer", "poll", "poll",
    ]  # fmt: skip
    await call("getFile", file_id=sent["document"]["file_id"])
    await call("setMyCommands", commands=[{"command": "help", "description": "Help"}])
    await call("getMyCommands", scope={"type": "default"})
    await call("deleteMyCommands")
    await call("setChatMenuButton", menu_button={"type": "commands"})
    await call("getChatMenuButton", chat_id=ada.id)
    for noun, field in (
        ("Name", "name"),
        ("Description", "description"),
        ("ShortDescription", "short_description"),
    ):
        await call(f"setMy{noun}", **{field: "Viva"})
        assert (await call(f"getMy{noun}", language_code="de"))[field] == "Viva"
    await call("getMe")
    hook = {"url": "http://127.0.0.1:9/hook", "secret_token": "s", "max_connections": 3}
    await call("setWebhook", **hook, allowed_updates=["message"])
    ada.says("nobody listens there")
    await failed_delivery(raw)
    info = await call("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == (hook["url"], 6)
    await call("deleteWebhook", drop_pending_updates=True)
    assert tried == set(METHODS) == set(bot_api().methods)


async def test_a_text_arrives_with_its_marks_and_buttons(
    bot: Bot, ada: Person, keyboard: Keyboard
) -> None:
    markup = InlineKeyboardMarkup.de_json(keyboard(["Yes", "No"]), bot)
    sent = await bot.send_message(ada.id, "😀 <b>Hi</b>", parse_mode="HTML", reply_markup=markup)
    heard = await ada.hears()
    assert heard["text"] == "😀 Hi"
    assert heard["entities"] == [{"type": "bold", "offset": 3, "length": 2}]
    assert heard["message_id"] == sent.message_id
    assert [b["text"] for b in heard["reply_markup"]["inline_keyboard"][0]] == ["Yes", "No"]


async def test_a_message_is_changed_and_taken_away_in_its_place(bot: Bot, ada: Person) -> None:
    sent = await bot.send_message(ada.id, "before")
    edited = await bot.edit_message_text("after", ada.id, sent.message_id)
    assert getattr(edited, "edit_date", None) is not None
    assert ada.chat()[-1]["text"] == "after"
    await bot.delete_message(ada.id, sent.message_id)
    assert (await ada.sees("deleted"))["message_id"] == sent.message_id
    assert [m["text"] for m in ada.chat()] == ["/start"]


async def test_a_press_is_answered_once_and_in_time(
    bot: Bot, ada: Person, keyboard: Keyboard, clock: Clock
) -> None:
    markup = InlineKeyboardMarkup.de_json(keyboard(["Go"]), bot)
    await bot.send_message(ada.id, "Go?", reply_markup=markup)
    message = await ada.hears()
    first, late = ada.presses(message, "Go"), ada.presses(message, "Go")
    await bot.answer_callback_query(first, "Going", show_alert=True)
    seen = await ada.sees("answer")
    assert (seen["query_id"], seen["text"], seen["show_alert"]) == (first, "Going", True)
    clock.move(seconds=20)
    for query in (first, late, "77"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await bot.answer_callback_query(query)


async def test_a_keyboard_not_given_again_goes_away(
    bot: Bot, ada: Person, keyboard: Keyboard
) -> None:
    markup = InlineKeyboardMarkup.de_json(keyboard(["Go"]), bot)
    sent = await bot.send_message(ada.id, "Go?", reply_markup=markup)
    await bot.edit_message_text("Gone", ada.id, sent.message_id)
    assert "reply_markup" not in ada.chat()[-1]


async def test_what_telegram_refuses_is_refused_in_its_words(
    bot: Bot, ada: Person, server: LocalServer, clock: Clock
) -> None:
    stranger = server.person("Stranger")
    sent = await bot.send_message(ada.id, "same")
    await bot.send_photo(ada.id, b"GIF89a" + bytes([9, 0, 9, 0]))
    photo = ada.chat()[-1]["message_id"]
    own = ada.chat()[0]["message_id"]
    a, text, me = ada.id, sent.message_id, "forbidden: bot can't initiate conversation with a user"
    refusals = [
        (bot.send_message(4711, "x"), "Chat not found"),
        (bot.send_message("@nobody", "x"), "Chat not found"),
        (bot.send_message(stranger.id, "x"), me),
        (bot.send_message(a, " \n\u200b"), "Message text is empty"),
        (bot.send_message(a, "<b> </b>", parse_mode="HTML"), "Message text is empty"),
        (bot.send_message(a, "x" * 4097), "Message is too long"),
        (bot.send_message(a, "é" * 16385), "Text is too long"),
        (bot.send_message(a, "<b>", parse_mode="HTML"), "Can't parse entities: can't find"),
        (bot.send_document(a, b"x", caption="x" * 1025), "Message caption is too long"),
        (bot.edit_message_text("same", a, text), "Message is not modified: spec"),
        (bot.edit_message_reply_markup(a, text), "Message is not modified"),
        (bot.edit_message_text("x", a, 5), "Message to edit not found"),
        (bot.edit_message_text("x", a, own), "Message can't be edited"),
        (bot.edit_message_text("x", a, photo), "There is no text in the message to edit"),
        (bot.edit_message_text("x"), "Message identifier is not specified"),
        (bot.delete_message(a, 5), "Message to delete not found"),
        (bot.send_message(a, "x", reply_to_message_id=5), "Message to be replied not found"),
        (bot.send_chat_action(a, "dancing"), "Wrong parameter action in request"),
        (bot.send_photo(a, b"not a picture"), "Image_process_failed"),
        (bot.send_photo(a, "https://example.com/a.png"), "Failed to get http url content"),
        (bot.send_document(a, "nonsense"), "Wrong file identifier/http url specified"),
        (bot.get_file("nonsense"), "Wrong file_id or the file is temp"),
        (bot.send_message(a, "x", parse_mode="MarkdownV2"), "use html or entities"),
        (bot.send_message(a, "x", message_thread_id=3), 'Parameter "message_thread_id" of method'),
        (bot.set_my_commands([("A", "b")]), "Bot_command_invalid"),
        (bot.answer_callback_query("1", "x" * 201), "Message_too_long"),
    ]  # fmt: skip
    for call, words in refusals:
        with pytest.raises((BadRequest, Forbidden)) as caught:
            await call
        assert words.lower() in str(caught.value).lower()
    clock.move(hours=49)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(ada.id, sent.message_id)


async def test_limits_are_reached_before_they_are_passed(bot: Bot, ada: Person) -> None:
    # 4,096 characters are counted after parsing and in code points, not in UTF-16 units.
    long = "😀" * 4096
    await bot.send_message(ada.id, f"<b>{long}</b>", parse_mode="HTML")
    assert (await ada.hears())["text"] == long
    await bot.send_document(ada.id, b"x", caption="é" * 1024)


async def test_a_bot_that_is_blocked_is_told_so(bot: Bot, ada: Person) -> None:
    ada.blocks()
    for call in (bot.send_message(ada.id, "x"), bot.send_chat_action(ada.id, ChatAction.TYPING)):
        with pytest.raises(Forbidden, match="Forbidden: bot was blocked by the user"):
            await call
    ada.blocks(False)
    await bot.send_message(ada.id, "Welcome back")
    states = [u.my_chat_member for u in await bot.get_updates()][1:]
    assert [(s.old_chat_member.status, s.new_chat_member.status) for s in states if s] == [
        ("member", "kicked"), ("kicked", "member"),
    ]  # fmt: skip


async def test_a_reply_quotes_letter_by_letter(bot: Bot, ada: Person) -> None:
    said = ada.says("😀 the exact words")
    there = said["message_id"]
    await bot.send_message(
        ada.id, "yes", reply_parameters=ReplyParameters(message_id=there, quote="exact")
    )
    heard = await ada.hears()
    assert heard["quote"] == {"text": "exact", "position": 7}
    assert heard["reply_to_message"]["text"] == "😀 the exact words"
    with pytest.raises(BadRequest, match="Quote_text_invalid"):
        await bot.send_message(
            ada.id, "no", reply_parameters=ReplyParameters(message_id=there, quote="EXACT")
        )


async def test_commands_are_kept_by_scope_and_language(
    bot: Bot, ada: Person, server: LocalServer
) -> None:
    await bot.set_my_commands([("help", "Help")])
    await bot.set_my_commands([("help", "Hilfe")], language_code="de")
    await bot.set_my_commands([BotCommand("quiz", "Quiz")], scope=BotCommandScopeChat(ada.id))
    assert await bot.get_my_commands() == (BotCommand("help", "Help"),)

    def seen(person: int, language: str) -> str:
        return str(
            commands_for(server.switchboard.store, bot.id, person, language)[0]["description"]
        )

    assert [seen(ada.id, "de"), seen(1, "de"), seen(1, "fr")] == ["Quiz", "Hilfe", "Help"]
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()


async def test_the_menu_button_is_kept(bot: Bot) -> None:
    assert (await bot.get_chat_menu_button()).type == "default"
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert (await bot.get_chat_menu_button(chat_id=7)).type == "commands"
