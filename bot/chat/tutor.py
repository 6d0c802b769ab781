"""The tutor on Telegram, or on any server that speaks the Bot API: puts the room together."""

from __future__ import annotations

import asyncio
import itertools
import logging
from typing import TYPE_CHECKING, Any

from telegram import BotCommand, MenuButtonCommands
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application

from bot.chat.desk import Desk
from bot.chat.lanes import Lanes
from bot.chat.polling import PAUSES, Poller
from bot.chat.routes import handlers, lane
from bot.chat.sending import Sender
from bot.chat.texts import en as texts
from bot.errors import TokenRefused, TutorError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from telegram import Bot, Update

    from bot.chat.shelf import Shelf
    from bot.storage.database import Database

__all__ = ["Tutor"]

_log = logging.getLogger(__name__)

CONNECTIONS = 16
"""More cost more time per call than they save (httpcore searches its pool)."""

DRAIN_SECONDS = 10.0


class Tutor:
    """One bot with its learners. `run` serves until it is cancelled.

    `token` must never reach a log or an error; `api` is the root of a Bot API server, None for
    Telegram's own. The shelf is open and the database migrated before `run` is called.
    """

    def __init__(
        self,
        token: str,
        database: Database,
        shelf: Shelf,
        clock: Callable[[], datetime],
        api: str | None = None,
    ) -> None:
        self._application = _application(token, api)
        self._bot: Bot = self._application.bot
        self._shelf = shelf
        self._desk = Desk(self._bot, database, shelf, Sender(self._bot), clock)
        self._application.add_handlers(list(handlers(self._desk.serve)))
        self._application.add_error_handler(self._desk.apologise)
        self._lanes = Lanes(self._application.process_update)
        self._poller = Poller(self._bot, self._take)

    async def run(self) -> None:
        """Serve. Raises TokenRefused or TokenInUse; on cancellation ends the work in hand."""
        try:
            await self._log_in()
            _log.info("Serving @%s.", self._bot.username)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._poller.run())
                tasks.create_task(self._shelf.run())
                tasks.create_task(self._introduce())
        except ExceptionGroup as group:
            raise _cause(group) from None
        finally:
            await self._lanes.drain(DRAIN_SECONDS)
            await self._poller.confirm()
            await self._application.shutdown()
            await self._bot.request.shutdown()  # which PTB leaves open when it could not log in

    async def _take(self, update: Update) -> None:
        await self._lanes.put(lane(update), update)

    async def _log_in(self) -> None:
        """Learn the bot's own name; wait for the network as long as it takes."""
        for attempt in itertools.count():
            try:
                await self._application.initialize()
                await self._bot.delete_webhook()
            except InvalidToken:
                raise TokenRefused from None  # its text holds the token
            except BadRequest:
                raise
            except NetworkError as error:
                pause = PAUSES[min(attempt, len(PAUSES) - 1)]
                _log.warning("No connection (%s). Trying again in %.1f s.", error, pause)
                await asyncio.sleep(pause)
            else:
                return

    async def _introduce(self) -> None:
        """Set what Telegram shows of the bot. The tutor works without: a failure is logged."""
        try:
            await self._set_commands(texts.COMMANDS)
            await self._describe()
            if len((await self._shelf.opened()).courses) > 1:
                await self._set_commands(texts.COMMANDS | texts.COURSE_COMMAND)
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


def _cause(group: ExceptionGroup[Exception]) -> Exception:
    """The tutor's own error in the group; the whole group when something unforeseen is in it."""
    known = group.subgroup(TutorError)
    return known.exceptions[0] if known else group


def _application(token: str, api: str | None) -> Application[Any, Any, Any, Any, Any, Any]:
    builder = Application.builder().token(token).updater(None).job_queue(None)
    builder = builder.connection_pool_size(CONNECTIONS).pool_timeout(30)
    if api is not None:
        builder = builder.base_url(f"{api}/bot").base_file_url(f"{api}/file/bot")
    return builder.build()
