"""The shelf: the library as the running tutor sees it.

It is opened, or built, beside the talk: commands are answered meanwhile, questions wait. A newer
generation is taken up between two requests. Where the lessons cannot be read, the index at hand
goes on serving.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bot.chat.building import build_apart
from bot.chat.catalogue import Catalogue
from bot.errors import CourseNotReady
from bot.memory import give_back
from bot.study.grading import Grader, key_of
from retrieval import IndexMissing, Library, RetrievalError
from retrieval.facts import terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from bot.study.grading import Outcome
    from retrieval import Answer, NoAnswer, Turn
    from retrieval.courses import Course
    from retrieval.questions import Question

__all__ = ["Found", "Shelf"]

_log = logging.getLogger(__name__)

QUESTIONS_AT_ONCE = 2
"""More would only share the same cores."""

RETRY_SECONDS = 30.0
"""How long to wait before looking again at lessons that could not be read."""


FIRST_LOOK_SECONDS = 0.5
"""For an index that lies ready; its opening takes some tens of milliseconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the library said, and the generation it was found in."""

    outcome: Answer | NoAnswer
    generation: str
    catalogue: Catalogue


class _Stopped(Exception):
    """Ends a build whose tutor is going down."""


class Shelf:
    """Holds the library of the moment. Used as a context: entering starts to open it."""

    def __init__(self, lessons: Path, index: Path, retry: float = RETRY_SECONDS) -> None:
        self._lessons = lessons
        self._index = index
        self._retry = retry
        self._library: Library | None = None
        self._catalogue: Catalogue | None = None
        self._progress = (0, 0)
        self._failed = False
        self._told = ""
        self._graders: dict[tuple[str, str], Grader] = {}
        self._looked = asyncio.Event()
        self._changed = asyncio.Condition()
        self._stopping = threading.Event()
        self._refreshing = asyncio.Lock()
        self._answering = ThreadPoolExecutor(QUESTIONS_AT_ONCE, thread_name_prefix="answer")
        self._opening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._opening = asyncio.create_task(self._open())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        if self._opening:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        self._answering.shutdown(wait=False, cancel_futures=True)

    async def run(self) -> None:
        """Ends when the index is open and up to date; raises what went wrong unforeseen."""
        if self._opening:
            await asyncio.shield(self._opening)

    @property
    def catalogue(self) -> Catalogue | None:
        """The courses, as soon as an index is open; before that None."""
        return self._catalogue

    @property
    def progress(self) -> tuple[int, int]:
        """How many texts of how many the build has read; (0, 0) before it knows."""
        return self._progress

    @property
    def failed(self) -> bool:
        """Whether there is nothing to serve, and the last try to build it went wrong."""
        return self._failed and self._library is None

    @property
    def settled(self) -> bool:
        """Whether a question can be answered now, if only with why there is nothing to serve."""
        return self._library is not None or self._failed

    async def opened(self) -> Catalogue:
        """Wait until an index is open."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._catalogue is not None)
        assert self._catalogue is not None  # noqa: S101
        return self._catalogue

    async def refresh(self) -> None:
        """Take up a newer generation, if there is one. Cheap when there is none.

        Right after the start it waits a moment for the index at hand to be opened.
        """
        if not self._looked.is_set():
            with contextlib.suppress(TimeoutError):
                # not wait_for: on Python 3.11 it loses a cancellation that comes with the event
                async with asyncio.timeout(FIRST_LOOK_SECONDS):
                    await self._looked.wait()
        library = self._library
        if library is None or self._refreshing.locked():
            return
        async with self._refreshing:
            newest = await asyncio.to_thread(library.newest)
            if newest is not library:
                await self._put_up(newest)

    async def answer(
        self, question: str, previous: Sequence[Turn] = (), course: str | None = None
    ) -> Found:
        """What the course says. Waits for the library; raises CourseNotReady if none can be had."""
        library = await self._ready()
        catalogue = self._catalogue
        assert catalogue is not None  # noqa: S101  (it comes and changes with the library)
        known = course if catalogue.course(course) else None
        loop = asyncio.get_running_loop()
        outcome = await loop.run_in_executor(
            self._answering, lambda: library.answer(question, previous, known)
        )
        return Found(outcome, library.generation, catalogue)

    async def grade(self, course: str, given: str, question: Question) -> Outcome:
        """What a typed answer to a question of that course is worth."""
        library = await self._ready()
        found = self._catalogue.course(course) if self._catalogue else None
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._answering, lambda: self._grader(library, found).grade(given, key_of(question))
        )

    def _grader(self, library: Library, course: Course | None) -> Grader:
        """The course's, made once for a generation."""
        name = (library.generation, course.id if course else "")
        if name not in self._graders:
            lessons = course.lessons if course else ()
            questions = [question for lesson in lessons for question in lesson.questions]
            terms = terms_of(course, questions) if course else frozenset()
            self._graders = {name: Grader(terms, library.knows)}
        return self._graders[name]

    def picture(self, course: str, path: str) -> Path | None:
        """The file of a lesson's picture, or None while there is no library."""
        return self._library.asset(course, path) if self._library else None

    async def _ready(self) -> Library:
        async with self._changed:
            await self._changed.wait_for(lambda: self._library is not None or self._failed)
        if self._library is None:
            raise CourseNotReady
        return self._library

    async def _open(self) -> None:
        """Serve the index there is, then bring it up to date; try again where there is none."""
        library = await self._try(lambda: Library.open(self._index))
        if library:
            await self._put_up(library)
        self._looked.set()
        if library:
            await asyncio.to_thread(library.warm)
        served = await self._build()
        while not served:
            await asyncio.sleep(self._retry)
            served = await self._build()

    async def _build(self) -> bool:
        """Bring the index up to date. True when there is something to serve."""
        built = await self._try(self._built)
        if built and (self._library is None or built.generation != self._library.generation):
            await self._put_up(built)
            await asyncio.to_thread(built.warm)
        if self._library is None:
            async with self._changed:
                self._failed = True
                self._changed.notify_all()
        return self._library is not None

    def _built(self) -> Library:
        """In a thread, like everything that takes long."""
        if self._library is None:
            return build_apart(self._lessons, self._index, self._report)
        try:
            return Library.build(self._lessons, self._index, self._report)
        finally:
            give_back()

    async def _try(self, open_or_build: Callable[[], Library]) -> Library | None:
        try:
            return await asyncio.to_thread(open_or_build)
        except _Stopped:
            return None
        except IndexMissing:
            _log.info("There is no index in %s yet; it is built now.", self._index)
            return None
        except (RetrievalError, OSError) as error:
            self._tell(str(error))
            return None

    def _tell(self, fault: str) -> None:
        """Log what is wrong, once: the same fault is met again at every try."""
        if fault != self._told:
            self._told = fault
            serving = "The index at hand goes on serving" if self._library else "Nothing to serve"
            _log.warning("%s. %s", serving, fault)

    async def _put_up(self, library: Library) -> None:
        async with self._changed:
            self._library = library
            self._catalogue = Catalogue(library.courses)
            self._failed = False
            self._changed.notify_all()
        _log.info("%d course(s) on the shelf.", len(library.courses))

    def _report(self, done: int, total: int) -> None:
        """Called by the build, in its thread, between two batches."""
        if self._stopping.is_set():
            raise _Stopped
        self._progress = (done, total)
