"""The methods of the Bot API that this server answers: one small function each, by name.

A function takes a `Call` and the method's parameters by name. A parameter that Telegram knows and
the function does not take is refused, loudly; so is a method that no function is registered for.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.local.errors import bad_request

if TYPE_CHECKING:
    from bot.local.switchboard import Bot, Switchboard

Method = Callable[..., Any]
METHODS: dict[str, Method] = {}


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, and the platform on which the call has its effect."""

    bot: Bot
    board: Switchboard


def method(name: str) -> Callable[[Method], Method]:
    """Registers a function under a method's name."""

    def register(function: Method) -> Method:
        METHODS[name] = function
        return function

    return register


async def perform(name: str, call: Call, arguments: dict[str, Any]) -> Any:
    """The result of a method. Raises `ApiError`."""
    function = METHODS[name]
    taken = inspect.signature(function).parameters
    for argument in arguments:
        if argument not in taken:
            raise bad_request(
                f'parameter "{argument}" of method {name} is not known to the local server'
            )
    result = function(call, **arguments)
    return await result if isinstance(result, Awaitable) else result


for noun in ("callbacks", "files", "messages", "polls", "profile", "sounds", "updates"):
    importlib.import_module(f"{__name__}.{noun}")
