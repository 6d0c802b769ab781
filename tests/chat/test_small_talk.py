from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.small_talk import SmallTalk, recognise
from bot.chat.texts import en as texts

SAID = {
    SmallTalk.GREETING: ["hi", "Hello!", "hey there", "HEY THERE 👋", "hi viva", "Good morning."],
    SmallTalk.THANKS: ["thx", "thank you!", "Thanks a lot!!", "ok thanks", "That’s helpful", "ty"],
    SmallTalk.FAREWELL: ["bye", "Good night", "see you tomorrow", "Thank you, bye!"],
    SmallTalk.HOW_ARE_YOU: ["how are you?", "Hi, how are you", "how's it going"],
    SmallTalk.WHO_ARE_YOU: ["who are you", "what can you do?", "help", "are you a robot?"],
    SmallTalk.FINE: ["ok", "👍", "🙏🙏", "yes", "I see", "great!", "❤️"],
    SmallTalk.SHORT: ["?", "???", "x", "", "   ", "…", "7"],
}
QUESTIONS = {
    "hi, who won?": "who won?",
    "Hello! What is a drone": "What is a drone",
    "good morning why do bees dance": "why do bees dance",
    "thanks, and who found that out?": "and who found that out?",
    "Hi! It’s me: what’s honey?": "It’s me: what’s honey?",
    "Why?": "Why?",
    "how does it work?": "how does it work?",
    "Hello world programs": "Hello world programs",
    "great filter": "great filter",
    "help me understand honey": "help me understand honey",
    "how do you do convolution?": "how do you do convolution?",
    "good question: what is wax?": "good question: what is wax?",
    "你好吗": "你好吗",
    "tea": "tea",
}


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, texts in SAID.items() for t in texts])
def test_small_talk_is_recognised(kind: SmallTalk, text: str) -> None:
    assert recognise(text) == (kind, "")


@pytest.mark.parametrize(("text", "question"), QUESTIONS.items())
def test_a_question_is_a_question_also_after_a_greeting(text: str, question: str) -> None:
    assert recognise(text) == (None, question)


@given(st.text() | st.lists(st.sampled_from(["hi", "thanks", "!", " ", "why", "’s"])).map("".join))
def test_a_text_is_one_or_the_other(text: str) -> None:
    kind, question = recognise(text)
    assert (kind is None) == bool(question)
    assert text.endswith(question)


def test_there_is_an_answer_to_each() -> None:
    assert set(texts.SMALL_TALK) == {k.value for k in SmallTalk} - {SmallTalk.WHO_ARE_YOU.value}
