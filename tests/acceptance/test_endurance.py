"""Whatever people write: nothing breaks, everything is answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    import logging

    from tests.conftest import Learner, School

MESSAGES = 500
LEARNERS = 10

MARKUP = st.sampled_from(
    [
        "<b>", "</b>", "<a href='tg://user?id=1'>", "*", "_", "`", "```", "||", "[x](y)", "&lt;",
        "\\", "/start", "/lessons@", "@viva", "#tag", "https://a.b/?q=%00", "\u202e", "\u200b",
        "👩‍👩‍👧", "🏳️‍🌈", "e\u0301" * 5, "\x07", "'; DROP TABLE turns; --", "{winter}", "%s", "queen",
    ]
)  # fmt: skip
TEXTS = st.lists(st.text(max_size=30) | MARKUP, min_size=1, max_size=8).map("".join)


def random_texts(count: int) -> list[str]:
    """The same ones in every run; those that Telegram itself would not send are left out."""
    found: list[str] = []

    @settings(max_examples=2 * count, database=None, derandomize=True, deadline=None)
    @given(TEXTS)
    def collect(text: str) -> None:
        if any(character.isalnum() for character in text):
            found.append(text)

    collect()
    return found[:count]


async def test_five_hundred_messages_of_random_unicode_and_markup(
    school: School, faults: list[logging.LogRecord]
) -> None:
    texts = random_texts(MESSAGES)
    assert len(texts) == MESSAGES
    learners = [school.learner(f"Learner {number}") for number in range(LEARNERS)]

    async def write(learner: Learner, texts: list[str]) -> None:
        for text in texts:
            assert (await learner.writes(text, seconds=60)).text

    await asyncio.gather(
        *(write(learner, texts[n::LEARNERS]) for n, learner in enumerate(learners))
    )
    assert faults == []


async def test_a_message_of_4096_characters(ada: Learner) -> None:
    for text in ("How many eggs does a queen lay? " * 128, "x" * 4096, "🐝 " * 2048):
        assert (await ada.writes(text[:4096])).text
