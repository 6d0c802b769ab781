"""An audio book: titled chapters in files that can be sent, made once for each version."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import av
import numpy as np
import pytest
import pytest_asyncio

from bot.errors import CannotSpeak
from bot.speech.book import Bookbinder
from bot.speech.kept import KeptAudio
from bot.speech.narrating import Narrator
from bot.speech.script import Line, Script
from bot.speech.voices import HibariVoice
from tests.speech.conftest import LINES

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHAPTERS: list[tuple[str, Script]] = [
    ("The breakthrough", LINES[:2]),
    ("Über nets — and more", LINES[2:3]),
    ("The end", (Line("That was all there is to say about it.", 1.0),)),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(tmp_path_factory: pytest.TempPathFactory) -> KeptAudio:
    return KeptAudio(tmp_path_factory.mktemp("audio"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def narrator(kept: KeptAudio) -> AsyncIterator[Narrator]:
    narrator = Narrator((HibariVoice(),), kept)
    yield narrator
    await narrator.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def binder(narrator: Narrator, kept: KeptAudio) -> AsyncIterator[Bookbinder]:
    binder = Bookbinder(narrator, kept)
    yield binder
    await binder.close()


async def test_a_book_has_its_title_and_titled_chapters_where_they_begin(
    binder: Bookbinder, narrator: Narrator
) -> None:
    [file] = await binder.book("The history of AI", CHAPTERS)
    assert file.suffix == ".m4b"
    with av.open(str(file)) as book:
        chapters = book.chapters()
        assert book.metadata["title"] == "The history of AI"
        assert [chapter["metadata"]["title"] for chapter in chapters] == [n for n, _ in CHAPTERS]
        sound = book.streams.audio[0]
        assert (sound.codec_context.name, sound.rate, sound.channels) == ("aac", 24_000, 1)
        wave = np.concatenate([frame.to_ndarray()[0] for frame in book.decode(sound)])
    ends = [float(chapter["end"] * (chapter["time_base"] or 0)) for chapter in chapters]
    assert ends[-1] == pytest.approx(len(wave) / 24_000, abs=0.05)
    assert [chapter["start"] for chapter in chapters[1:]] == [c["end"] for c in chapters[:-1]]
    before = 0.0
    for end, (_, script) in zip(ends, CHAPTERS, strict=True):
        note = await narrator.narrate(script)
        assert end - before == pytest.approx(note.seconds, abs=0.15)
        start = int(before * 24_000)
        assert np.abs(wave[start : start + 1200]).max() < 0.05  # it begins between two words
        before = end


async def test_a_book_is_made_once_for_each_version(binder: Bookbinder, kept: KeptAudio) -> None:
    first = await binder.book("The history of AI", CHAPTERS)
    made = first[0].stat().st_ino
    assert (await binder.book("The history of AI", CHAPTERS)) == first
    assert first[0].stat().st_ino == made
    changed = [*CHAPTERS[:2], ("The end", (Line("That was all there is to say.", 1.0),))]
    assert (await binder.book("The history of AI", changed)) != first
    first[0].write_bytes(b"damaged")
    [again] = await binder.book("The history of AI", CHAPTERS)
    assert again.stat().st_size > 10_000


async def test_a_long_book_is_cut_between_chapters_into_files_that_can_be_sent(
    narrator: Narrator, kept: KeptAudio
) -> None:
    binder = Bookbinder(narrator, kept, most_bytes=60_000)
    parts = await binder.book("The history of AI", CHAPTERS)
    titles = []
    for number, part in enumerate(parts, 1):
        assert part.stat().st_size < 60_000
        with av.open(str(part)) as book:
            assert book.metadata["title"] == f"The history of AI ({number} of {len(parts)})"
            titles.append([chapter["metadata"]["title"] for chapter in book.chapters()])
    assert titles == [["The breakthrough"], ["Über nets — and more", "The end"]]
    assert await binder.book("The history of AI", CHAPTERS) == parts
    await binder.close()


async def test_a_book_that_cannot_be_made_is_said_plainly(tmp_path: Path, kept: KeptAudio) -> None:
    mute = Bookbinder(Narrator(()), kept)
    with pytest.raises(CannotSpeak):
        await mute.book("The history of AI", CHAPTERS)
    (tmp_path / "audio").write_text("no folder")
    homeless = Bookbinder(Narrator((voice := HibariVoice(),)), KeptAudio(tmp_path / "audio"))
    with pytest.raises(CannotSpeak, match="cannot be written"):
        await homeless.book("The history of AI", CHAPTERS[2:])
    await voice.close()
