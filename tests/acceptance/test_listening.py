"""Reading aloud: lessons, answers and daily questions as voice notes, and the course as a book."""

from __future__ import annotations

import asyncio
import io
import time
from typing import TYPE_CHECKING

import av
import pytest
import pytest_asyncio

from bot.chat.texts import en as texts
from bot.errors import VoiceFailed
from bot.speech.book import Bookbinder
from bot.speech.kept import KeptAudio
from bot.speech.narrating import Narrator
from bot.speech.recording import Recording
from bot.speech.script import Line
from bot.speech.voices import HibariVoice
from bot.storage import met, places
from bot.storage.learners import LearnerId
from retrieval import Library
from tests.acceptance.test_quiz import QUESTIONS, set_up
from tests.conftest import Learner, Message, tutor_on, write_course
from tests.speaking import PATIENCE, Speech, bare, likeness, speech

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.speech.recording import Form
    from bot.speech.script import Script
    from tests.conftest import School

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTES = 6
"""Of the lesson on bees: its winter is too long for one."""
HEADINGS = ["The colony", "Why do bees dance?", "How honey is made", "Long winter", "Key insights"]


@pytest.fixture(scope="module")
def quizzed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The small course with questions, and its index."""
    lessons, index = write_course(tmp_path_factory.mktemp("lessons")), tmp_path_factory.mktemp("i")
    (lessons / "kitchen-garden" / "01-bees.questions.md").write_text(QUESTIONS)
    Library.build(lessons, index)
    return lessons, index


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def voices() -> AsyncIterator[Speech]:
    async with speech() as loaded:
        yield loaded


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(
    tmp_path_factory: pytest.TempPathFactory, quizzed: tuple[Path, Path], voices: Speech
) -> AsyncIterator[School]:
    home = tmp_path_factory.mktemp("home")
    kept = KeptAudio(home / "audio")
    narrator = Narrator([HibariVoice()], kept)
    binder = Bookbinder(narrator, kept)
    async with tutor_on(home, *quizzed, narrator=narrator, binder=binder) as running:
        yield running
    await binder.close()
    await narrator.close()


@pytest.fixture
def ada(school: School) -> Learner:
    return school.learner()


async def lesson(learner: Learner, label: str = "1 · Bees") -> Message:
    """Opens a lesson."""
    return await learner.presses(await learner.writes("/lessons"), label)


async def heard(learner: Learner, count: int) -> list[Message]:
    """The next messages, all of them notes."""
    notes = [await learner.hears(PATIENCE) for _ in range(count)]
    assert all("voice" in note.body for note in notes)
    return notes


async def silent(learner: Learner, seconds: float = 0.7) -> None:
    with pytest.raises(TimeoutError):
        await learner.hears(seconds)


async def test_a_lesson_is_read_section_by_section_with_nothing_between(
    ada: Learner, voices: Speech
) -> None:
    await ada.presses(await lesson(ada), texts.LISTEN)
    notes = await _all_notes(ada)
    assert [note.text for note in notes] == [
        *(texts.section_heard(1, at, 5, HEADINGS[at - 1]) for at in (1, 2, 3)),
        *(f"{texts.section_heard(1, 4, 5, 'Long winter')} · part {part} of 2" for part in (1, 2)),
        texts.section_heard(1, 5, 5, "Key insights"),
    ]
    stop = [texts.I_STOP_HERE]
    assert [note.labels for note in notes] == [stop, stop, stop, [], stop, [texts.HEARD_ALL]]
    assert (
        likeness("The colony of honey bees has one queen", await voices.words(ada, notes[0])) > 0.7
    )
    done = await ada.presses(notes[-1], texts.HEARD_ALL)
    assert texts.LESSON_FINISHED in done.text
    assert texts.QUIZ_ON_LESSON in done.labels
    await silent(ada)


async def _all_notes(ada: Learner) -> list[Message]:
    """The notes of the lesson; the first was seen when the button was pressed."""
    await heard(ada, NOTES - 1)
    return [message for message in ada.chat() if "voice" in message.body]


async def test_who_stops_goes_on_from_there(school: School, ada: Learner) -> None:
    notice = f"Your place is kept: {HEADINGS[2]}"
    await ada.presses(await lesson(ada), texts.LISTEN)
    notes = await _all_notes(ada)
    ada.person.presses_data(notes[2].id, notes[2].buttons[texts.I_STOP_HERE])
    assert (await ada.person.sees("answer"))["text"] == notice
    who = LearnerId(school.server.bots[0].id, ada.id)
    async with school.database.read() as tx:
        seen = {section for _, _, section in await met.places(tx, who)}
        [place] = await places.latest(tx, who)
    assert seen == {"the-colony", "why-do-bees-dance", "how-honey-is-made"}
    assert place.section == "how-honey-is-made"
    opened = await lesson(ada)
    on = await ada.presses(opened, texts.LISTEN)
    assert [n.text for n in [on, *await heard(ada, 3)]] == [n.text for n in notes[2:]]
    again = await ada.presses(opened, texts.LISTEN_FROM_START)
    assert [n.text for n in [again, *await heard(ada, 5)]] == [n.text for n in notes]


async def test_the_short_version_is_one_note(ada: Learner, voices: Speech) -> None:
    note = await ada.presses(await lesson(ada), texts.LISTEN_SHORT)
    assert note.text.endswith(texts.IN_SHORT)
    words = await voices.words(ada, note)
    assert likeness("One queen lays all the eggs of a colony", words) > 0.8
    await silent(ada)


async def test_a_note_is_made_and_uploaded_once_for_all(school: School) -> None:
    notes = []
    for name in ("Ada", "Ben"):
        learner = school.learner(name)
        notes.append(await learner.presses(await lesson(learner, "2 · Tea"), texts.LISTEN))
        await heard(learner, 1)
    first, second = (note.body["voice"]["file_id"] for note in notes)
    assert first == second


async def test_the_speed_is_remembered(ada: Learner) -> None:
    usual = await ada.presses(await lesson(ada, "2 · Tea"), texts.LISTEN)
    await heard(ada, 1)
    settings = await ada.writes("/settings")
    speeds = await ada.presses(settings, f"{texts.SET_SPEED}: {texts.speed(1)}")
    chosen = await ada.presses(speeds, texts.speed(1.5))
    assert f"{texts.SET_SPEED}: {texts.speed(1.5)}" in chosen.labels
    faster = await ada.presses(await lesson(ada, "2 · Tea"), texts.LISTEN)
    ratio = faster.body["voice"]["duration"] / usual.body["voice"]["duration"]
    assert ratio == pytest.approx(1 / 1.5, abs=0.12)
    await heard(ada, 1)


async def test_an_answer_is_said_when_it_is_wanted(ada: Learner, voices: Speech) -> None:
    answer = await ada.writes("How many eggs does a queen lay?")
    await silent(ada)
    note = await ada.presses(answer, texts.LISTEN)
    words = await voices.words(ada, note)
    assert likeness("The queen lays all the eggs, as many as", words) > 0.8
    assert likeness("That is from lesson", words) > 0.8


async def chooses(ada: Learner, hearing: str) -> None:
    """How replies are to come."""
    settings = await ada.writes("/settings")
    ways = await ada.presses(settings, f"{texts.SET_HEARING}: {texts.HEARING['text']}")
    await ada.presses(ways, texts.HEARING[hearing])


async def test_with_both_the_text_comes_first_and_then_the_note(ada: Learner) -> None:
    await chooses(ada, "both")
    assert "two thousand" in (await ada.writes("How many eggs does a queen lay?")).text
    await heard(ada, 1)
    await ada.writes("/help")  # nobody wants a list of commands read to them unasked
    await silent(ada)


async def test_for_the_ears_everything_is_read(ada: Learner, voices: Speech) -> None:
    await chooses(ada, "voice")
    assert "/lessons" in (await ada.writes("/help")).text
    await heard(ada, 1)
    note = await ada.writes("/listen")  # nothing to ask yet: the first section
    assert note.text == texts.section_heard(1, 1, 5, HEADINGS[0])
    asked = await ada.writes("/quiz")
    assert "poll" not in asked.body  # its options have letters, by which they can be said
    words = await voices.words(ada, (await heard(ada, 1))[0])
    assert likeness("Question 1 of 2", words) > 0.8


async def test_with_both_a_quiz_carries_its_sound(
    school: School, ada: Learner, voices: Speech
) -> None:
    await ada.presses(await lesson(ada), "Start reading")
    await ada.hears()
    await ada.hears()
    await chooses(ada, "both")
    asked = await ada.writes("/quiz", PATIENCE)
    assert "voice" not in asked.body
    words = await _heard_in_poll(ada, asked, voices)
    assert likeness("Question 1 of 2", words) > 0.8
    assert "a 2000 b 20000" in words or "true or false" in words or "answer a" in words
    ada.person.votes(asked.body, 0)
    explained = await ada.hears(PATIENCE)
    await heard(ada, 1)
    following = await ada.hears(PATIENCE)
    assert explained.text
    assert likeness("Question 2 of 2", await _heard_in_poll(ada, following, voices)) > 0.8
    await silent(ada)


async def _heard_in_poll(ada: Learner, asked: Message, voices: Speech) -> str:
    content = ada.person.content(asked.body["poll"]["media"]["audio"])
    return bare(await voices.listener.hear(content, {}, "en", 60))


async def test_a_quiz_without_a_voice_is_asked_all_the_same(
    tmp_path: Path, quizzed: tuple[Path, Path]
) -> None:
    async with tutor_on(tmp_path, *quizzed, narrator=Narrator([Mute()])) as school:
        ada = school.learner()
        await ada.presses(await lesson(ada), "Start reading")
        await ada.hears()
        await ada.hears()
        await chooses(ada, "both")
        asked = await ada.writes("/quiz")
        assert "media" not in asked.body["poll"]
        assert (await ada.hears()).text == texts.NO_VOICE_NOW


async def test_the_daily_question_is_read_aloud(
    tmp_path: Path, quizzed: tuple[Path, Path], voices: Speech
) -> None:
    async with tutor_on(tmp_path, *quizzed, narrator=voices.narrator) as school:
        ada = school.learner()
        await set_up(ada)
        await ada.presses(await lesson(ada), "Start reading")
        await ada.hears()
        await ada.hears()
        settings = await ada.writes("/settings")
        ways = await ada.presses(settings, f"{texts.SET_HEARING}: {texts.HEARING['text']}")
        await ada.presses(ways, texts.HEARING["voice"])
        await school.tutor.next_day()
        written = await ada.hears(PATIENCE)
        while "Question 1" not in written.text:
            written = await ada.hears(PATIENCE)
        words = await voices.words(ada, (await heard(ada, 1))[0])
        assert "question" in words
        await silent(ada)


async def test_the_course_comes_as_an_audio_book(ada: Learner) -> None:
    listed = await ada.writes("/lessons")
    begun = await ada.presses(listed, texts.AUDIO_BOOK)
    assert begun.text == texts.BOOK_BEGUN
    again = await ada.presses(listed, texts.AUDIO_BOOK)
    book = again if "document" in again.body else None
    while book is None or "document" not in book.body:
        book = await ada.hears(PATIENCE)
    assert book.body["document"]["file_name"] == "kitchen-garden.m4b"
    assert book.text == "Kitchen and Garden"
    with av.open(io.BytesIO(ada.person.content(book.body["document"]))) as opened:
        titles = [chapter["metadata"]["title"] for chapter in opened.chapters()]
    assert titles[0] == "1 · Summary"
    assert "1 · The colony" in titles
    assert "2 · How to brew it" in titles


async def test_where_no_voice_is_installed_none_is_offered(
    tmp_path: Path, quizzed: tuple[Path, Path]
) -> None:
    async with tutor_on(tmp_path, *quizzed) as school:
        ada = school.learner()
        listed = await ada.writes("/lessons")
        opened = await ada.presses(listed, "1 · Bees")
        answer = await ada.writes("How many eggs does a queen lay?")
        settings = await ada.writes("/settings")
        labels = [*listed.labels, *opened.labels, *answer.labels, *settings.labels]
        assert texts.AUDIO_BOOK not in labels
        assert not [label for label in labels if texts.LISTEN in label]
        assert not [label for label in labels if label.startswith((texts.SET_HEARING, "Speed"))]
        assert texts.NO_VOICE_HERE in (await ada.writes("/listen")).text


class Mute:
    """A voice whose process gives nothing that is speech."""

    name, version = "mute", "1"

    def speaks(self, language: str) -> bool:
        return True

    async def speak(
        self, script: Script, *, language: str = "en", speed: float = 1.0, form: Form = "opus"
    ) -> Recording:
        raise VoiceFailed("nothing")

    async def warm(self) -> None: ...

    async def close(self) -> None: ...


class Slow(Mute):
    """A voice that takes its time over a recording made before."""

    def __init__(self, recording: Recording, seconds: float) -> None:
        self._recording, self._seconds, self._turn = recording, seconds, asyncio.Lock()

    async def speak(
        self, script: Script, *, language: str = "en", speed: float = 1.0, form: Form = "opus"
    ) -> Recording:
        async with self._turn:
            await asyncio.sleep(self._seconds)
        return self._recording


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def recording() -> Recording:
    voice = HibariVoice()
    made = await voice.speak((Line("This is read slowly.", 0.2),))
    await voice.close()
    return made


async def test_what_no_voice_can_say_stands_there_as_text(
    tmp_path: Path, quizzed: tuple[Path, Path]
) -> None:
    async with tutor_on(tmp_path, *quizzed, narrator=Narrator([Mute()])) as school:
        ada = school.learner()
        answer = await ada.writes("How many eggs does a queen lay?")
        assert (await ada.presses(answer, texts.LISTEN)).text == texts.NO_VOICE_NOW
        first = await ada.presses(await lesson(ada), texts.LISTEN)
        where = texts.section_heard(1, 1, 5, HEADINGS[0])
        assert first.text == texts.not_read_aloud(where)
        assert first.labels == [texts.I_STOP_HERE]
        rest = [await ada.hears() for _ in range(NOTES - 1)]
        assert rest[-1].labels == [texts.HEARD_ALL]


async def test_a_question_amid_a_lesson_is_answered_before_the_rest_of_it(
    tmp_path: Path, quizzed: tuple[Path, Path], recording: Recording
) -> None:
    narrator = Narrator([Slow(recording, 0.5)])
    async with tutor_on(tmp_path, *quizzed, narrator=narrator) as school:
        ada = school.learner()
        await ada.presses(await lesson(ada), texts.LISTEN)
        ada.person.says("How many eggs does a queen lay?")
        kinds = ["voice" if "voice" in (await ada.hears()).body else "text" for _ in range(5)]
        assert kinds.index("text") <= 2
        assert kinds.count("text") == 1


async def test_stopping_ends_what_is_still_on_its_way(
    tmp_path: Path, quizzed: tuple[Path, Path], recording: Recording
) -> None:
    narrator = Narrator([Slow(recording, 0.5)])
    async with tutor_on(tmp_path, *quizzed, narrator=narrator) as school:
        ada = school.learner()
        first = await ada.presses(await lesson(ada), texts.LISTEN)
        ada.person.presses_data(first.id, first.buttons[texts.I_STOP_HERE])
        await asyncio.sleep(2.5)
        assert len([m for m in ada.chat() if "voice" in m.body]) <= 2  # one may be in the making


async def test_a_long_lesson_and_a_slow_voice_hold_nobody_else_up(
    tmp_path: Path, recording: Recording
) -> None:
    lessons, index = tmp_path / "lessons", tmp_path / "index"
    folder = write_course(lessons) / "kitchen-garden"
    sections = "\n\n".join(
        f"## Bed {at}\n\nIn bed {at} grow beans and peas." for at in range(1, 26)
    )
    head = "---\nid: beds\nnumber: 3\ntitle: Beds\nminutes: 9\nsummary: Beds of beans.\n---\n\n"
    (folder / "03-beds.md").write_text(head + sections + "\n")
    Library.build(lessons, index)
    narrator = Narrator([Slow(recording, 1)])
    async with tutor_on(tmp_path / "home", lessons, index, narrator=narrator) as school:
        ada, ben = school.learner("Ada"), school.learner("Ben")
        await ada.presses(await lesson(ada, "3 · Beds"), texts.LISTEN)
        began = time.monotonic()
        asked = "Who worked out the meaning of the waggle dance?"
        assert "Frisch" in (await ben.writes(asked)).text
        assert time.monotonic() - began < 5
        assert len([m for m in ada.chat() if "voice" in m.body]) < 25
