"""Library: what other programs call, on a small real index with the real model."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from retrieval import Answer, IndexUnwritable, LessonsError, Library, NoAnswer, UnknownCourse
from retrieval.embedding import MiniLM, Vectors


class CountingMiniLM(MiniLM):
    """The real model; remembers how many texts it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return super().embed(texts)


def _change(lessons: Path, old: str, new: str) -> None:
    lesson = lessons / "tea" / "01-growing-tea.md"
    text = lesson.read_text()
    assert old in text
    lesson.write_text(text.replace(old, new))


def test_search_finds_the_section_and_marks_the_sentence(library: Library) -> None:
    passages = library.search("at how many degrees should I make green tea?", k=3)
    best = passages[0]
    assert (best.course, best.lesson, best.section) == ("tea", "growing-tea", "brewing")
    start, end = best.highlights[0]
    assert best.text[start:end] == "Green tea is best brewed at 75 degrees for two minutes."
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)
    assert len({p.place for p in passages}) == 3


def test_a_section_comes_before_the_summary_that_touches_on_it(library: Library) -> None:
    assert library.search("is all tea from one shrub", course="tea")[0].section == "plant"
    assert library.search("what makes the kind of tea", course="tea")[0].section == "summary"


def test_search_gives_no_more_than_asked(library: Library) -> None:
    assert library.search("tea", k=0) == []
    assert len(library.search("tea", k=100)) == 11  # every section of both courses, once


def test_an_answer_is_a_sentence_of_the_lesson(library: Library) -> None:
    answer = library.answer("why does black tea go dark?")
    assert isinstance(answer, Answer)
    assert answer.level == "answer"
    assert answer.text.startswith("Black tea is fully oxidized")
    assert answer.text in answer.passages[0].text


def test_what_the_course_does_not_say_is_not_answered(library: Library) -> None:
    answer = library.answer("how do I reset my router?")
    assert isinstance(answer, NoAnswer)
    assert 0 < len(answer.nearest) <= 3


@pytest.mark.parametrize(
    "nonsense", ["", "   ", "?!", "asdf qwer zxcv", "🙃" * 50, "\x00", "a" * 4096]
)
def test_nonsense_is_no_error(library: Library, nonsense: str) -> None:
    assert not (isinstance(a := library.answer(nonsense), Answer) and a.level == "answer")


def test_courses_do_not_mix(library: Library) -> None:
    assert {p.course for p in library.search("who lays the eggs?", k=9, course="tea")} == {"tea"}
    assert isinstance(library.answer("how many eggs does a queen lay?", course="tea"), NoAnswer)
    found = library.answer("how many eggs does a queen lay?")
    assert isinstance(found, Answer)
    assert found.passages[0].course == "bees"


def test_an_unknown_course_is_named_with_the_known_ones(library: Library) -> None:
    with pytest.raises(UnknownCourse, match=r"'cheese'.*bees, tea"):
        library.search("tea", course="cheese")


def test_a_second_build_does_nothing_and_is_quick(built: tuple[Path, Path]) -> None:
    embedder = CountingMiniLM()
    started = time.process_time()  # of this process: what else the machine does is not counted
    before = Library.open(built[1])
    again = Library.build(*built, embedder=embedder)
    assert time.process_time() - started < 1
    assert again.generation == before.generation
    assert embedder.embedded == []


def test_after_an_edit_only_what_changed_is_embedded(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    _change(lessons, "boiling water and four minutes", "boiling water and five minutes")
    embedder = CountingMiniLM()
    progress: list[tuple[int, int]] = []
    library = Library.build(lessons, index, lambda *step: progress.append(step), embedder=embedder)
    assert sorted(set(embedder.embedded)) == sorted(
        {t for t in embedder.embedded if "five minutes" in t}
    )
    assert len(embedder.embedded) == 2  # the sentence, and the chunk that holds it
    assert progress[-1] == (2, 2)
    answer = library.answer("how long should black tea brew?")
    assert isinstance(answer, Answer)
    assert "five minutes" in answer.text


def test_a_running_library_picks_up_the_new_generation(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    running = Library.open(index)
    assert running.newest() is running
    _change(lessons, "Robert Fortune carried", "Robert Fortune, a botanist, carried")
    Library.build(lessons, index)
    newer = running.newest()
    assert newer is not running
    assert newer.newest() is newer
    answer = newer.answer("who carried tea plants out of China?")
    assert isinstance(answer, Answer)
    assert "botanist" in answer.text


def test_a_broken_lesson_stops_the_build_and_leaves_the_index(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    before = Library.open(index).generation
    (lessons / "bees" / "01-bees.md").write_bytes(b"---\nid: bees\n\xff\xfe")
    with pytest.raises(LessonsError, match=r"01-bees\.md:\d+: "):
        Library.build(lessons, index)
    assert Library.open(index).generation == before


def test_an_index_that_cannot_be_written_is_one_clear_line(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    in_the_way = tmp_path / "index"
    in_the_way.write_text("a file")
    with pytest.raises(IndexUnwritable, match=r"cannot be written \(File exists\)"):
        Library.build(built[0], in_the_way)


def test_is_current_tells_whether_a_build_is_due(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    assert Library.is_current(lessons, index)
    (lessons / "tea" / "cups.png").write_bytes(b"another picture")
    assert not Library.is_current(lessons, index)


def test_a_picture_is_kept_with_the_generation(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    library = Library.open(index)
    original = (lessons / "tea" / "cups.png").read_bytes()
    (lessons / "tea" / "cups.png").unlink()
    assert library.asset("tea", "cups.png").read_bytes() == original


def test_swaps_under_load_never_mix_generations(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    seen: set[str] = set()
    stop = threading.Event()
    library = Library.open(index)
    library.warm()
    faults: list[BaseException] = []

    def ask() -> None:
        nonlocal library
        try:
            while not stop.is_set():
                library = library.newest()
                answer = library.answer("how long should black tea brew?")
                assert isinstance(answer, Answer)
                seen.add(answer.text)
        except BaseException as fault:  # noqa: BLE001 - carried to the test's own thread
            faults.append(fault)

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    for old, new in itertools.pairwise(["four", "five", "six", "seven", "eight"]):
        _change(lessons, f"{old} minutes", f"{new} minutes")
        Library.build(lessons, index)
    stop.set()
    for reader in readers:
        reader.join()
    assert not faults
    assert all("minutes" in text for text in seen)
    last = library.newest().answer("how long should black tea brew?")
    assert isinstance(last, Answer)
    assert "eight minutes" in last.text


def test_two_builds_at_once_end_with_one_good_index(copied: tuple[Path, Path]) -> None:
    lessons, index = copied
    _change(lessons, "apple", "pear")
    builds = [threading.Thread(target=Library.build, args=(lessons, index)) for _ in range(2)]
    for build in builds:
        build.start()
    for build in builds:
        build.join()
    answer = Library.open(index).answer("what do bruised tea leaves resemble?")
    assert isinstance(answer, Answer)
    assert "as a cut pear does" in answer.passages[0].text
