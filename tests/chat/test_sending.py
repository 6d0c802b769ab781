"""The sender and Telegram's refusals, on a local server whose faults are switched on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot

from bot.chat.incoming import Incoming
from bot.chat.replies import Acknowledge, Button, Edit, EditButtons, Photo, Reply, Text
from bot.chat.sending import Sender
from bot.chat.styled import Span, Style, Styled, bold, expandable, link, plain, pre
from bot.local.faults import Faults
from bot.local.server import LocalServer
from bot.storage.learners import LearnerId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.local.people import Person
    from tests.conftest import Message

BUTTONS = ((Button("One", "a:l"), Button("Two", "a:k")),)


class Line:
    """A sender, and the person at the other end."""

    def __init__(
        self, server: LocalServer, bot: Bot, person: Person, message: type[Message]
    ) -> None:
        self.server = server
        self._message = message
        self.person = person
        self._sender = Sender(bot, pause=0.01)
        self._incoming = Incoming(1, LearnerId(bot.id, person.id), person.id, private=True)

    async def send(self, *replies: Reply) -> bool:
        return await self._sender.send(self._incoming, replies)

    def fail(self, **faults: object) -> None:
        self.server.switchboard.set_faults(Faults.model_validate(faults))

    @property
    def texts(self) -> list[str]:
        return [m.get("text", m.get("caption", "")) for m in self._sent]

    @property
    def last(self) -> Message:
        return self._message(self._sent[-1])

    @property
    def _sent(self) -> list[dict[str, Any]]:
        return [m for m in self.person.chat() if m["outgoing"]]


@pytest.fixture
async def line(tmp_path: Path, message: type[Message]) -> AsyncIterator[Line]:
    async with LocalServer(tmp_path, port=0) as server:
        bot = Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)
        async with bot:
            person = server.person("Ada")
            person.says("/start")
            yield Line(server, bot, person, message)


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


async def test_a_picture_that_is_missing_leaves_its_caption(line: Line, tmp_path: Path) -> None:
    await line.send(Photo(tmp_path / "missing.png", plain("A bee")))
    assert line.texts == ["A bee"]


async def test_a_press_is_acknowledged_once_and_late_is_no_fault(line: Line) -> None:
    await line.send(Acknowledge("for no press"))
    await line.send(Text(plain("a"), BUTTONS))
    incoming = Incoming(
        2, LearnerId(1, line.person.id), line.person.id, private=True, query="not one of ours"
    )
    assert await line._sender.send(incoming, [Acknowledge("late")])


async def test_entities_that_are_refused_are_left_out(line: Line) -> None:
    await line.send(Text(Styled("abc", (Span(0, 3, Style.LINK, "no address at all"),))))
    assert line.texts == ["abc"]


async def test_a_429_is_waited_for(line: Line) -> None:
    line.fail(failure="429", retry_after=1, times=1)
    assert await line.send(Text(plain("patience")))
    assert line.texts == ["patience"]


async def test_what_may_have_arrived_is_not_sent_twice(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    line.fail(failure="cut-after", times=1)
    assert await line.send(Text(plain("once")), Text(plain("then")))
    assert line.texts == ["once", "then"]
    assert "not known to be sent" in caplog.text
    assert "once" not in caplog.text


async def test_without_a_server_it_gives_up_in_time(
    tmp_path: Path, message: type[Message], caplog: pytest.LogCaptureFixture
) -> None:
    async with LocalServer(tmp_path, port=0) as server:
        bot = Bot(server.token, base_url=server.base_url)
        await bot.initialize()
        line = Line(server, bot, server.person("Ada"), message)
    assert await line.send(Text(plain("nobody there")))
    assert "cannot be reached" in caplog.text
    await bot.shutdown()


async def test_a_learner_who_blocked_the_bot_is_reported(line: Line) -> None:
    line.person.blocks()
    assert not await line.send(Text(plain("a")), Text(plain("b")))
    assert line.texts == []
