"""The platform between people and bots: chats, messages, presses, and who is told about them.

Both sides act through it: bots by `methods/`, people by the page or by `Person`. It raises
`ApiError` with Telegram's own texts.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.local.entities import TEXT_LENGTH, formatted
from bot.local.errors import ApiError, bad_request
from bot.local.faults import Faults, Flood
from bot.local.keyboards import uses
from bot.local.offers import Offers
from bot.local.polling import Polling
from bot.local.polls import answer, as_told, check_vote, counted, veiled
from bot.local.sounds import about_sound, as_kind, file_fields, kind_of_attachment
from bot.local.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from bot.local.files import Files
    from bot.local.record import Sent
    from bot.local.spec import Upload
    from bot.local.store import JSON, Store

HISTORY = 500  # messages that the page shows
QUERY_SECONDS = 15  # a press must be answered within these
DELETE_SECONDS = 48 * 3600
SELDOM = {"chat_member", "message_reaction", "message_reaction_count"}  # only when asked for
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
MIGRATED = "group chat was upgraded to a supergroup chat"


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that may call: the part of its token before the colon is its id."""

    token: str = field(repr=False)
    first_name: str

    @property
    def id(self) -> int:
        """Its user id."""
        return int(self.token.partition(":")[0])

    @property
    def username(self) -> str:
        """Its name in addresses: ends in "bot", as Telegram wants it."""
        letters = "".join(c for c in self.first_name if c.isascii() and c.isalnum())
        return f"{letters or 'local'}_{self.id}_bot"


