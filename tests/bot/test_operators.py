"""What an operator calls: the whole command, on a store of each engine."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import URL, text

from bot.cli import main
from bot.commands import operators
from bot.storage import inbox, learners, owners
from bot.storage.database import Database
from bot.storage.inbox import Letter
from bot.storage.learners import LearnerId
from bot.storage.migrations import migrate
from retrieval.generations import read_manifest

if TYPE_CHECKING:
    from click.testing import Result

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def home(
    tmp_path: Path, where: Path | URL, lessons: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The settings of a tutor whose index is up to date."""
    monkeypatch.setenv("VIVA_HOME", str(tmp_path))
    monkeypatch.setenv("VIVA_LESSONS", str(lessons))
    monkeypatch.setenv("VIVA_INDEX", str(index))
    monkeypatch.setenv("VIVA_DATABASE_URL", address(where))
    return tmp_path


def address(where: Path | URL) -> str:
    return f"sqlite:///{where}" if isinstance(where, Path) else str(where)


async def viva(*arguments: object) -> Result:
    """In a thread, since a command has a loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, main, [str(each) for each in arguments])


async def one_fault() -> str:
    told = await viva("doctor")
    assert told.exit_code == 1
    [line] = told.output.splitlines()
    return line


async def test_a_healthy_tutor(home: Path, database: Database, index: Path) -> None:
    async with database.write() as tx:
        await learners.meet(tx, LearnerId(1, 10), chat=10, language=None)
    told = await viva("doctor")
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "Nothing is wrong.",
        f"{database.name} holds: learners 1.",
        f"{index} answers from: courses 1, lessons 2.",
    ]


async def test_settings_that_are_wrong_are_named_one_a_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_DATABASE_URL", "mysql://somewhere")
    monkeypatch.setenv("VIVA_ALLOW", "a b")
    told = await viva("doctor")
    assert told.exit_code == 1
    assert [line.split()[0] for line in told.output.splitlines()] == [
        "VIVA_DATABASE_URL",
        "VIVA_ALLOW",
    ]


async def test_a_store_that_is_not_there_yet(home: Path, empty: Database) -> None:
    assert await one_fault() == (
        f"There is no store at {empty.name} yet. Start `viva run`: it makes one."
    )
    assert not empty.on_sqlite or list(home.iterdir()) == []


async def test_a_store_of_an_older_version(home: Path, empty: Database) -> None:
    await migrate(empty, "0001")
    expected = f"{empty.name} is of an older version. Start `viva run`: it migrates."
    assert await one_fault() == expected


async def test_a_store_of_a_newer_version(home: Path, database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert "made by a newer Viva. Update Viva" in await one_fault()


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
async def test_a_file_that_is_no_database(home: Path, where: Path) -> None:
    where.write_bytes(b"not a database at all" * 100)
    assert "it is not a database. Move it away, or restore a backup" in await one_fault()


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"database": "nowhere"}, "there is no such database. Create it"),
        ({"query": {"host": "/nowhere"}}, "Check that"),
        ({"host": "127.0.0.1", "port": 1, "query": {}}, "Check that the server runs"),
        ({"host": "nowhere.invalid", "query": {}}, "Check that"),
    ],
)
async def test_a_server_that_cannot_be_reached(
    home: Path, where: URL, change: dict[str, object], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_DATABASE_URL", str(where.set(**change)))  # type: ignore[arg-type]
    assert told in await one_fault()


async def test_damage_to_tables_and_rows(home: Path, database: Database) -> None:
    await owners.enter(database, 1, 7, NOON)
    await database.locks.drop(7)
    async with database.write() as tx:
        await inbox.add(tx, [Letter(1, 100, 10, question=False, body="{}")], NOON)
    told = await viva("doctor")
    assert told.exit_code == 1
    assert [line.split(",")[0] for line in told.output.splitlines()] == [
        "A process of bot 1 died or hangs",
        "1 update not handled",
    ]
    async with database.write() as tx:
        await tx.execute(text("DROP TABLE outbox"))
    assert "The table outbox is not as this version of Viva made it." in await one_fault()


async def test_a_running_tutor_is_no_fault(home: Path, database: Database) -> None:
    await owners.enter(database, 1, 7, datetime.now(UTC))
    told = await viva("doctor")
    assert told.exit_code == 0, told.output


def test_a_disk_that_is_full_is_named(tmp_path: Path) -> None:
    assert operators._examine_disk(tmp_path / "not" / "there", least=1) == []
    [fault] = operators._examine_disk(tmp_path, least=2**60)
    assert re.fullmatch(r"Only \d+ MB are free where VIVA_HOME is\. Free some space\.", str(fault))


# --- the index; the engine of the store does not matter ----------------------------------------

ON_SQLITE = pytest.mark.parametrize("where", ["sqlite"], indirect=True)


@pytest.fixture
def rooms(
    home: Path, database: Database, lessons: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, Path]:
    """Lessons and index that may be written to."""
    copies = home / "lessons", home / "index"
    for original, copy in zip((lessons, index), copies, strict=True):
        shutil.copytree(original, copy)
    monkeypatch.setenv("VIVA_LESSONS", str(copies[0]))
    monkeypatch.setenv("VIVA_INDEX", str(copies[1]))
    return copies


@ON_SQLITE
async def test_an_index_that_is_not_there(rooms: tuple[Path, Path]) -> None:
    shutil.rmtree(rooms[1])
    assert await one_fault() == f"There is no index in {rooms[1]} yet: run `viva build`."


@ON_SQLITE
async def test_a_manifest_that_was_changed(rooms: tuple[Path, Path]) -> None:
    manifest = rooms[1] / "manifest.json"
    manifest.write_text(manifest.read_text().replace("MiniLM", "MaxiLM"))
    assert "its checksum is wrong. Run `viva build`" in await one_fault()


@ON_SQLITE
async def test_every_file_of_the_index_that_was_changed(rooms: tuple[Path, Path]) -> None:
    manifest = read_manifest(rooms[1])
    folder = rooms[1] / "generations" / manifest.generation
    for name in manifest.files:
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / name).write_bytes(data)
    (folder / "content.json").unlink()
    told = await viva("doctor")
    assert told.exit_code == 1
    remedy = "Run `viva build` to make the index anew."
    assert sorted(told.output.splitlines()) == sorted(
        f"{folder / name}: the file is "
        f"{'missing' if name == 'content.json' else 'not the one that was built'}. {remedy}"
        for name in manifest.files
    )


@ON_SQLITE
async def test_an_index_that_is_older_than_the_lessons(rooms: tuple[Path, Path]) -> None:
    lesson = rooms[0] / "kitchen-garden" / "02-tea.md"
    lesson.write_text(lesson.read_text().replace("two minutes", "three minutes"))
    assert await one_fault() == (
        f"The index in {rooms[1]} is older than the lessons. Run `viva build`."
    )


@ON_SQLITE
async def test_lessons_that_cannot_be_read(rooms: tuple[Path, Path]) -> None:
    (rooms[0] / "kitchen-garden" / "course.toml").write_text("id = ")
    fault = await one_fault()
    assert "course.toml:1: " in fault
    assert fault.endswith("Mend it; `viva check` names everything.")


# --- backup and move ---------------------------------------------------------------------------


async def test_a_backup_passes_the_doctor(
    home: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as tx:
        await learners.meet(tx, LearnerId(1, 10), chat=10, language=None)
    await owners.enter(database, 1, 7, datetime.now(UTC))
    file = home / "backup.db"
    told = await viva("backup", file)
    assert (told.exit_code, told.stdout) == (0, f"{file} holds: learners 1.\n")
    again = await viva("backup", file)
    assert again.exit_code == 1
    assert again.stderr == f"Error: {file} is there already. Name a new file.\n"
    monkeypatch.setenv("VIVA_DATABASE_URL", address(file))
    healthy = await viva("doctor")
    assert healthy.exit_code == 0
    assert f"{file} holds: learners 1." in healthy.stdout


async def test_a_move_tells_what_to_set(
    home: Path, tmp_path: Path, where: Path | URL, empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "other" / "viva.db"
    other = Database(source)
    await migrate(other)
    async with other.write() as tx:
        await learners.meet(tx, LearnerId(1, 10), chat=10, language=None)
    await other.close()
    monkeypatch.setenv("VIVA_DATABASE_URL", address(source))
    told = await viva("move", address(where))
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0] == "The same in both:"
    assert re.search(r"^  learners +1  sha256 [0-9a-f]{16}$", told.stdout, re.MULTILINE)
    assert f"Now set VIVA_DATABASE_URL={address(where)} and start the tutor." in lines
    monkeypatch.setenv("VIVA_DATABASE_URL", address(where))
    assert (await viva("doctor")).exit_code == 0


@ON_SQLITE
@pytest.mark.parametrize("url", ["mysql://somewhere/x", "var/viva.db", "postgresql://host"])
async def test_what_is_no_address_is_refused(home: Path, where: Path, url: str) -> None:
    told = await viva("move", url)
    assert told.exit_code == 2
    assert "is not an address of a database. Write it as postgresql://" in told.stderr


def test_no_password_is_shown() -> None:
    url = URL.create("postgresql", "viva", "secret", "host", 5432, "viva")
    assert "secret" not in operators._address(url)
