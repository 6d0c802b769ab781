"""What the local server remembers, in one SQLite file that one server at a time holds.

Ids come from AUTOINCREMENT, so none is ever used twice, over restarts too. They begin at the
second the file was made: a bot that outlives a lost file still sees update ids rise. The server
works on one thread and every call here takes well under a millisecond, so nothing is awaited.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bot.local.errors import HomeDamaged, HomeInUse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

JSON = dict[str, Any]
KEPT_SECONDS = 24 * 3600  # how long Telegram keeps an update nobody fetches
FILE_COLUMNS = ("file_id", "bot_id", "kind", "sha256", "name", "mime_type", "size", "about")

# How the file came to be: each form is the one before it and these tables. Where ids begin at
# {now}, the second the form was made, none is used again even when the file is lost.
FORMS = (
    """
CREATE TABLE settings (
    bot_id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (bot_id, name)
);
CREATE TABLE people (
    person_id INTEGER PRIMARY KEY AUTOINCREMENT, first_name TEXT NOT NULL, language TEXT NOT NULL
);
CREATE TABLE chats (
    bot_id INTEGER NOT NULL, person_id INTEGER NOT NULL REFERENCES people,
    blocked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bot_id, person_id)
);
CREATE TABLE messages (
    message_id INTEGER PRIMARY KEY AUTOINCREMENT, bot_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL, outgoing INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE INDEX messages_of_chat ON messages (bot_id, person_id, message_id);
CREATE TABLE updates (
    update_id INTEGER PRIMARY KEY AUTOINCREMENT, bot_id INTEGER NOT NULL, made INTEGER NOT NULL,
    person_id INTEGER NOT NULL, message_id INTEGER, body TEXT NOT NULL
);
CREATE TABLE queries (
    query_id INTEGER PRIMARY KEY AUTOINCREMENT, bot_id INTEGER NOT NULL, made INTEGER NOT NULL,
    person_id INTEGER NOT NULL, answered INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE files (
    number INTEGER PRIMARY KEY AUTOINCREMENT, file_id TEXT NOT NULL UNIQUE, bot_id INTEGER NOT NULL,
    kind TEXT NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL, mime_type TEXT NOT NULL,
    size INTEGER NOT NULL
);
INSERT INTO sqlite_sequence (name, seq)
VALUES ('people', 1000), ('messages', {now}), ('updates', {now}), ('queries', {now});
""",
    """
CREATE TABLE polls (
    poll_id INTEGER PRIMARY KEY AUTOINCREMENT, chosen TEXT NOT NULL DEFAULT '[]'
);
INSERT INTO sqlite_sequence (name, seq) VALUES ('polls', {now});
""",
    """
ALTER TABLE files ADD COLUMN about TEXT NOT NULL DEFAULT '{{}}';
""",
)
REMEDY = "Move it away, and the chat begins anew: what learners learned is kept elsewhere."


class Store:
    """The open file. Rows come back as plain values; a message's body lacks only its id."""

    def __init__(self, path: Path, now: int) -> None:
        self.path = path
        self._db = connected(path)
        try:
            self._prepare(now)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, now: int) -> None:
        try:
            (version,) = self._row("PRAGMA user_version") or (0,)
            if version > len(FORMS):
                raise HomeDamaged(self.path, f"it has form {version}, not {len(FORMS)}", REMEDY)
            if version < len(FORMS):
                self._create(version, now)
            (health,) = self._row("PRAGMA quick_check(1)") or ("no answer",)
        except sqlite3.DatabaseError as error:
            raise damage(self.path, error) from error
        if health != "ok":
            raise HomeDamaged(self.path, "the file is damaged", REMEDY)

    def _create(self, version: int, now: int) -> None:
        """Adds what a file of an earlier form, 0 being an empty one, has not."""
        missing = "".join(FORMS[version:]).format(now=now)
        self._db.executescript(f"BEGIN;{missing}PRAGMA user_version = {len(FORMS)};COMMIT;")

    def close(self) -> None:
        """Ends the work with the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that happens inside is kept, or nothing of it. May stand inside another."""
        if self._db.in_transaction:
            yield
            return
        self._run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    def _run(self, sql: str, *values: object) -> sqlite3.Cursor:
        return self._db.execute(sql, values)

    def _row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._run(sql, *values).fetchone()
        return row

    def _added(self, sql: str, *values: object) -> int:
        number = self._run(sql, *values).lastrowid
        if number is None:
            raise sqlite3.DatabaseError("no row id")
        return number

    # Settings of a bot: its texts, commands, menu button; of bot 0: the server's own.

    def setting(self, bot_id: int, name: str) -> Any:
        """What was set, or None."""
        row = self._row("SELECT value FROM settings WHERE bot_id = ? AND name = ?", bot_id, name)
        return json.loads(row[0]) if row else None

    def put(self, bot_id: int, name: str, value: Any) -> None:
        """Sets it; None takes it away."""
        if value is None:
            self._run("DELETE FROM settings WHERE bot_id = ? AND name = ?", bot_id, name)
        else:
            self._run("REPLACE INTO settings VALUES (?, ?, ?)", bot_id, name, json.dumps(value))

    # People and their chats.

    def add_person(self, first_name: str, language: str) -> int:
        """A new person's id."""
        return self._added(
            "INSERT INTO people (first_name, language) VALUES (?, ?)", first_name, language
        )

    def people(self) -> list[tuple[int, str, str]]:
        """Id, first name and language of everyone, oldest first."""
        return self._run("SELECT * FROM people ORDER BY person_id").fetchall()

    def person(self, person_id: int) -> tuple[int, str, str] | None:
        """Id, first name and language of one."""
        return self._row("SELECT * FROM people WHERE person_id = ?", person_id)

    def blocked(self, bot_id: int, person_id: int) -> bool | None:
        """Whether the person blocks the bot; None while they have never met."""
        row = self._row(
            "SELECT blocked FROM chats WHERE bot_id = ? AND person_id = ?", bot_id, person_id
        )
        return bool(row[0]) if row else None

    def set_blocked(self, bot_id: int, person_id: int, blocked: bool) -> None:
        """Blocks or unblocks; also how a chat begins."""
        self._run("REPLACE INTO chats VALUES (?, ?, ?)", bot_id, person_id, blocked)

    # Messages.

    def add_message(self, bot_id: int, person_id: int, outgoing: bool, body: JSON) -> int:
        """A new message's id. Outgoing: from the bot."""
        return self._added(
            "INSERT INTO messages (bot_id, person_id, outgoing, body) VALUES (?, ?, ?, ?)",
            bot_id, person_id, outgoing, json.dumps(body),
        )  # fmt: skip

    def set_message(self, message_id: int, body: JSON) -> None:
        """Puts another body in its place."""
        self._run("UPDATE messages SET body = ? WHERE message_id = ?", json.dumps(body), message_id)

    def delete_message(self, message_id: int) -> None:
        """Takes it away; its id is not used again."""
        self._run("DELETE FROM messages WHERE message_id = ?", message_id)

    def message(self, bot_id: int, person_id: int, message_id: int) -> tuple[bool, JSON] | None:
        """Whether it is the bot's own, and its body."""
        row = self._row(
            "SELECT outgoing, body FROM messages "
            "WHERE bot_id = ? AND person_id = ? AND message_id = ?",
            bot_id, person_id, message_id,
        )  # fmt: skip
        return (bool(row[0]), json.loads(row[1])) if row else None

    def messages(self, bot_id: int, person_id: int, limit: int) -> list[tuple[int, bool, JSON]]:
        """The last messages of a chat, oldest first: id, whether the bot's, body."""
        rows = self._run(
            "SELECT message_id, outgoing, body FROM messages WHERE bot_id = ? AND person_id = ? "
            "ORDER BY message_id DESC LIMIT ?",
            bot_id, person_id, limit,
        ).fetchall()  # fmt: skip
        return [(number, bool(outgoing), json.loads(body)) for number, outgoing, body in rows[::-1]]

    # Updates that wait to be fetched, and confirmed.

    def add_update(
        self, bot_id: int, now: int, person_id: int, message_id: int | None, body: JSON
    ) -> int:
        """A new update's id. `message_id`: the person's message that it brings, if it does."""
        return self._added(
            "INSERT INTO updates (bot_id, made, person_id, message_id, body) "
            "VALUES (?, ?, ?, ?, ?)",
            bot_id, now, person_id, message_id, json.dumps(body),
        )  # fmt: skip

    def updates(self, bot_id: int, now: int, limit: int) -> list[JSON]:
        """The oldest that wait; those past Telegram's 24 hours are lost."""
        self._run("DELETE FROM updates WHERE made < ?", now - KEPT_SECONDS)
        rows = self._run(
            "SELECT update_id, body FROM updates WHERE bot_id = ? ORDER BY update_id LIMIT ?",
            bot_id, limit,
        )  # fmt: skip
        return [{"update_id": number, **json.loads(body)} for number, body in rows.fetchall()]

    def nth_last_update(self, bot_id: int, count: int) -> int:
        """The id of the update that many from the end; the oldest one's if there are fewer."""
        row = self._row(
            "SELECT min(update_id) FROM (SELECT update_id FROM updates WHERE bot_id = ? "
            "ORDER BY update_id DESC LIMIT ?)",
            bot_id, count,
        )  # fmt: skip
        return int(row[0]) if row and row[0] else 0

    def updates_after(self, bot_id: int, update_id: int) -> list[tuple[int, int]]:
        """The updates that came after one, oldest first: id, and the person's."""
        return self._run(
            "SELECT update_id, person_id FROM updates WHERE bot_id = ? AND update_id > ? "
            "ORDER BY update_id",
            bot_id, update_id,
        ).fetchall()  # fmt: skip

    def update(self, bot_id: int, now: int, update_id: int) -> JSON | None:
        """One that waits."""
        row = self._row(
            "SELECT body FROM updates WHERE bot_id = ? AND update_id = ? AND made >= ?",
            bot_id, update_id, now - KEPT_SECONDS,
        )  # fmt: skip
        return {"update_id": update_id, **json.loads(row[0])} if row else None

    def waiting(self, bot_id: int, now: int) -> int:
        """How many updates wait."""
        row = self._row(
            "SELECT count(*) FROM updates WHERE bot_id = ? AND made >= ?",
            bot_id, now - KEPT_SECONDS,
        )  # fmt: skip
        return int(row[0]) if row else 0

    def confirm(self, bot_id: int, first: int, before: int) -> list[tuple[int, int]]:
        """Forgets all updates from one id to under another.

        Answers whose messages they brought, as (person, message).
        """
        return self._run(
            "DELETE FROM updates WHERE bot_id = ? AND update_id >= ? AND update_id < ? "
            "RETURNING person_id, message_id",
            bot_id, first, before,
        ).fetchall()  # fmt: skip

    def unread(self, bot_id: int, person_id: int) -> set[int]:
        """The person's messages that the bot has not confirmed yet."""
        rows = self._run(
            "SELECT message_id FROM updates WHERE bot_id = ? AND person_id = ?", bot_id, person_id
        )
        return {number for (number,) in rows.fetchall() if number}

    # Presses of buttons.

    def add_query(self, bot_id: int, now: int, person_id: int) -> int:
        """A new press."""
        return self._added(
            "INSERT INTO queries (bot_id, made, person_id) VALUES (?, ?, ?)", bot_id, now, person_id
        )

    def answer_query(self, bot_id: int, query_id: int, since: int) -> int | None:
        """Who pressed, if the press still waits and is not older; it waits no longer."""
        row = self._run(
            "UPDATE queries SET answered = 1 WHERE bot_id = ? AND query_id = ? AND made >= ? "
            "AND NOT answered RETURNING person_id",
            bot_id, query_id, since,
        ).fetchall()  # fmt: skip
        return int(row[0][0]) if row else None

    # Polls; a poll itself is part of its message, and its chat's person is the one to vote.

    def add_poll(self) -> str:
        """A new poll's id."""
        return str(self._added("INSERT INTO polls DEFAULT VALUES"))

    def vote(self, poll_id: str, chosen: Sequence[int]) -> None:
        """What the person has chosen now; nothing, too."""
        self._run("UPDATE polls SET chosen = ? WHERE poll_id = ?", json.dumps(chosen), poll_id)

    def chosen(self, poll_id: str) -> list[int]:
        """The numbers of the options that the person has chosen."""
        row = self._row("SELECT chosen FROM polls WHERE poll_id = ?", poll_id)
        return list(json.loads(row[0])) if row else []

    # Files; their contents lie beside the database, by hash.

    def add_file(self, file: JSON) -> int:
        """A new file's number. Keys: the table's columns; `about` is a JSON object."""
        row = {**file, "about": json.dumps(file["about"])}
        return self._added(
            "INSERT INTO files (file_id, bot_id, kind, sha256, name, mime_type, size, about) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(row[name] for name in FILE_COLUMNS),
        )

    def file(self, bot_id: int, column: str, value: object) -> JSON | None:
        """A bot's file by its `file_id` or its `number`."""
        if column not in {"file_id", "number"}:
            raise ValueError(column)
        row = self._row(
            f"SELECT * FROM files WHERE bot_id = ? AND {column} = ?",  # noqa: S608 two known names
            bot_id, value,
        )  # fmt: skip
        if not row:
            return None
        file = dict(zip(("number", *FILE_COLUMNS), row, strict=True))
        return {**file, "about": json.loads(file["about"])}


def connected(path: Path) -> sqlite3.Connection:
    """The file, held by this process alone until it is closed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=0.1, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise damage(path, error) from error
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        db.execute("COMMIT")
    except sqlite3.Error as error:
        db.close()
        raise damage(path, error) from error
    return db


def damage(path: Path, error: Exception) -> HomeDamaged | HomeInUse:
    """The error to show for one of SQLite or of the file system."""
    if "locked" in str(error):
        return HomeInUse(path.parent)
    if isinstance(error, OSError) or "unable to open" in str(error) or "readonly" in str(error):
        return HomeDamaged(path, f"it cannot be written ({error})", "Choose another VIVA_HOME.")
    if "full" in str(error):
        return HomeDamaged(path, "the disk is full", "Make room and start again.")
    return HomeDamaged(path, f"it is not a database of the local chat ({error})", REMEDY)
