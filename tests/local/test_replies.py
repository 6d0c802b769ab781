"""Keyboards over the field for writing, and the location that only they can ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove
from telegram.error import BadRequest

if TYPE_CHECKING:
    import httpx
    from telegram import Bot

    from bot.local.people import Person

WHERE = KeyboardButton("Where I am", request_location=True)


async def test_a_location_arrives(bot: Bot, ada: Person) -> None:
    sent = ada.shares_location(52.52, 13.405)
    message = (await bot.get_updates())[-1].message
    assert message
    assert message.location
    assert (message.message_id, message.text) == (sent["message_id"], None)
    assert (message.location.latitude, message.location.longitude) == (52.52, 13.405)
    assert ada.chat()[-1]["location"] == {"latitude": 52.52, "longitude": 13.405}


async def test_a_keyboard_stands_until_another_or_none(bot: Bot, ada: Person) -> None:
    markup = ReplyKeyboardMarkup([["Yes", "No"], [WHERE]], resize_keyboard=True)
    sent = await bot.send_message(ada.id, "Well?", reply_markup=markup)
    assert sent.reply_markup is None  # as in Telegram: only inline keyboards are part of a message
    ada.says("No")
    assert ada.keyboard() == [["Yes", "No"], ["Where I am"]]
    assert (await ada.sees("keyboard"))["keyboard"]["resize_keyboard"]
    await bot.send_message(ada.id, "Hm.")
    await bot.send_poll(ada.id, "Q", ["a"], reply_markup=ReplyKeyboardMarkup([["More"]]))
    assert ada.keyboard() == [["More"]]
    await bot.send_message(ada.id, "Done", reply_markup=ReplyKeyboardRemove())
    assert ada.keyboard() == []


async def test_a_one_time_keyboard_goes_when_it_is_used(bot: Bot, ada: Person) -> None:
    markup = ReplyKeyboardMarkup([["Later", WHERE]], one_time_keyboard=True)
    await bot.send_message(ada.id, "Where are you?", reply_markup=markup)
    ada.says("Wait")
    assert ada.keyboard() == [["Later", "Where I am"]]
    ada.shares_location(0, 0)
    assert ada.keyboard() == []
    await bot.send_message(ada.id, "And now?", reply_markup=markup)
    ada.says("Later")
    assert ada.keyboard() == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"keyboard": [[{"text": " "}]]}, "can't parse keyboard button: text must be non-empty"),
    ({"keyboard": [[{"text": "a", "style": "pink"}]]}, "invalid button style"),
    ({"keyboard": [[{"text": "a", "request_contact": True}]]}, '"request_contact" is not known'),
    ({"keyboard": [[{"text": "a"}] * 9]}, "reply markup is too long"),
    ({"keyboard": [[{"text": "a"}]], "input_field_placeholder": "x" * 65}, "placeholder"),
    ({"force_reply": True}, "only keyboards"),
]


@pytest.mark.parametrize(("markup", "words"), REFUSED)
async def test_what_cannot_be_shown_is_refused(
    raw: httpx.AsyncClient, ada: Person, markup: dict[str, Any], words: str
) -> None:
    body = {"chat_id": ada.id, "text": "x", "reply_markup": markup}
    answer = (await raw.post("sendMessage", json=body)).json()
    assert words in answer["description"]
    assert ada.keyboard() == []


async def test_a_closed_poll_takes_only_an_inline_keyboard(bot: Bot, ada: Person) -> None:
    sent = await bot.send_poll(ada.id, "Q", ["a"])
    markup: Any = ReplyKeyboardMarkup([["More"]])
    with pytest.raises(BadRequest):
        await bot.stop_poll(ada.id, sent.message_id, reply_markup=markup)
    assert not ada.chat()[-1]["poll"]["is_closed"]


async def test_the_page_shares_a_location(
    page: httpx.AsyncClient, bot: Bot, ada: Person, subtests: pytest.Subtests
) -> None:
    chat = f"/page/{bot.id}/chats/{ada.id}"
    await bot.send_message(ada.id, "Where?", reply_markup=ReplyKeyboardMarkup([[WHERE]]))
    assert (await page.get(chat)).json()["keyboard"]["keyboard"][0][0]["text"] == "Where I am"
    for latitude, longitude, code in (
        (90, -180, 200),
        (91, 0, 400),
        (0, 180.5, 400),
        (None, 0, 400),
    ):
        with subtests.test(latitude=latitude, longitude=longitude):
            body = {"latitude": latitude, "longitude": longitude}
            assert (await page.post(f"{chat}/locations", json=body)).status_code == code
    assert [m["location"] for m in ada.chat() if "location" in m] == [
        {"latitude": 90, "longitude": -180}
    ]
