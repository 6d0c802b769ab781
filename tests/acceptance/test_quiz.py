"""Daily questions, over HTTP: set up in four taps, asked, answered, explained, repeated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from bot.chat.texts import en as texts
from bot.local.server import LocalServer
from bot.storage import preferences
from bot.storage.database import Database
from bot.storage.learners import LearnerId
from bot.storage.migrations import migrate
from retrieval import Library
from tests.conftest import Learner, Message, School, write_course

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

QUESTIONS = """\
# Questions: Bees

## How many eggs does a queen lay in a day at most? {#q-000001}

- [ ] twenty
- [ ] two hundred
- [x] two thousand
- [ ] twenty thousand

> A queen can lay two thousand eggs a day in spring.

section: the-colony
sentence: The queen lays all the eggs, as many as two thousand a day

## Worker bees are females. {#q-000002}

answer: true

> Workers are females that lay no eggs.

section: the-colony
sentence: Workers are females that lay none

## Who worked out the meaning of the waggle dance? {#q-000003}

answer: Karl von Frisch

> Karl von Frisch read the dance in the 1940s.

section: why-do-bees-dance
sentence: Karl von Frisch worked out the meaning of the waggle dance

## What does the length of the dance give? {#q-000004}

- [ ] the direction
- [x] the distance
- [ ] the flower
- [ ] the weather

> The longer the dance, the farther the food.

section: why-do-bees-dance
sentence: and its length gives the distance
"""
START = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def quizzed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The small course with questions, and its index."""
    lessons = write_course(tmp_path_factory.mktemp("lessons"))
    (lessons / "kitchen-garden" / "01-bees.questions.md").write_text(QUESTIONS)
    index = tmp_path_factory.mktemp("index")
    built = Library.build(lessons, index)
    assert len(built.courses[0].lessons[0].questions) == 4
    return lessons, index


