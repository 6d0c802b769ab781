"""`viva say` and `viva book`: files that can be played, or a word on why there are none."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from click.testing import CliRunner

from bot.cli import main


@pytest.fixture
def folder(tmp_path: Path, lessons: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIVA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VIVA_LESSONS", str(lessons))
    return tmp_path


def seconds(path: Path) -> float:
    """How long the file plays, by its own sound."""
    with av.open(str(path)) as file:
        return sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))


def test_a_section_is_read_into_one_note(folder: Path) -> None:
    out = folder / "tea.ogg"
    said = CliRunner().invoke(main, ["say", "tea", "--section", "one-plant", "-o", str(out)])
    assert said.exit_code == 0, said.output
    assert str(out) in said.output
    assert 8 < seconds(out) < 30


def test_a_lesson_that_takes_several_notes_is_numbered(folder: Path) -> None:
    out = folder / "bees.ogg"
    said = CliRunner().invoke(main, ["say", "01-bees", "-o", str(out), "--speed", "0.5"])
    assert said.exit_code == 0, said.output
    written = sorted(folder.glob("bees*.ogg"))
    assert len(written) > 1
    assert [path.name for path in written] == [f"bees-{n + 1:02}.ogg" for n in range(len(written))]
    assert all(path.stat().st_size < 1_000_000 for path in written)


def test_a_course_is_bound_with_a_chapter_for_every_section(folder: Path) -> None:
    out = folder / "garden.m4b"
    bound = CliRunner().invoke(main, ["book", "-o", str(out)])
    assert bound.exit_code == 0, bound.output
    with av.open(str(out)) as file:
        titles = [chapter["metadata"]["title"] for chapter in file.chapters()]
    assert any("How to brew it" in title for title in titles)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["say", "coffee", "-o", "x.ogg"], "coffee"),
        (["say", "tea", "--section", "milk", "-o", "x.ogg"], "one-plant"),
        (["book", "history", "-o", "x.m4b"], "kitchen-garden"),
    ],
)
def test_what_is_not_there_is_said_with_what_there_is(
    folder: Path, arguments: list[str], said: str
) -> None:
    told = CliRunner().invoke(main, arguments)
    assert told.exit_code == 1
    assert said in told.output


def test_without_a_voice_nothing_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_VOICE", "none")
    out = folder / "tea.ogg"
    told = CliRunner().invoke(main, ["say", "tea", "-o", str(out)])
    assert told.exit_code == 1
    assert "No voice" in told.output
    assert not out.exists()
