"""The sender and Telegram's refusals, on a local server whose faults are switched on."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot

from bot.chat.known_files import KnownFiles
from bot.chat.making import MadeFile
from bot.chat.replica import Replica
from bot.chat.replies import (
    Button,
    Delete,
    Edit,
    EditButtons,
    Made,
    Message,
    Photo,
    Poll,
    Text,
    messages,
)
from bot.chat.sending import (
    Blocked,
    Fate,
    Held,
    Later,
    Migrated,
    Sender,
    Sent,
    Unknown,
)
from bot.chat.styled import Span, Style, Styled, bold, expandable, link, plain, pre
from bot.local.faults import Faults
from bot.local.server import LocalServer
from tests.conftest import PIXEL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.local.people import Person
    from bot.storage.database import Database
    from tests.conftest import Message as Shown

BUTTONS = ((Button("One", "a:l"), Button("Two", "a:k")),)


class Line:
    """A sender, and the person at the other end."""

    def __init__(
        self,
        server: LocalServer,
        bot: Bot,
        person: Person,
        database: Database,
        message: type[Shown],
    ) -> None:
        self.server = server
        self._message = message
        self.person = person
        replica = Replica(bot, database, secrets.randbits(62), utc_now, b"secret", random.Random(1))
        self.sender = Sender(bot, KnownFiles(replica))

    async def send(self, *replies: Message, made: MadeFile | None = None) -> list[Fate]:
        return [
            await self.sender.send(self.person.id, message, made)
            for reply in replies
            for message in messages(reply)
        ]

    def fail(self, **faults: object) -> None:
        self.server.switchboard.set_faults(Faults.model_validate(faults))

    @property
    def texts(self) -> list[str]:
        return [m.get("text", m.get("caption", "")) for m in self.sent]

    @property
    def last(self) -> Shown:
        return self._message(self.sent[-1])

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [m for m in self.person.chat() if m["outgoing"]]


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def line(tmp_path: Path, database: Database, message: type[Shown]) -> AsyncIterator[Line]:
    async with LocalServer(tmp_path, port=0) as server:
        bot = Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)
        async with bot:
            person = server.person("Ada")
            person.says("/start")
            yield Line(server, bot, person, database, message)


async def test_a_text_arrives_with_its_styles_and_buttons(line: Line) -> None:
    content = "🐝 " + bold("a<b>&") + "\n" + expandable("folded " + bold("in")) + "\n"
    content = content + pre("x = 1", "python") + link("more", "https://bees.example/")
    await line.send(Text(content, BUTTONS))
    assert line.last.text == content.text
    assert line.last.styled("bold") == ["a<b>&", "in"]
    assert line.last.styled("expandable_blockquote") == ["folded in"]
    assert line.last.styled("pre") == ["x = 1"]
    assert line.last.styled("text_link") == ["more"]
    assert line.last.labels == ["One", "Two"]


async def test_a_long_text_is_split_and_has_its_buttons_at_the_end(line: Line) -> None:
    await line.send(Text(plain("\n\n".join(f"{n} " + "word " * 200 for n in range(9))), BUTTONS))
    assert len(line.texts) == 3
    assert all(len(text) <= 4096 for text in line.texts)
    assert line.last.labels == ["One", "Two"]


async def test_an_edit_replaces_the_message(line: Line) -> None:
    await line.send(Text(plain("before"), BUTTONS))
    await line.send(Edit(line.last.id, plain("after")))
    await line.send(Edit(line.last.id, plain("after")))  # not modified: fine
    assert line.texts == ["after"]
    assert line.last.labels == []


async def test_where_the_message_is_gone_an_edit_is_a_new_one(line: Line) -> None:
    await line.send(Edit(987, plain("after"), BUTTONS), EditButtons(987))
    assert line.texts == ["after"]
    assert line.last.labels == ["One", "Two"]


async def test_buttons_can_go_by_themselves(line: Line) -> None:
    await line.send(Text(plain("a"), BUTTONS))
    await line.send(EditButtons(line.last.id))
    assert (line.last.text, line.last.labels) == ("a", [])


async def test_a_message_goes_from_the_chat_and_one_that_is_gone_is_no_fault(line: Line) -> None:
    await line.send(Text(plain("a")), Text(plain("b")))
    gone = Delete(line.last.id)
    assert await line.send(gone, gone) == [Sent(), Sent()]
    assert line.texts == ["a"]


async def test_a_picture_that_is_missing_leaves_its_caption(line: Line, tmp_path: Path) -> None:
    await line.send(Photo(tmp_path / "missing.png", plain("A bee")))
    assert line.texts == ["A bee"]


async def test_a_press_that_is_acknowledged_late_is_no_fault(line: Line) -> None:
    await line.sender.acknowledge("not one of ours", "late")


async def test_entities_that_are_refused_are_left_out(line: Line) -> None:
    await line.send(Text(Styled("abc", (Span(0, 3, Style.LINK, "no address at all"),))))
    assert line.texts == ["abc"]


async def test_a_429_says_how_long_all_have_to_wait(line: Line) -> None:
    line.fail(failure="429", retry_after=7, times=1)
    assert await line.send(Text(plain("patience"))) == [Held(7.0)]
    assert line.texts == []


@pytest.mark.parametrize("failure", ["cut-before", "cut-after", "500", "502"])
async def test_what_may_have_arrived_is_told_apart(line: Line, failure: str) -> None:
    line.fail(failure=failure, times=1)
    [fate] = await line.send(Text(plain("once")))
    assert isinstance(fate, Unknown)
    assert line.texts == (["once"] if failure == "cut-after" else [])


async def test_without_a_server_it_certainly_did_not_arrive(
    tmp_path: Path, database: Database, message: type[Shown]
) -> None:
    async with LocalServer(tmp_path, port=0) as server:
        bot = Bot(server.token, base_url=server.base_url)
        await bot.initialize()
        line = Line(server, bot, server.person("Ada"), database, message)
    [fate] = await line.send(Text(plain("nobody there")))
    assert isinstance(fate, Later)
    await bot.shutdown()


async def test_a_learner_who_blocked_the_bot_is_reported(line: Line) -> None:
    line.person.blocks()
    [fate] = await line.send(Text(plain("a")))
    assert fate == Blocked("Forbidden: bot was blocked by the user")
    assert line.texts == []


async def test_a_chat_that_is_gone_is_like_one_that_is_blocked(line: Line) -> None:
    fate = await line.sender.send(987, Text(plain("a")))
    assert fate == Blocked("Chat not found")


async def test_a_group_that_moved_is_told_with_its_new_id(line: Line) -> None:
    line.fail(migrated={line.person.id: -1001})
    assert await line.send(Text(plain("a"))) == [Migrated(-1001)]


async def test_a_picture_is_uploaded_once(line: Line, tmp_path: Path) -> None:
    picture = tmp_path / "bee.png"
    picture.write_bytes(PIXEL)
    await line.send(Photo(picture, plain("A bee")), Photo(picture, plain("Again")))
    first, second = (m["photo"][-1]["file_id"] for m in line.sent)
    assert first == second
    assert line.texts == ["A bee", "Again"]


async def test_a_picture_whose_id_went_stale_is_uploaded_again(line: Line, tmp_path: Path) -> None:
    picture = tmp_path / "bee.png"
    picture.write_bytes(PIXEL)
    await line.send(Photo(picture, plain("A bee")))
    line.server.switchboard.files.forget(line.sent[-1]["photo"][-1]["file_id"])
    assert all(isinstance(f, Sent) for f in await line.send(Photo(picture, plain("Again"))))
    assert line.texts == ["A bee", "Again"]


async def test_a_made_file_is_sent_and_one_that_was_not_made_leaves_its_text(line: Line) -> None:
    export = Made("export", plain("All of it"), plain("Could not be made"))
    await line.send(export, made=MadeFile("all.json", b"{}", personal=True))
    assert line.sent[-1]["document"]["file_name"] == "all.json"
    await line.send(export)
    assert line.texts == ["All of it", "Could not be made"]


async def test_a_note_too_large_for_one_is_uploaded_each_time(line: Line) -> None:
    made = MadeFile("voice.ogg", b"OggS" + bytes(1_000_001), kind="voice", seconds=300)
    note = Made("words", kind="voice", instead=plain("in place of it"))
    for _ in range(2):
        [fate] = await line.send(note, made=made)
        assert isinstance(fate, Sent)
    assert [sorted({"voice", "document"} & m.keys()) for m in line.sent] == [["document"]] * 2


def quiz() -> Poll:
    instead = Text(plain("A or B?"))
    return Poll("A or B?", ("A", "B"), (0,), "", 1, instead, heard="A or B?")


async def test_a_quiz_carries_its_sound_which_is_uploaded_once(line: Line) -> None:
    content = b"\0\0\0\x20ftypM4A " + bytes(200)
    sound = MadeFile("question.m4a", content, kind="audio", seconds=3, title="The question")
    for _ in range(2):
        [fate] = await line.send(quiz(), made=sound)
        assert isinstance(fate, Sent)
        assert fate.poll
        assert not fate.silent
    first, second = (m["poll"]["media"]["audio"] for m in line.sent)
    assert first["file_id"] == second["file_id"]
    assert (first["duration"], first["title"]) == (3, "The question")


async def test_a_quiz_whose_sound_is_refused_goes_without(line: Line) -> None:
    [fate] = await line.send(quiz(), made=MadeFile("question.m4a", b"", kind="audio", seconds=3))
    assert isinstance(fate, Sent)
    assert fate.silent
    assert "media" not in line.sent[-1]["poll"]