class Clock:
    """A machine's clock that a test can set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=5)
        return self.now


@pytest.fixture
async def school(
    tmp_path: Path, quizzed: tuple[Path, Path], where: Any, start_tutor: Callable[..., Any],
    faults: list[Any],
) -> AsyncIterator[School]:  # fmt: skip
    async with start_tutor(tmp_path / "home", *quizzed, where=where) as running:
        yield running


async def read(ada: Learner, sections: int = 2) -> None:
    """Ada reads the first sections of the lesson on bees."""
    lessons = await ada.writes("/lessons")
    await ada.presses(await ada.presses(lessons, "1 · Bees"), "Start reading")
    await ada.hears()  # the picture
    page = await ada.hears()
    for _ in range(sections - 1):
        page = await ada.presses(page, "Next ›")


async def set_up(ada: Learner) -> None:
    """Four taps from /start to the first lesson."""
    zone = await ada.presses(await ada.writes("/start"), texts.BEGIN_DAILY)
    hour = await ada.presses(zone, next(label for label in zone.labels if " · " in label))
    done = await ada.presses(hour, "08:00")
    assert texts.DAILY_SET in done.text
    assert "08:00" in done.text
    lesson = await ada.presses(done, next(label for label in done.labels if "Bees" in label))
    assert "Start reading" in lesson.labels


async def test_daily_questions_are_set_up_in_four_taps(school: School, ada: Learner) -> None:
    await set_up(ada)
    async with school.database.read() as tx:
        chosen = await preferences.find(tx, LearnerId(school.server.bots[0].id, ada.id))
    assert chosen.daily
    assert chosen.next_at is not None


async def test_a_question_typed_while_setting_up_is_answered(ada: Learner) -> None:
    zone = await ada.presses(await ada.writes("/start"), texts.BEGIN_DAILY)
    await ada.presses(zone, texts.OTHER_ZONE)
    assert "two thousand" in (await ada.writes("How many eggs does a queen lay?")).text
    assert "Lisbon" in (await ada.writes("Lisbon")).text


async def test_a_place_that_is_in_no_list_is_said_to_be_unknown(ada: Learner) -> None:
    zone = await ada.presses(await ada.writes("/start"), texts.BEGIN_DAILY)
    await ada.presses(zone, texts.OTHER_ZONE)
    assert (await ada.writes("Qwertzuiop")).text == texts.NO_SUCH_CITY


async def test_the_key_for_the_location_goes_when_the_zone_is_known(ada: Learner) -> None:
    zone = await ada.presses(await ada.writes("/start"), texts.BEGIN_DAILY)
    await ada.presses(zone, texts.OTHER_ZONE)
    assert ada.person.keyboard()
    assert "Lisbon" in (await ada.writes("Lisbon")).text
    assert "08:00" in (await ada.hears()).labels
    assert not ada.person.keyboard()


async def test_another_hour_leads_back_to_the_settings(ada: Learner) -> None:
    await set_up(ada)
    hours = await ada.presses(await ada.writes("/settings"), texts.SET_HOUR)
    assert "at 21:00" in (await ada.presses(hours, "21:00")).text


async def test_a_city_is_enough(ada: Learner) -> None:
    await set_up(ada)
    assert "Tokyo" in (await ada.writes("/zone Tokyo")).text
    assert (await ada.writes("/zone Qwertzuiop")).text == texts.NO_SUCH_CITY


async def test_with_nothing_read_there_is_nothing_to_ask(ada: Learner) -> None:
    assert texts.nothing_to_ask(nothing_met=True) in (await ada.writes("/quiz")).text


async def test_a_round_asks_what_was_read_and_explains(ada: Learner) -> None:
    await read(ada)
    asked = await ada.writes("/quiz")
    seen = set()
    for _ in range(8):
        question = asked.body.get("poll", {}).get("question", asked.text)
        seen.add(question.splitlines()[-1])
        if "poll" in asked.body:
            right = [o["text"] for o in asked.body["poll"]["options"]]
            wanted = next(
                i for i, t in enumerate(right) if t in ("two thousand", "True", "the distance")
            )
            ada.person.votes(asked.body, wanted)
            feedback = await ada.hears()
        else:
            feedback = await ada.writes("von Frisch")
        assert texts.VERDICTS["right"] in feedback.text
        assert "Again" in feedback.text
        explained = asked.body.get("poll", {}).get("explanation")
        assert explained is None or explained not in feedback.text  # it is not said twice
        assert feedback.styled("expandable_blockquote")
        asked = await ada.hears()
        if texts.round_went(4, 4) in asked.text:
            break
    assert texts.round_went(4, 4) in asked.text
    assert texts.MY_PROGRESS in asked.labels
    assert texts.MORE_QUESTIONS not in asked.labels  # nothing is left


async def test_what_was_missed_is_asked_once_more_at_the_end(ada: Learner) -> None:
    await read(ada, sections=1)
    asked, once_more = await ada.writes("/quiz"), 0
    while "poll" in asked.body:
        poll = asked.body["poll"]
        once_more += poll["question"].startswith(texts.ONCE_MORE)
        ada.person.votes(asked.body, len(poll["options"]) - 1)  # I don't know
        assert texts.VERDICTS["dont-know"] in (await ada.hears()).text
        asked = await ada.hears()
    assert once_more == 2
    assert texts.round_went(0, 2) in asked.text


async def test_a_typed_answer_can_be_right_after_all_and_the_author_hears_of_it(
    school: School, ada: Learner
) -> None:
    asked = await _typed_question(ada)
    wrong = await ada.writes("Konrad Lorenz")
    assert texts.VERDICTS["wrong"] in wrong.text
    assert "Karl von Frisch" in wrong.text
    await ada.hears()
    regraded = await ada.presses(wrong, texts.I_WAS_RIGHT)
    assert texts.REGRADED in regraded.text
    assert "Again" in regraded.text
    assert asked.text


async def test_more_adds_to_what_can_be_done_and_a_report_is_made_once(ada: Learner) -> None:
    await _typed_question(ada)
    wrong = await ada.writes("Konrad Lorenz")
    await ada.hears()
    more = await ada.presses(wrong, texts.MORE)
    assert more.labels == [
        texts.I_WAS_RIGHT, texts.I_WAS_ASKING, texts.UNDO, texts.SET_ASIDE, texts.REPORT,
    ]  # fmt: skip
    reported = await ada.presses(more, texts.REPORT)
    assert ada.notices[-1] == texts.NOTED
    assert texts.REPORT not in reported.labels


async def test_i_dont_know_is_explained_under_the_question_itself(ada: Learner) -> None:
    asked = await _typed_question(ada)
    told = await ada.presses(asked, texts.DONT_KNOW)
    assert told.id == asked.id
    assert "Who worked out the meaning" in told.text
    assert texts.VERDICTS["dont-know"] in told.text
    assert told.labels == [texts.MORE]


async def test_a_button_that_a_typed_answer_left_goes_when_it_is_pressed(ada: Learner) -> None:
    asked = await _typed_question(ada)
    assert texts.VERDICTS["right"] in (await ada.writes("von Frisch")).text
    await ada.hears()
    assert (await ada.presses(asked, texts.DONT_KNOW)).labels == []
    assert ada.notices[-1] == texts.ANSWERED_BEFORE


async def test_an_answer_taken_back_is_asked_again_and_the_later_question_once(
    ada: Learner,
) -> None:
    await read(ada, sections=1)
    first = await ada.writes("/quiz")
    ada.person.votes(first.body, 0)
    explained = await ada.hears()
    later = await ada.hears()
    more = await ada.presses(explained, texts.MORE)
    assert (await ada.presses(more, texts.UNDO)).text == texts.UNDONE
    again = await ada.hears()
    assert stem(again) == stem(first)
    assert later.id not in [message.id for message in ada.chat()]
    ada.person.votes(again.body, 0)
    await ada.hears()
    asked_later = await ada.hears()
    assert stem(asked_later) == stem(later)


def stem(poll: Message) -> str:
    """What a quiz asks, without its number."""
    return str(poll.body["poll"]["question"]).rpartition(" · ")[2]


async def test_what_was_no_answer_is_looked_up(ada: Learner) -> None:
    await _typed_question(ada)
    wrong = await ada.writes("How many eggs does a queen lay?")
    await ada.hears()
    answer = await ada.presses(wrong, texts.I_WAS_ASKING)
    assert "two thousand" in answer.text
    assert "waggle dance" in (await ada.hears()).text


async def _typed_question(ada: Learner) -> Any:
    """Answers until the typed one comes."""
    await read(ada)
    asked = await ada.writes("/quiz")
    while "poll" in asked.body:
        ada.person.votes(asked.body, 0)
        await ada.hears()
        asked = await ada.hears()
    assert "waggle dance" in asked.text
    return asked


async def test_the_daily_message_comes_on_the_next_day_and_only_once(
    school: School, ada: Learner
) -> None:
    await set_up(ada)
    await read(ada)
    assert ", 08:0" in await school.tutor.next_day()
    asked = await ada.hears()
    assert "poll" in asked.body or "Question" in asked.text
    with pytest.raises(TimeoutError):
        await ada.hears(1)


async def test_who_pauses_is_left_in_peace(school: School, ada: Learner) -> None:
    await set_up(ada)
    await read(ada)
    assert (await ada.writes("/pause")).text == texts.PAUSED
    await school.tutor.next_day()
    with pytest.raises(TimeoutError):
        await ada.hears(1.5)


async def test_progress_is_a_picture_with_its_words(ada: Learner) -> None:
    await read(ada)
    picture = await ada.writes("/progress", seconds=40)
    assert picture.body["photo"]
    assert picture.text


async def test_from_an_answer_to_a_question_on_it(ada: Learner) -> None:
    answer = await ada.writes("How many eggs does a queen lay?")
    asked = await ada.presses(answer, texts.QUIZ_ON_THIS)
    assert "poll" in asked.body


async def test_cards_and_reviews_go_along_to_anki(ada: Learner) -> None:
    await read(ada, sections=1)
    asked = await ada.writes("/quiz")
    ada.person.votes(asked.body, 0)
    await ada.hears()
    await ada.hears()
    files = [(await ada.writes("/export")), await ada.hears(), await ada.hears()]
    names = [message.body["document"]["file_name"] for message in files]
    assert names == ["viva-export.json", "kitchen-garden.apkg", "viva-reviews.csv"]


async def test_learners_from_before_are_asked_once_whether_they_want_daily_questions(
    tmp_path: Path, quizzed: tuple[Path, Path], start_tutor: Callable[..., Any]
) -> None:
    home = tmp_path / "before"
    async with LocalServer(home, port=0) as server:
        ada, bot = server.person("Ada").id, server.bots[0].id
    before = Database(home / "viva.db")
    await migrate(before, "0002")
    async with before.write() as tx:
        await tx.execute(
            text("INSERT INTO learners (bot_id, learner_id, chat_id) VALUES (:bot, :ada, :ada)"),
            {"bot": bot, "ada": ada},
        )
    await before.close()
    async with start_tutor(home, *quizzed) as school:
        learner = school.returning(ada)
        assert "two thousand" in (await learner.writes("How many eggs does a queen lay?")).text
        offered = await learner.hears()
        assert offered.text == texts.OFFER_DAILY
        assert (await learner.presses(offered, texts.NO_DAILY)).text == texts.NO_DAILY_SAID
        await learner.writes("/help")
        with pytest.raises(TimeoutError):
            await learner.hears(1)


async def test_a_reply_to_an_older_question_answers_that_one(ada: Learner) -> None:
    asked = await _typed_question(ada)
    again = await ada.presses(await ada.writes("/start"), "Lessons")
    ada.person.says("von Frisch", reply_to=asked.id)
    assert texts.VERDICTS["right"] in (await ada.hears()).text
    assert again.text


async def test_each_retention_is_offered_with_the_minutes_it_takes(ada: Learner) -> None:
    await set_up(ada)
    settings = await ada.writes("/settings")
    offered = await ada.presses(settings, texts.SET_RETENTION)
    *choices, back = offered.labels
    assert [label.split(" · ")[0] for label in choices] == ["80%", "85%", "✓ 90%", "95%"]
    assert all("a day" in label for label in choices)
    assert back == texts.BACK_TO_SETTINGS
    chosen = await ada.presses(offered, offered.labels[3])
    assert "95%" in chosen.text
