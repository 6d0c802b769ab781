"""A person at the other end of the line, to be played by a test or a trial."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.local.spec import Upload

if TYPE_CHECKING:
    from bot.local.store import JSON
    from bot.local.switchboard import Bot, Switchboard


class Person:
    """Someone who chats with one bot.

    What the bot does is kept in its order from the moment the person is made; `sees` takes it out.
    """

    def __init__(self, board: Switchboard, bot: Bot, first_name: str, language: str = "en") -> None:
        self._board = board
        self._bot = bot
        self.id: int = board.add_person(first_name, language)["id"]
        self._listener = board.listen(bot).__enter__()

    def says(self, text: str, reply_to: int | None = None) -> JSON:
        """Writes to the bot; the message, or the last part of a very long one."""
        return self._board.say(self._bot, self.id, text, reply_to)[-1]

    def presses(self, message: JSON, label: str) -> str:
        """Presses the button of that label; the id of the query."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        data = {button["text"]: button.get("callback_data") for row in rows for button in row}
        if not data.get(label):
            raise LookupError(f"no button {label!r} among {sorted(data)}")
        return self.presses_data(message["message_id"], data[label])

    def presses_data(self, message_id: int, data: str) -> str:
        """Presses a button by its data, also one that has gone."""
        return self._board.press(self._bot, self.id, message_id, data)

    def shares_location(self, latitude: float, longitude: float) -> JSON:
        """Shows where they are, in degrees; the message."""
        return self._board.share_location(self._bot, self.id, latitude, longitude)

    async def sends_voice(
        self,
        content: bytes,
        duration: int,
        mime_type: str = "audio/ogg",
        reply_to: int | None = None,
    ) -> JSON:
        """Sends a voice note of that many seconds; the message."""
        note = Upload("voice", content, mime_type)
        return await self._board.send_voice(self._bot, self.id, note, duration, reply_to)

    async def sends_file(
        self, content: bytes, name: str, mime_type: str = "", duration: int = 0
    ) -> JSON:
        """Sends a file from the device, as voice, audio or document; the message."""
        file = Upload(name, content, mime_type or "application/octet-stream")
        return await self._board.attach(self._bot, self.id, file, duration)

    def content(self, file: JSON) -> bytes:
        """The bytes of what came with a message, as of its "voice", "audio" or "document"."""
        files = self._board.files
        return files.content(files.one(self._bot.id, file["file_id"])).read_bytes()

    def keyboard(self) -> list[list[str]]:
        """The labels on the keyboard over the field for writing, by row; none: there is none.

        A button is pressed by saying its label, or by sharing the location that it asks for.
        """
        found = self._board.keyboard(self._bot, self.id)
        if not found or found.get("used"):
            return []
        return [[button["text"] for button in row] for row in found["keyboard"]]

    def votes(self, message: JSON, *option_numbers: int) -> None:
        """Chooses options of a poll, counted from 0 as `option_ids` are; none takes a vote back."""
        self._board.vote(self._bot, self.id, message["message_id"], option_numbers)

    def blocks(self, blocked: bool = True) -> None:
        """Blocks the bot, or lets it in again."""
        self._board.set_blocked(self._bot, self.id, blocked)

    def chat(self) -> list[JSON]:
        """All messages of the chat as they stand, oldest first."""
        return self._board.history(self._bot, self.id)

    async def hears(self, seconds: float = 10) -> JSON:
        """The bot's next message. Raises `TimeoutError`."""
        while True:
            message: JSON = (await self.sees("message", seconds=seconds))["message"]
            if message["outgoing"]:
                return message

    async def sees(self, *kinds: str, seconds: float = 10) -> JSON:
        """The next event of these kinds: message, edited, poll, keyboard, deleted, action, answer,
        read."""
        async with asyncio.timeout(seconds):
            while True:
                event = await self._listener.next(seconds)
                if event is None:
                    raise ConnectionError("the local server has closed")
                if event.get("chat") == self.id and event["kind"] in kinds:
                    return event
