"""Index files: a damaged one is refused by name, and the old one goes on serving."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from retrieval import Answer, IndexDamaged, IndexMissing, Library

QUESTION = "who carried tea plants out of China?"


def _files(index: Path) -> list[Path]:
    newest = max((index / "generations").iterdir())
    return [index / "manifest.json", *sorted(p for p in newest.rglob("*") if p.is_file())]


def _cut(path: Path, dice: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: dice.randrange(len(data))])


def _flip(path: Path, dice: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)


def _swap(path: Path, dice: random.Random) -> None:
    """Another file's bytes: of this generation or of the one before it."""
    index = next(folder for folder in path.parents if (folder / "manifest.json").exists())
    here = path.read_bytes()
    others = [other.read_bytes() for other in sorted(index.rglob("*")) if other.is_file()]
    path.write_bytes(dice.choice([data for data in others if data != here]))


def test_300_damaged_indexes_are_refused_and_the_old_one_goes_on_serving(
    copied: tuple[Path, Path],
) -> None:
    lessons, index = copied
    _edit(lessons)
    Library.build(lessons, index)
    serving = Library.open(index)
    assert isinstance(serving.answer(QUESTION), Answer)
    dice = random.Random(300)
    for n in range(300):
        victim = dice.choice(_files(index))
        original = victim.read_bytes()
        (_cut, _flip, _swap)[n % 3](victim, dice)
        assert victim.read_bytes() != original
        with pytest.raises(IndexDamaged) as refused:
            Library.open(index)
        assert str(victim) in str(refused.value)
        assert "viva build" in str(refused.value)
        assert serving.newest() is serving
        victim.write_bytes(original)
    assert isinstance(serving.answer(QUESTION), Answer)
    assert isinstance(Library.open(index).answer(QUESTION), Answer)


def test_a_missing_file_is_named(copied: tuple[Path, Path]) -> None:
    _, index = copied
    gone = _files(index)[-1]
    gone.unlink()
    with pytest.raises(IndexDamaged, match=gone.name):
        Library.open(index)


def test_no_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="viva build"):
        Library.open(tmp_path)


def test_an_index_of_another_version_is_refused(copied: tuple[Path, Path]) -> None:
    _, index = copied
    sealed = json.loads((index / "manifest.json").read_text())
    sealed["manifest"]["format"] = 99
    (index / "manifest.json").write_text(json.dumps(sealed))
    with pytest.raises(IndexDamaged, match="another version"):
        Library.open(index)


def test_a_build_mends_a_damaged_index(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    _files(index)[2].write_bytes(b"")
    library = Library.build(lessons, index)
    assert isinstance(library.answer(QUESTION), Answer)


def test_what_a_killed_build_left_behind_does_no_harm_and_is_swept_away(
    copied: tuple[Path, Path],
) -> None:
    lessons, index = copied
    debris = index / "generations" / "000009-deadbeef.building"
    debris.mkdir()
    (debris / "content.json").write_text("half")
    (index / "manifest.json.new").write_text("{")
    assert isinstance(Library.open(index).answer(QUESTION), Answer)
    _edit(lessons)
    Library.build(lessons, index)
    assert not debris.exists()


def test_only_two_generations_are_kept(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    for n in range(3):
        _edit(lessons, f"Edit number {n} is about camomile.")
        Library.build(lessons, index)
    assert len(list((index / "generations").iterdir())) == 2


def _edit(lessons: Path, sentence: str = "A kettle sings before it boils.") -> None:
    lesson = lessons / "tea" / "01-growing-tea.md"
    lesson.write_text(
        lesson.read_text().replace("## Key insights", f"{sentence}\n\n## Key insights")
    )
