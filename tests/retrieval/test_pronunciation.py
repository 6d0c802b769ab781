"""How a course's names and terms are said: the file, and its way into the index."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from retrieval import Library
from retrieval.embedding import MiniLM, Vectors
from retrieval.lessons import read_courses
from retrieval.pronunciation import Pronunciation, as_word

GOOD = """\
# names
"Camellia sinensis" = "ka mee lee a  sigh nen sis"
"Oolong" = { say = "oo long", sounds = "ˈulɔŋ" }
'Robert Fortune' = { sounds = "ɹˈɑbəɹt fˈɔɹʧən" }
"""


class UnusedMiniLM(MiniLM):
    """The real model, which here must not be needed."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        assert not texts, "nothing was to be embedded"
        return super().embed(texts)


def _write(lessons: Path, text: str) -> Path:
    path = lessons / "tea" / "pronunciation.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _told(lessons: Path) -> list[str]:
    """What an author is told, without the folder's name."""
    problems = read_courses(lessons).problems
    assert not any(problem.fatal for problem in problems)
    return [str(problem).removeprefix(f"{lessons / 'tea'}/") for problem in problems]


def test_a_course_carries_how_its_words_are_said(copied: tuple[Path, Path]) -> None:
    lessons, _ = copied
    _write(lessons, GOOD)
    bees, tea = read_courses(lessons).courses
    assert _told(lessons) == []
    assert bees.pronunciations == ()
    assert tea.pronunciations == (
        Pronunciation("Camellia sinensis", "ka mee lee a  sigh nen sis"),
        Pronunciation("Oolong", "oo long", "ˈulɔŋ"),
        Pronunciation("Robert Fortune", "Robert Fortune", "ɹˈɑbəɹt fˈɔɹʧən"),
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"Oolong" = oolong', "this is not valid TOML"),
        ('"Oolong" = ""', "'Oolong' has an empty 'say': write how it is said"),
        ('"Oolong" = { sounds = " " }', "'Oolong' has an empty 'sounds'"),
        ('"Oolong" = 5', """'Oolong' must be = "as it is said", or { say = "…", sounds = "…" }"""),
        ('"Oolong" = { sound = "ˈu" }', "'Oolong' has the key 'sound': known are say and sounds"),
        ('"Oolong" = { sounds = "ˈu1ɔg!" }', "sounds that no voice knows: ! 1 g (the g of phonemes is ɡ)"),
        ('"Oolng" = "oo long"', "no lesson says 'Oolng': mend its spelling, or take it out"),
        ('"oolong" = "oo long"', "no lesson says 'oolong'"),
        ('"Oolon" = "oo lon"', "no lesson says 'Oolon'"),
        ('"" = "nothing"', "here a word is missing: write it before the ="),
    ],
)  # fmt: skip
def test_an_author_is_told_what_is_wrong_and_where(
    copied: tuple[Path, Path], line: str, message: str
) -> None:
    lessons, _ = copied
    _write(lessons, f'"Camellia" = "ka mee lee a"\n{line}\n')
    (told,) = _told(lessons)
    assert told.startswith("pronunciation.toml:2: ")
    assert message in told


def test_one_wrong_word_leaves_the_others(copied: tuple[Path, Path]) -> None:
    lessons, _ = copied
    _write(lessons, f'"Green" = ""\n{GOOD}')
    tea = read_courses(lessons).courses[1]
    assert [word.written for word in tea.pronunciations][-1] == "Robert Fortune"
    assert len(tea.pronunciations) == 3


def test_a_file_that_is_no_text_leaves_the_course(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    (lessons / "tea" / "pronunciation.toml").write_bytes(b'"Oolong" = "\xff"\n')
    (told,) = _told(lessons)
    assert told == "pronunciation.toml:1: this is not UTF-8 text: save the file as UTF-8"
    assert len(Library.build(lessons, index).courses) == 2


def test_a_change_of_that_file_alone_is_picked_up_without_embedding_anew(
    copied: tuple[Path, Path],
) -> None:
    lessons, index = copied
    running = Library.open(index)
    file = _write(lessons, GOOD)
    assert not Library.is_current(lessons, index)
    Library.build(lessons, index, embedder=UnusedMiniLM())
    newer = running.newest()
    assert newer.courses[1].pronunciations == read_courses(lessons).courses[1].pronunciations
    file.unlink()
    Library.build(lessons, index, embedder=UnusedMiniLM())
    assert newer.newest().courses[1].pronunciations == ()


@pytest.mark.parametrize(
    ("written", "text", "found"),
    [
        ("GAN", "A GAN, GANs and a GAN's", ["GAN", "GANs", "GAN's"]),
        ("Go", "Go’s Gos AlphaGo go", ["Go’s"]),
        ("C++", "C++, C", ["C++"]),
        ("Lee", "Lee-style; Leeds; LeeLee", ["Lee"]),
    ],
)
def test_a_word_is_known_by_its_borders_and_with_its_endings(
    written: str, text: str, found: list[str]
) -> None:
    assert [match[0] for match in re.finditer(as_word(written), text)] == found
