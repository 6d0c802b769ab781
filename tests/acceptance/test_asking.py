"""Questions and what can be done with their answers, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.chat.callback_data import Again, NotHelpful, Show, short
from bot.chat.texts import en as texts
from bot.storage import feedback
from bot.storage.feedback import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Learner, School

DANCE = "Who worked out the meaning of the waggle dance?"
SENTENCE = "Karl von Frisch worked out the meaning of the waggle dance in the 1940s."


async def test_an_answer_is_the_sentence_the_passage_and_the_place(ada: Learner) -> None:
    answer = await ada.writes(DANCE)
    assert answer.text.startswith(SENTENCE)
    (passage,) = answer.styled("expandable_blockquote")
    assert "dances on the comb" in passage
    assert answer.styled("bold") == [SENTENCE]
    assert answer.styled("italic") == ["Lesson 1 · Bees › Why do bees dance?"]
    assert answer.labels == ["Show in lesson", "Other places", "Quiz me on this", "Not helpful"]


async def test_a_follow_up_leans_on_the_turn_before(ada: Learner) -> None:
    await ada.writes(DANCE)
    assert "1940s" in (await ada.writes("and when?")).text


async def test_after_a_long_pause_a_question_stands_alone(
    start_tutor: Callable[..., Any], lessons: Path, index: Path, tmp_path: Path
) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def clock() -> datetime:
        return now

    async with start_tutor(tmp_path / "home", lessons, index, clock) as school:
        ada = school.learner()
        await ada.writes(DANCE)
        now += timedelta(hours=2)
        assert "1940s" not in (await ada.writes("and when?")).text


async def test_what_the_course_does_not_say_is_told_and_kept(school: School, ada: Learner) -> None:
    nothing = await ada.writes("How do I repair a gearbox?")
    assert nothing.text == f"{texts.NOT_IN_COURSE}\n\n{texts.NEAREST}"
    assert 1 <= len(nothing.labels) <= 3
    section = await ada.presses(nothing, nothing.labels[0])
    assert texts.BACK_TO_ANSWER in section.labels
    async with school.database.read() as tx:
        (kept,) = await feedback.everything(tx)
    assert (kept.kind, kept.question) == (Kind.UNANSWERED, "How do I repair a gearbox?")


async def test_show_in_lesson_opens_the_section_and_leads_back(ada: Learner) -> None:
    answer = await ada.writes(DANCE)
    section = await ada.presses(answer, "Show in lesson")
    assert section.id != answer.id
    assert section.styled("bold")[0] == "Why do bees dance?"
    assert section.text.endswith("2 of 5")
    onward = await ada.presses(section, "Next ›")
    assert onward.id == section.id
    assert onward.styled("bold")[0] == "How honey is made"
    back = await ada.presses(onward, "‹ Back to the answer")
    assert back.id == section.id
    assert (back.text, back.labels) == (answer.text, answer.labels)


async def test_looking_a_section_up_keeps_the_place_in_the_lesson(ada: Learner) -> None:
    answer = await ada.writes(DANCE)
    section = await ada.presses(answer, "Show in lesson")
    await ada.presses(section, "Next ›")
    assert not any(label.startswith("Continue") for label in (await ada.writes("/start")).labels)


async def test_other_places_are_named_and_lead_there(ada: Learner) -> None:
    answer = await ada.writes(DANCE)
    others = await ada.presses(answer, "Other places")
    assert others.text.startswith(texts.OTHERS)
    assert len(others.styled("italic")) == 2
    assert len(others.labels) == 2
    section = await ada.presses(others, others.labels[0])
    assert others.labels[0].endswith(section.styled("bold")[0])


async def test_not_helpful_is_kept_for_the_author_once(school: School, ada: Learner) -> None:
    answer = await ada.writes(DANCE)
    rated = await ada.presses(answer, "Not helpful")
    assert ada.notices == [texts.NOTED]
    assert rated.labels == ["Show in lesson", "Other places", "Quiz me on this"]
    assert rated.text == answer.text
    ada.person.presses_data(answer.id, answer.buttons["Not helpful"])
    again = await ada.person.sees("answer")
    assert again["text"] == texts.NOTED_BEFORE
    async with school.database.read() as tx:
        (kept,) = await feedback.everything(tx)
    assert (kept.kind, kept.place) == (Kind.NOT_HELPFUL, "kitchen-garden/bees/why-do-bees-dance")


async def test_nobody_else_can_use_an_answers_buttons(school: School, ada: Learner) -> None:
    answer = await ada.writes(DANCE)
    bob = school.learner("Bob")
    hello = await bob.writes("/start")
    shown = await bob.presses_data(hello, answer.buttons["Not helpful"])
    assert shown.text == texts.ANSWER_GONE
    assert len(bob.chat()) == 2


async def test_buttons_from_an_older_time_are_answered_kindly(ada: Learner) -> None:
    start = await ada.writes("/start")
    gone = await ada.presses_data(start, str(Show(short("kitchen-garden/bees/swarming"), 1)))
    assert gone.text == texts.SECTION_GONE
    assert (await ada.presses(gone, "All lessons")).text.startswith("Kitchen and Garden")
    assert (await ada.presses_data(start, str(Again(10**9)))).text == texts.ANSWER_GONE
    assert (await ada.presses_data(start, str(NotHelpful(2**60)))).text == texts.ANSWER_GONE
    for data in ("z:r:0123456789:0", "quiz_17", "a:r", "🐝"):
        assert (await ada.presses_data(start, data)).text == texts.OLD_BUTTON


async def test_a_button_pressed_twice_does_no_harm(ada: Learner) -> None:
    answer = await ada.writes(DANCE)
    data = answer.buttons["Show in lesson"]
    first, second = await ada.presses_data(answer, data), await ada.presses_data(answer, data)
    assert first.text == second.text
    await ada.presses(first, "Next ›")
    ada.person.presses_data(first.id, first.buttons["Next ›"])  # the same page: not modified
    assert not (await ada.person.sees("answer")).get("text")
    assert len(ada.chat()) == 3
