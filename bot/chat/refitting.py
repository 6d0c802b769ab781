"""Refitting: FSRS is fitted anew to a learner's own log, when there is enough that is new in it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.storage import preferences, reviews
from bot.study.fitting import fit

if TYPE_CHECKING:
    from bot.chat.replica import Replica

__all__ = ["Refitting"]

_log = logging.getLogger(__name__)

LOOK_SECONDS = 3600.0
"""Between two looks, each of which counts the whole log."""

AGAIN_AFTER = 200
"""Reviews since the last fit."""


class Refitting:
    """Fits one learner after another, beside the talk. A fit takes a tenth of a second."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica

    async def run(self) -> None:
        """Look every hour until cancelled."""
        while True:
            fitted = await self._replica.patiently(self.refit_one)
            await asyncio.sleep(0 if fitted else LOOK_SECONDS)

    async def refit_one(self) -> bool:
        """Fit the learner who has most that is new. False when nobody has enough."""
        replica = self._replica
        async with replica.database.read() as tx:
            found = await reviews.most_since_fit(tx, replica.id, AGAIN_AFTER)
            if found is None:
                return False
            who, count = found
            log = await reviews.of(tx, who)
            before = (await preferences.find(tx, who)).parameters
        fitted = await asyncio.to_thread(fit, log, before)
        async with replica.database.write() as tx:
            values: dict[str, object] = {"fitted_at": count}
            if fitted is not None and fitted.kept:
                values["parameters"] = list(fitted.parameters)
            await preferences.change(tx, who, **values)
        kept = fitted is not None and fitted.kept
        _log.info("chat=%s refitted=%s reviews=%d", replica.alias(who.learner), kept, count)
        return True
