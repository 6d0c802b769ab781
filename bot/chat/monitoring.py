"""Monitoring: /health for whoever restarts the tutor, /metrics for whoever watches it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot.errors import StorageError
from bot.storage import figures

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from bot.chat.replica import Replica
    from bot.chat.shelf import Shelf

__all__ = ["Monitor"]

SILENCE = timedelta(seconds=120)
"""Four long polls without an answer: Telegram is out of reach."""

LAG = timedelta(seconds=60)
"""Nobody should wait longer for an answer; also one that waits for the index to be built."""

_NAMES = {
    "viva_inbox_open": "Updates that are not handled yet.",
    "viva_inbox_lag_seconds": "Age of the oldest update that is not handled yet.",
    "viva_dead_letters": "Updates that could not be handled.",
    "viva_outbox_open": "Messages whose fate is open.",
    "viva_outbox_oldest_seconds": "Age of the oldest message that is not delivered.",
    "viva_outbox_uncertain": "Messages that may have arrived, or not.",
    "viva_outbox_failed": "Messages that could not be delivered.",
    "viva_telegram_refusals": "How often Telegram asked for a pause (429).",
    "viva_telegram_pending": "Updates that wait at Telegram.",
    "viva_replicas": "Processes of this bot that are alive.",
    "viva_daily_busiest": "Daily messages that are due at one moment.",
    "viva_daily_busiest_minutes": "How long it takes to send them.",
    "viva_index_open": "1 when questions can be answered.",
}


class Monitor:
    """Looks at the store when it is asked; keeps nothing by itself."""

    def __init__(self, replica: Replica, shelf: Shelf, *, polling: bool) -> None:
        self._replica = replica
        self._shelf = shelf
        self._polling = polling
        self.serving = False
        """Whether updates are taken: not before the log-in, nor while the tutor is stopping."""

    def routes(self) -> list[Route]:
        """For the application."""
        return [Route("/health", self.health), Route("/metrics", self.metrics)]

    async def health(self, request: Request) -> Response:
        """200 when updates are taken and answered; 503 with the reasons when they are not."""
        try:
            faults = await self._faults()
        except StorageError as error:
            faults = [str(error)]
        status = {"status": "failing" if faults else "ok", "faults": faults}
        return JSONResponse(status, status_code=503 if faults else 200)

    async def metrics(self, request: Request) -> Response:
        """The figures in Prometheus' text form."""
        try:
            values = await self._values()
        except StorageError as error:
            return Response(f"# {error}\n", status_code=503)
        registry = CollectorRegistry()
        for name, value in values.items():
            Gauge(name, _NAMES[name], registry=registry).set(value)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    async def _faults(self) -> list[str]:
        if not self.serving:
            return ["not serving"]
        replica, now = self._replica, self._replica.clock()
        async with replica.database.read() as tx:
            found = await figures.of(tx, replica.id)
        faults = []
        if self._polling and found.polled_at is not None and now - found.polled_at > SILENCE:
            faults.append("no word from Telegram")
        if found.oldest_update is not None and now - found.oldest_update > LAG:
            faults.append("updates are not handled in time")
        return faults

    async def _values(self) -> dict[str, float]:
        replica, now = self._replica, self._replica.clock()
        async with replica.database.read() as tx:
            found = await figures.of(tx, replica.id)

        def age(moment: datetime | None) -> float:
            return (now - moment) / timedelta(seconds=1) if moment else 0.0

        return {
            "viva_inbox_open": found.open_updates,
            "viva_inbox_lag_seconds": age(found.oldest_update),
            "viva_dead_letters": found.dead_letters,
            "viva_outbox_open": found.open_messages,
            "viva_outbox_oldest_seconds": age(found.oldest_message),
            "viva_outbox_uncertain": found.uncertain,
            "viva_outbox_failed": found.failed,
            "viva_telegram_refusals": found.refusals,
            "viva_telegram_pending": await self._pending(),
            "viva_replicas": found.replicas,
            "viva_daily_busiest": found.busiest,
            "viva_daily_busiest_minutes": found.busiest
            * replica.rates.between(bulk=True)
            / timedelta(minutes=1),
            "viva_index_open": float(self._shelf.catalogue is not None),
        }

    async def _pending(self) -> float:
        try:
            return (await self._replica.bot.get_webhook_info()).pending_update_count
        except TelegramError:
            return float("nan")
