"""The tutor on Telegram, or on any server that speaks the Bot API: puts the room together."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from hashlib import blake2s
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot.chat.aloud import SOUND, WORDS
from bot.chat.bookbinding import BOOK, Bookbinding, bound_book
from bot.chat.daily import DAILY, daily
from bot.chat.desk import Desk
from bot.chat.door import Door
from bot.chat.ears import Ears
from bot.chat.exporting import (
    ANKI,
    EXPORT,
    REVIEWS,
    export,
    export_anki,
    export_reviews,
)
from bot.chat.housekeeping import Housekeeping
from bot.chat.inbox import Inbox
from bot.chat.known_files import KnownFiles
from bot.chat.monitoring import Monitor
from bot.chat.narrating import SECTION, narrate_section, narrate_words
from bot.chat.outbox import Outbox
from bot.chat.planner import Planner
from bot.chat.polling import ALLOWED_UPDATES, PAUSES, Poller
from bot.chat.progressing import PROGRESS, PROGRESS_WORDS, progress_picture, progress_said
from bot.chat.refitting import Refitting
from bot.chat.replica import Replica
from bot.chat.sending import Sender, seconds_of
from bot.chat.texts import en as texts
from bot.chat.webhook import Webhook, secret_of
from bot.errors import StorageError, TokenRefused, TutorError
from bot.storage import owners, pacing, preferences
from bot.storage.pacing import RATES, Rates

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from starlette.routing import BaseRoute

    from bot.chat.making import Makers
    from bot.chat.shelf import Shelf
    from bot.speech.book import Bookbinder
    from bot.speech.hearing import Listener
    from bot.speech.narrating import Narrator
    from bot.storage.database import Database

__all__ = ["Tutor"]

_log = logging.getLogger(__name__)

CONNECTIONS = 16
"""More cost more time per call than they save (httpcore searches its pool)."""

UPLOAD_SECONDS = 240.0
"""An audio book has 48 MB, on a line that may carry 2 Mbit/s."""

DRAIN_SECONDS = 8.0
"""For what is in hand when the tutor is stopped; together with the rest it stays under 10."""


class Tutor:
    """One bot with its learners. `run` serves until it is cancelled.

    `token` must never reach a log or an error; `api` is the root of a Bot API server, None for
    Telegram's own. `owner` is a random number that no other process has. With a `webhook`, the
    address that Telegram is to bring updates to, whoever runs the tutor serves its `routes`
    there. The shelf is open and the database migrated before `run` is called. Without `narrator`
    nothing is said aloud, without `binder` no audio book is made, and without `listener` no voice
    note is understood.
    """

    def __init__(
        self,
        token: str,
        database: Database,
        shelf: Shelf,
        clock: Callable[[], datetime],
        *,
        owner: int,
        dice: random.Random | None = None,
        api: str | None = None,
        webhook: str | None = None,
        door: Door | None = None,
        narrator: Narrator | None = None,
        listener: Listener | None = None,
        binder: Bookbinder | None = None,
        rates: Rates = RATES,
        lease: timedelta = owners.LEASE,
    ) -> None:
        self._bot = _bot(token, api)
        secret = blake2s(token.encode()).digest()
        dice = dice or random.Random(owner)  # noqa: S311 for shuffling options
        self._replica = Replica(self._bot, database, owner, clock, secret, dice, rates)
        self._shelf = shelf
        self._speaks = narrator is not None
        sender = Sender(self._bot, KnownFiles(self._replica))
        makers: Makers = {
            EXPORT: partial(export, self._replica),
            ANKI: partial(export_anki, self._replica, shelf),
            REVIEWS: partial(export_reviews, self._replica, shelf),
            DAILY: partial(daily, self._replica, shelf, speaks=narrator is not None),
            PROGRESS: partial(progress_picture, self._replica, shelf),
            PROGRESS_WORDS: partial(progress_said, self._replica, shelf, narrator),
            WORDS: partial(narrate_words, self._replica, shelf, narrator),
            SOUND: partial(narrate_words, self._replica, shelf, narrator, form="aac"),
            SECTION: partial(narrate_section, self._replica, shelf, narrator),
            BOOK: partial(bound_book, shelf, binder),
        }
        self._outbox = Outbox(self._replica, sender, makers)
        desk = Desk(
            self._replica,
            shelf,
            door or Door(),
            sender,
            self._outbox.news,
            ears=Ears(self._replica, listener) if listener else None,
            speaks=narrator is not None,
        )
        self._inbox = Inbox(self._replica, desk, shelf)
        self._poller = Poller(self._replica, self._inbox.news)
        self._housekeeping = Housekeeping(self._replica, self._freed, lease)
        self._binding = (
            Bookbinding(self._replica, shelf, binder, self._outbox.news) if binder else None
        )
        self._planner = Planner(self._replica, self._outbox.news)
        self._webhook_url = webhook
        self._webhook = Webhook(self._replica, secret_of(token), self._inbox.news)
        self._monitor = Monitor(self._replica, shelf, polling=webhook is None)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """What is served over HTTP: health and figures, and the webhook if there is one."""
        webhook = [self._webhook.route(_path(self._webhook_url))] if self._webhook_url else []
        return [*self._monitor.routes(), *webhook]

    async def run(self) -> None:
        """Serve. Raises TokenRefused or TokenInUse; on cancellation ends the work in hand."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(_shut, self._bot)
            await self._log_in()
            await self._replica.patiently(self._enter)
            stack.push_async_callback(self._leave)
            await self._replica.patiently(self._housekeeping.look)  # a dead leader leads no more
            _log.info("Serving @%s.", self._bot.username)
            try:
                await self._serve()
            except ExceptionGroup as group:
                raise _cause(group) from None

    async def next_day(self) -> str:
        """Move the learners' clock to the next daily message, or by a day; says when that is."""
        replica = self._replica
        async with replica.database.write() as tx:
            await pacing.lock(tx, replica.id, replica.clock())
            now = replica.clock() + await preferences.offset(tx, replica.id)
            first = await preferences.first_due(tx, replica.id)
            due = first.next_at if first else None
            then = due if due is not None and due > now else now + timedelta(days=1)
            await preferences.set_offset(tx, replica.id, then - replica.clock())
        self._planner.look()
        return texts.moved_to(then, first.zone if first else None)

    async def _serve(self) -> None:
        """What comes in is stopped first; then what is in hand ends, and its replies leave."""
        try:
            async with asyncio.TaskGroup() as outgoing:
                outgoing.create_task(self._outbox.run())
                outgoing.create_task(self._housekeeping.run())
                try:
                    async with asyncio.TaskGroup() as incoming:
                        incoming.create_task(self._intake())
                        incoming.create_task(self._inbox.run())
                        incoming.create_task(self._inbox.show_waiting())
                        incoming.create_task(self._shelf.run())
                        incoming.create_task(self._introduce())
                        incoming.create_task(self._planner.run())
                        incoming.create_task(Refitting(self._replica).run())
                        if self._binding is not None:
                            incoming.create_task(self._binding.run())
                finally:
                    self._monitor.serving = False
                    await self._inbox.drain(DRAIN_SECONDS)
        finally:
            await self._outbox.drain(DRAIN_SECONDS)
            if self._webhook_url is None:
                await self._poller.confirm()

    async def _intake(self) -> None:
        """Let updates come: by polling, unless Telegram was told at the log-in to bring them."""
        self._monitor.serving = True
        if self._webhook_url is None:
            await self._poller.run()

    async def _enter(self) -> None:
        replica = self._replica
        await owners.enter(replica.database, replica.id, replica.owner, replica.clock())

    async def _leave(self) -> None:
        """Free what could not be ended; when the store fails, the others find out by the lock."""
        replica = self._replica
        try:
            await owners.leave(replica.database, replica.owner, replica.clock())
        except StorageError as error:
            _log.warning("The store failed at the end. %s", error)

    def _freed(self) -> None:
        self._inbox.news()
        self._outbox.news()

    async def _log_in(self) -> None:
        """Learn the bot's own name; wait for the network as long as it takes."""
        for attempt in itertools.count():
            try:
                await self._bot.initialize()
                await self._say_how_updates_come()
            except InvalidToken:
                raise TokenRefused from None  # its text holds the token
            except BadRequest:
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except NetworkError as error:
                pause = PAUSES[min(attempt, len(PAUSES) - 1)]
                _log.warning("No connection (%s). Trying again in %.1f s.", error, pause)
                await asyncio.sleep(pause)
            else:
                return

    async def _say_how_updates_come(self) -> None:
        """Set the webhook, or take away one that was set before."""
        if self._webhook_url is None:
            await self._bot.delete_webhook()
            return
        await self._bot.set_webhook(
            self._webhook_url,
            allowed_updates=ALLOWED_UPDATES,
            secret_token=self._webhook.secret,
        )

    async def _introduce(self) -> None:
        """Set what Telegram shows of the bot. The tutor works without: a failure is logged."""
        try:
            commands = {
                name: said
                for name, said in texts.COMMANDS.items()
                if name != "listen" or self._speaks
            }
            await self._set_commands(commands)
            await self._describe()
            if len((await self._shelf.opened()).courses) > 1:
                await self._set_commands(commands | texts.COURSE_COMMAND)
        except TelegramError as error:
            _log.warning("The bot's menu or description could not be set: %s", error)

    async def _set_commands(self, commands: dict[str, str]) -> None:
        wanted = tuple(BotCommand(name, description) for name, description in commands.items())
        if await self._bot.get_my_commands() != wanted:
            await self._bot.set_my_commands(wanted)

    async def _describe(self) -> None:
        """Only what has changed: Telegram allows few of these calls."""
        if (await self._bot.get_my_description()).description != texts.DESCRIPTION:
            await self._bot.set_my_description(texts.DESCRIPTION)
        short = (await self._bot.get_my_short_description()).short_description
        if short != texts.SHORT_DESCRIPTION:
            await self._bot.set_my_short_description(texts.SHORT_DESCRIPTION)
        if not isinstance(await self._bot.get_chat_menu_button(), MenuButtonCommands):
            await self._bot.set_chat_menu_button(menu_button=MenuButtonCommands())


def _cause(error: Exception) -> Exception:
    """The tutor's own error in the group; the whole group when something unforeseen is in it."""
    known: Exception | None = None
    if isinstance(error, ExceptionGroup):
        known = error.subgroup(TutorError)
    while isinstance(known, ExceptionGroup):
        known = known.exceptions[0]
    return known or error


def _path(address: str) -> str:
    return urlsplit(address).path or "/"


def _bot(token: str, api: str | None) -> Bot:
    api = api or "https://api.telegram.org"
    return Bot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=CONNECTIONS, pool_timeout=30, media_write_timeout=UPLOAD_SECONDS
        ),
    )


async def _shut(bot: Bot) -> None:
    """Close the connections; PTB leaves them open when it could not log in."""
    await bot.shutdown()
    await bot.request.shutdown()
