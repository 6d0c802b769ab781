"""What is said in place of a button, as a recogniser writes it down; and what is no command."""

from __future__ import annotations

import pytest

from bot.chat.spoken_commands import SpokenCommand, recognise

COMMANDS = {
    SpokenCommand.GO_ON: """
        Next. | Next question. | The next one, please. | Okay, next. | Go on. | Continue. | Carry on.
        Let's go on. | I'm ready. | Skip this question. | Skip it. | Listen. | What's next? | Start.
        Another question, please.
    """,
    SpokenCommand.REPEAT: """
        Repeat. | Repeat the question. | Can you repeat that, please? | Again. | Say it again.
        What was the question? | Pardon? | I didn't catch that. | Once more, please.
    """,
    SpokenCommand.STOP: """
        Stop. | Please stop. | Stop it now. | Stop reading. | That's enough for today. | Enough.
        Okay, I'm done. | That's all. | Pause.
    """,
    SpokenCommand.QUIZ: """
        Quiz me. | quiz me | Start the quiz. | Ask me a question. | Today's questions. | Test me.
        Viva, quiz me please.
    """,
    SpokenCommand.LESSON: """
        Read the lesson. | Continue the lesson. | Read me the next section. | Start a lesson.
    """,
    SpokenCommand.PROGRESS: "My progress. | How am I doing? | Show me my progress.",
    SpokenCommand.SLOWER: "Slower. | Speak more slowly, please. | A little slower.",
    SpokenCommand.FASTER: "Faster! | Speak a bit faster.",
    SpokenCommand.WAS_RIGHT: "I was right. | No, I said that. | But that was right! | I was correct.",
}


def each(said: str) -> list[str]:
    return [phrase.strip() for line in said.splitlines() for phrase in line.split("|") if phrase]


@pytest.mark.parametrize(
    ("command", "said"),
    [(command, phrase) for command, said in COMMANDS.items() for phrase in each(said) if phrase],
)
def test_a_command_is_known(command: SpokenCommand, said: str) -> None:
    assert recognise(said) is command


@pytest.mark.parametrize(
    "said",
    [
        "", "What comes next in the history of AI?", "Next to the hive", "Why did the work stop?",
        "Stop words", "The next question is who invented dropout", "Repeat after me",
        "Again and again", "What is a quiz?", "How do lessons begin?", "A faster chip", "Listening",
        "Who was right?", "I was right about the bees", "B", "True", "I don't know", "Hello",
    ],
)  # fmt: skip
def test_what_only_holds_its_words_is_none(said: str) -> None:
    assert recognise(said) is None