class Switchboard:
    """One platform. `clock` is the machine's."""

    def __init__(self, store: Store, files: Files, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.files = files
        self._clock = clock
        self.polling = Polling(store, self.now)
        self.webhooks = Webhooks(self)
        self.offers = Offers(lambda event: self._tell(None, event))
        self.faults = Faults()
        self.flood = Flood()
        self.record: list[Sent] | None = None
        self._listeners: list[tuple[int, asyncio.Queue[JSON | None]]] = []

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self._clock().timestamp())

    # Who is who.

    def person(self, person_id: int) -> JSON:
        """A person as a User object."""
        row = self.store.person(person_id)
        if not row:
            raise bad_request("chat not found")
        return {"id": row[0], "is_bot": False, "first_name": row[1], "language_code": row[2]}

    def chat(self, person_id: int) -> JSON:
        """The private chat with a person, as a Chat object."""
        person = self.person(person_id)
        return {"id": person_id, "type": "private", "first_name": person["first_name"]}

    def user(self, bot: Bot) -> JSON:
        """A bot as a User object."""
        name = self.store.setting(bot.id, "name:") or bot.first_name
        return {"id": bot.id, "is_bot": True, "first_name": name, "username": bot.username}

    def reachable(self, bot: Bot, chat_id: int | str) -> int:
        """The person behind a chat id, if the bot may write there."""
        if isinstance(chat_id, str):
            raise bad_request("chat not found")
        if moved := self.faults.migrated.get(chat_id):
            raise ApiError(400, f"Bad Request: {MIGRATED}", migrate_to_chat_id=moved)
        self.person(chat_id)
        blocked = self.store.blocked(bot.id, chat_id)
        if blocked is None:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat_id

    # What a bot does.

    def send(
        self, bot: Bot, chat_id: int, content: JSON, markup: JSON | None, reply: JSON | None
    ) -> JSON:
        """A new message of a bot. `content`: the fields that make it a text, a photo …"""
        body = {"date": self.now(), "from": self.user(bot), "chat": self.chat(chat_id), **content}
        body |= self._reply(bot, chat_id, reply) if reply else {}
        if markup and "inline_keyboard" in markup:
            body["reply_markup"] = markup
        elif markup:
            self._set_keyboard(bot, chat_id, markup if "keyboard" in markup else None)
        message_id = self.store.add_message(bot.id, chat_id, True, body)
        message = {"message_id": message_id, **body}
        self._tell(bot.id, {"kind": "message", "chat": chat_id, "message": self._shown(message)})
        return message

    def keyboard(self, bot: Bot, person_id: int) -> JSON | None:
        """The reply keyboard of a chat, and whether a one-time one was "used"."""
        found: JSON | None = self.store.setting(bot.id, f"keyboard:{person_id}")
        return found

    def _set_keyboard(self, bot: Bot, person_id: int, keyboard: JSON | None) -> None:
        self.store.put(bot.id, f"keyboard:{person_id}", keyboard)
        self._tell(bot.id, {"kind": "keyboard", "chat": person_id, "keyboard": keyboard})

    def _reply(self, bot: Bot, chat_id: int, reply: JSON) -> JSON:
        """The fields that tell what a message replies to."""
        if reply.get("chat_id", chat_id) != chat_id:
            raise bad_request("message to be replied not found")
        found = self.store.message(bot.id, chat_id, reply["message_id"])
        if not found:
            if reply.get("allow_sending_without_reply"):
                return {}
            raise bad_request("message to be replied not found")
        body = {key: value for key, value in found[1].items() if key != "reply_to_message"}
        answer = {"reply_to_message": {"message_id": reply["message_id"], **body}}
        if "quote" in reply:
            answer["quote"] = quoted(reply, body.get("text") or body.get("caption", ""))
        return answer

    def edit(self, bot: Bot, chat_id: int, message_id: int, change: Callable[[JSON], None]) -> JSON:
        """Changes the body of a bot's own message."""
        found = self.store.message(bot.id, chat_id, message_id)
        if not found:
            raise bad_request("message to edit not found")
        outgoing, body = found
        if not outgoing:
            raise bad_request("message can't be edited")
        before = json.dumps(body, sort_keys=True)
        change(body)
        if json.dumps(body, sort_keys=True) == before:
            raise bad_request(NOT_MODIFIED)
        body["edit_date"] = self.now()
        self.store.set_message(message_id, body)
        message = {"message_id": message_id, **body}
        self._tell(bot.id, {"kind": "edited", "chat": chat_id, "message": self._shown(message)})
        return message

    def stop_poll(self, bot: Bot, chat_id: int, message_id: int, markup: JSON | None) -> JSON:
        """Ends a bot's own poll, with another keyboard or none under it."""
        found = self.store.message(bot.id, chat_id, message_id)
        if not found:
            raise bad_request("message with poll to stop not found")
        outgoing, body = found
        if "poll" not in body:
            raise bad_request("message is not a poll")
        if not outgoing:
            raise bad_request("poll can't be stopped")
        if body["poll"]["is_closed"]:
            raise bad_request("poll has already been closed")
        body.pop("reply_markup", None)
        body |= {"reply_markup": markup} if markup else {}
        poll: JSON = {**body["poll"], "is_closed": True}
        self._set_poll(bot, chat_id, message_id, {**body, "poll": poll})
        self.polling.news(bot.id)
        return as_told(poll)

    def _set_poll(self, bot: Bot, person_id: int, message_id: int, body: JSON) -> None:
        self.store.set_message(message_id, body)
        self._update(bot, person_id, "poll", as_told(body["poll"]))
        message = self._shown({"message_id": message_id, **body})
        self._tell(bot.id, {"kind": "poll", "chat": person_id, "message": message})

    def delete(self, bot: Bot, chat_id: int, message_id: int) -> None:
        """Takes a message away, on both sides, if it is younger than 48 hours."""
        found = self.store.message(bot.id, chat_id, message_id)
        if not found:
            raise bad_request("message to delete not found")
        if found[1]["date"] < self.now() - DELETE_SECONDS:
            raise bad_request("message can't be deleted")
        self.store.delete_message(message_id)
        self._tell(bot.id, {"kind": "deleted", "chat": chat_id, "message_id": message_id})

    def act(self, bot: Bot, chat_id: int, action: str) -> None:
        """Shows what the bot is doing, for five seconds or until its next message."""
        self._tell(bot.id, {"kind": "action", "chat": chat_id, "action": action})

    def answer(self, bot: Bot, query_id: str, answer: JSON) -> None:
        """Answers a press. Each is answered once, and soon."""
        number = int(query_id) if query_id.isdecimal() and len(query_id) < 19 else 0  # 64 bits
        person = self.store.answer_query(bot.id, number, self.now() - QUERY_SECONDS)
        if person is None:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        self._tell(bot.id, {"kind": "answer", "chat": person, "query_id": query_id, **answer})

    def profile_changed(self, bot: Bot) -> None:
        """Its name, texts, commands or menu button are new."""
        self._tell(bot.id, {"kind": "profile"})

    # What a person does.

    def add_person(self, first_name: str, language: str = "en") -> JSON:
        """Someone new."""
        name = " ".join(first_name.split())[:64]
        if not name:
            raise bad_request("a person needs a name")
        person = self.person(self.store.add_person(name, language))
        self._tell(None, {"kind": "person", "person": person})
        return person

    def say(self, bot: Bot, person_id: int, text: str, reply_to: int | None = None) -> list[JSON]:
        """A person's text, as one message or, being long, as several, like Telegram's own apps."""
        pieces = [text[at : at + TEXT_LENGTH] for at in range(0, len(text), TEXT_LENGTH)]
        plain = [formatted(piece) for piece in pieces]
        if not any(words for words, _ in plain):
            raise bad_request("message text is empty")
        contents = [
            {"text": words, **({"entities": entities} if entities else {})}
            for words, entities in plain
            if words
        ]
        return self._bring(bot, person_id, contents, reply_to)

    def share_location(self, bot: Bot, person_id: int, latitude: float, longitude: float) -> JSON:
        """A person shows where they are, in degrees."""
        location = {"latitude": latitude, "longitude": longitude}
        return self._bring(bot, person_id, [{"location": location}], None)[0]

    async def send_voice(
        self, bot: Bot, person_id: int, voice: Upload, duration: int, reply_to: int | None = None
    ) -> JSON:
        """A person's voice note, as the device recorded it; `duration` in seconds."""
        return await self._share(bot, person_id, "voice", voice, duration, reply_to)

    async def attach(
        self, bot: Bot, person_id: int, file: Upload, duration: int, reply_to: int | None = None
    ) -> JSON:
        """A person's file. What it is sent as its bytes tell; `duration` is that of a sound."""
        kind = kind_of_attachment(file)
        return await self._share(bot, person_id, kind, file, duration, reply_to)

    async def _share(
        self, bot: Bot, person_id: int, kind: str, upload: Upload, duration: int, to: int | None
    ) -> JSON:
        file = await self.files.keep(bot.id, kind, as_kind(kind, upload), about_sound(duration))
        return self._bring(bot, person_id, [file_fields(file)], to)[0]

    def _bring(
        self, bot: Bot, person_id: int, contents: Sequence[JSON], reply_to: int | None
    ) -> list[JSON]:
        """A person's messages to a bot. The first ones begin the chat."""
        person, chat = self.person(person_id), self.chat(person_id)
        if self.store.blocked(bot.id, person_id):
            raise bad_request("unblock the bot first")
        sent = []
        with self.store.transaction():
            if self.store.blocked(bot.id, person_id) is None:
                self.store.set_blocked(bot.id, person_id, False)
            for content in contents:
                body = {"date": self.now(), "from": person, "chat": chat, **content}
                body |= self._reply(bot, person_id, {"message_id": reply_to}) if reply_to else {}
                sent.append(self._receive(bot, person_id, body))
        self.polling.news(bot.id)
        return sent

    def _receive(self, bot: Bot, person_id: int, body: JSON) -> JSON:
        keyboard = self.keyboard(bot, person_id)
        if keyboard and keyboard.get("one_time_keyboard") and uses(keyboard, body):
            self._set_keyboard(bot, person_id, {**keyboard, "used": True})
        message_id = self.store.add_message(bot.id, person_id, False, body)
        message = {"message_id": message_id, **body}
        waits = self._update(bot, person_id, "message", message, message_id)
        read = {**self._shown(message, False), "read": not waits}
        self._tell(bot.id, {"kind": "message", "chat": person_id, "message": read})
        return message

    def press(self, bot: Bot, person_id: int, message_id: int, data: str) -> str:
        """A press of a button, as a query that the bot must answer.

        The data need not be in the message any more: a real app may press what was just edited
        away, too.
        """
        found = self.store.message(bot.id, person_id, message_id)
        if not found or not found[0]:
            raise bad_request("message not found")
        if self.store.blocked(bot.id, person_id):
            raise bad_request("unblock the bot first")
        query_id = str(self.store.add_query(bot.id, self.now(), person_id))
        query = {
            "id": query_id,
            "from": self.person(person_id),
            "message": {"message_id": message_id, **found[1]},
            "chat_instance": f"{bot.id}-{person_id}",
            "data": data,
        }
        self._update(bot, person_id, "callback_query", query)
        self.polling.news(bot.id)
        return query_id

    def vote(self, bot: Bot, person_id: int, message_id: int, chosen: Sequence[int]) -> None:
        """A person chooses options of a poll, by their numbers from 0; none takes a vote back."""
        found = self.store.message(bot.id, person_id, message_id)
        if not found or "poll" not in found[1]:
            raise bad_request("message with poll not found")
        if self.store.blocked(bot.id, person_id):
            raise bad_request("unblock the bot first")
        body, chosen = found[1], sorted(set(chosen))
        before = self.store.chosen(body["poll"]["id"])
        check_vote(body["poll"], before, chosen)
        if chosen == before:
            return
        poll = counted(body["poll"], chosen)
        with self.store.transaction():
            self.store.vote(poll["id"], chosen)
            if not poll["is_anonymous"]:
                vote = answer(poll, self.person(person_id), chosen)
                self._update(bot, person_id, "poll_answer", vote)
            self._set_poll(bot, person_id, message_id, {**body, "poll": poll})
        self.polling.news(bot.id)

    def set_blocked(self, bot: Bot, person_id: int, blocked: bool) -> None:
        """A person blocks the bot, or lets it in again."""
        person = self.person(person_id)
        if bool(self.store.blocked(bot.id, person_id)) == blocked:
            return
        self.store.set_blocked(bot.id, person_id, blocked)
        member: JSON = {"status": "member", "user": self.user(bot)}
        kicked = {"status": "kicked", "user": self.user(bot), "until_date": 0}
        change = {
            "chat": self.chat(person_id),
            "from": person,
            "date": self.now(),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        self._update(bot, person_id, "my_chat_member", change)
        self.polling.news(bot.id)
        self._tell(bot.id, {"kind": "blocked", "chat": person_id, "blocked": blocked})

    def history(self, bot: Bot, person_id: int) -> list[JSON]:
        """The last messages of a chat as the page shows them."""
        unread = self.store.unread(bot.id, person_id)
        rows = self.store.messages(bot.id, person_id, HISTORY)
        return [
            {**self._shown({"message_id": number, **body}, outgoing), "read": number not in unread}
            for number, outgoing, body in rows
        ]

    def _shown(self, message: JSON, outgoing: bool = True) -> JSON:
        """A message for the page: on which side it stands, and of a poll what is chosen."""
        seen = {**message, "outgoing": outgoing}
        if poll := message.get("poll"):
            seen["chosen"] = self.store.chosen(poll["id"])
            seen["poll"] = veiled(poll, seen["chosen"])
        if to := message.get("reply_to_message"):
            seen["reply_to_message"] = self._shown(to, to["from"]["is_bot"])
        return seen

    # Updates, and those who look on.

    def _update(
        self, bot: Bot, person_id: int, kind: str, body: JSON, message_id: int | None = None
    ) -> bool:
        """Lets an update wait for the bot, if it asked for such ones."""
        allowed = self.store.setting(bot.id, "allowed_updates")
        if kind in SELDOM if not allowed else kind not in allowed:
            return False
        self.store.add_update(bot.id, self.now(), person_id, message_id, {kind: body})
        return True

    def confirm(self, bot: Bot, offset: int) -> None:
        """Forgets what the bot has seen: ids under `offset`; below 0, all but the last few."""
        if offset < 0:
            offset = self.store.nth_last_update(bot.id, -offset)
        self._read(bot, self.store.confirm(bot.id, 0, offset))

    def delivered(self, bot: Bot, update_id: int) -> None:
        """Forgets one update that a webhook took."""
        self._read(bot, self.store.confirm(bot.id, update_id, update_id + 1))

    def _read(self, bot: Bot, messages: Iterable[tuple[int, int]]) -> None:
        latest: dict[int, int] = {}
        for person_id, message_id in messages:
            if message_id:
                latest[person_id] = max(message_id, latest.get(person_id, 0))
        for person_id, message_id in latest.items():
            self._tell(bot.id, {"kind": "read", "chat": person_id, "message_id": message_id})

    def set_faults(self, faults: Faults) -> None:
        """What goes wrong from now on. A new limit begins anew."""
        if faults.limit != self.faults.limit:
            self.flood = Flood()
        self.faults = faults
        self._tell(None, {"kind": "faults", "faults": faults.model_dump()})

    @contextmanager
    def recording(self) -> Iterator[list[Sent]]:
        """The calls that show something in a chat, as they come while the block lasts."""
        self.record = []
        try:
            yield self.record
        finally:
            self.record = None

    def _tell(self, bot_id: int | None, event: JSON) -> None:
        for listening_to, queue in self._listeners:
            if bot_id in {None, listening_to}:
                queue.put_nowait(event)

    def listen(self, bot: Bot) -> Listener:
        """What happens around a bot from now on; a context, and its events in it."""
        return Listener(bot.id, self._listeners)

    def close(self) -> None:
        """Lets go everyone who waits or listens."""
        self.polling.close()
        for _, queue in self._listeners:
            queue.put_nowait(None)


class Listener:
    """A place in the row of those who look on, while its `with` block lasts."""

    def __init__(self, bot_id: int, row: list[tuple[int, asyncio.Queue[JSON | None]]]) -> None:
        self._row = row
        self._place: tuple[int, asyncio.Queue[JSON | None]] = (bot_id, asyncio.Queue())

    def __enter__(self) -> Listener:
        self._row.append(self._place)
        return self

    def __exit__(self, *_: object) -> None:
        # By identity: two listeners to one bot have equal places otherwise.
        self._row[:] = [place for place in self._row if place is not self._place]

    async def next(self, seconds: float) -> JSON | None:
        """The next event; None when the server closes. Raises `TimeoutError`."""
        return await asyncio.wait_for(self._place[1].get(), seconds)


def quoted(reply: JSON, text: str) -> JSON:
    """The quotation of a reply, which must stand in the text letter by letter."""
    quote, entities = formatted(
        reply["quote"], reply.get("quote_parse_mode"), reply.get("quote_entities")
    )
    place = text.find(quote)
    if place < 0 or not quote:
        raise bad_request("QUOTE_TEXT_INVALID")
    position = len(text[:place].encode("utf-16-le")) // 2
    return {"text": quote, "position": position, **({"entities": entities} if entities else {})}
