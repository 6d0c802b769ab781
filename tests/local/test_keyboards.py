from __future__ import annotations

from typing import Any

import pytest

from bot.local.errors import ApiError
from bot.local.keyboards import checked_keyboard


def one(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (one(text="a", callback_data=""), "BUTTON_DATA_INVALID"),
        (one(text="a", callback_data="é" * 33), "BUTTON_DATA_INVALID"),
        (one(text=" ", callback_data="a"), "text must be non-empty"),
        (one(text="a"), "Text buttons are unallowed in the inline keyboard"),
        (one(text="a", callback_data="a", url="https://example.com"), "exactly one thing"),
        (one(text="a", url="nowhere"), "Wrong HTTP URL"),
        (one(text="a", copy_text={"text": ""}), "BUTTON_COPY_TEXT_INVALID"),
        (one(text="a", callback_data="a", style="rainbow"), "invalid button style"),
        (one(text="a", pay=True), 'button field "pay" is not known to the local server'),
        (
            {"inline_keyboard": [[{"text": "a", "callback_data": "a"}] * 9]},
            "reply markup is too long",
        ),
        (
            {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]] * 101},
            "reply markup is too long",
        ),
        ({"force_reply": True}, "inline keyboard expected"),
    ],
)
def test_what_telegram_would_refuse_is_refused(markup: dict[str, Any], words: str) -> None:
    with pytest.raises(ApiError, match=words):
        checked_keyboard(markup)


def test_64_bytes_of_data_and_100_buttons_are_taken() -> None:
    button = {"text": "a", "callback_data": "é" * 32, "style": "success"}
    markup = {"inline_keyboard": [[button] * 5] * 20}
    assert checked_keyboard(markup) == markup


def test_empty_rows_go_away() -> None:
    assert checked_keyboard({"inline_keyboard": [[], []]}) is None
    assert checked_keyboard(None) is None
