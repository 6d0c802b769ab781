"""Malformed updates: whatever comes in instead of an update, by the webhook and by polling."""

from __future__ import annotations

import copy
import json
import signal
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
from sqlalchemy import func, select

from benchmarks.reliability.figures import Figure, exactly, noted
from benchmarks.reliability.stage import stage
from benchmarks.reliability.updates import FIRST_ID, free_ports, ready, tutors
from benchmarks.reliability.worker import COUNTED
from bot.chat.webhook import SECRET_HEADER, secret_of
from bot.storage.tables import dead_letters, inbox

if TYPE_CHECKING:
    from sqlalchemy import URL

    from benchmarks.reliability.crew import Crew
    from benchmarks.reliability.stage import Stage

__all__ = ["by_polling", "by_webhook", "measure", "mutated"]

SETTLE_SECONDS = 300.0
ANSWER_SECONDS = 30.0

USER = {"id": 1001, "is_bot": False, "first_name": "Ada", "language_code": "en"}
CHAT = {"id": 1001, "type": "private", "first_name": "Ada"}
MESSAGE = {
    "message_id": 7, "date": 1700000000, "chat": CHAT, "from": USER, "text": "/count 1",
    "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
}  # fmt: skip
MEMBER = {"status": "member", "user": {"id": 5, "is_bot": True, "first_name": "Viva"}}
REAL: tuple[dict[str, Any], ...] = (
    {"message": MESSAGE},
    {"message": {**MESSAGE, "text": "How many eggs?", "entities": []}},
    {"message": {**MESSAGE, "text": "/start abc"}},
    {"message": {**MESSAGE, "text": "/lessons", "reply_to_message": MESSAGE}},
    {
        "callback_query": {
            "id": "9", "from": USER, "chat_instance": "1", "data": "a:l", "message": MESSAGE,
        }
    },
    {
        "my_chat_member": {
            "chat": CHAT, "from": USER, "date": 1700000000, "old_chat_member": MEMBER,
            "new_chat_member": {**MEMBER, "status": "kicked", "until_date": 0},
        }
    },
    {"edited_message": {**MESSAGE, "edit_date": 1700000001}},
)  # fmt: skip
"""Updates as Telegram sends them, but for their id."""

DEEP: Any = json.loads("[" * 200 + "]" * 200)
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, -(2**63), 2**70, 10**400, 0.5, -0.0, 1e308,
    float("nan"), float("inf"), "", " ", "x" * 5000, "\0", "a\0b", "\ud800", "\udfff\ud800x",
    "\u202e", "private", "group", "channel", "/", "/@", "/count \ud83d", "a:r:zzz:0", "a:", "🐝",
    [], {}, [[]], [None], [{}], {"": None}, {"id": "1"}, {"id": 2**70}, {"id": None}, DEEP,
    [{"type": "bot_command", "offset": -5, "length": 2**40}],
    [{"type": "\ud800", "offset": 1.5, "length": None}],
)  # fmt: skip


async def measure(server: URL | None, *, small: bool) -> list[Figure]:
    """Half of them by each way."""
    size = 50 if small else 1
    return [
        *await by_webhook(server, updates=5000 // size),
        *await by_polling(server, updates=5000 // size),
    ]


async def by_webhook(server: URL | None, *, updates: int, seed: int = 6) -> list[Figure]:
    """Bodies of any kind; some are no JSON, and some have odd ids."""
    dice = Random(seed)
    ports = free_ports(1)
    async with stage(server) as on, tutors(on, 1, webhook=True, ports=ports) as workers:
        await ready(on)
        headers = {SECRET_HEADER: secret_of(on.server.token), "content-type": "application/json"}
        address = f"http://127.0.0.1:{ports[0]}/updates"
        odd = 0
        async with httpx.AsyncClient(headers=headers, timeout=30, trust_env=False) as client:
            for number in range(updates):
                body = _body(mutated(dice), FIRST_ID + number, dice)
                odd += (await client.post(address, content=body)).status_code != httpx.codes.OK
        return [
            exactly("malformed by webhook: not taken, so brought again and again", odd),
            *await _judged("webhook", on, workers),
        ]


async def by_polling(server: URL | None, *, updates: int, seed: int = 7) -> list[Figure]:
    """Updates with good ids and anything in them."""
    dice = Random(seed)
    async with stage(server) as on, tutors(on, 1, webhook=False) as workers:
        await ready(on)
        board = on.board
        with board.store.transaction():
            for _ in range(updates):
                update = _plain(mutated(dice))
                board.store.add_update(on.bot.id, board.now(), 1001, None, update)
        board.polling.news(on.bot.id)
        return await _judged("polling", on, workers)


def mutated(dice: Random) -> dict[str, Any]:
    """A real update with one to four things wrong in it."""
    real = json.dumps(dice.choice(REAL))
    update: dict[str, Any] = json.loads(real.replace("1001", str(dice.randint(1001, 1050))))
    for _ in range(dice.randint(1, 4)):
        _spoil(update, dice)
    return update


def _plain(update: dict[str, Any]) -> dict[str, Any]:
    """Without what the local server cannot send on: lone surrogates, and numbers that are none."""
    text = json.dumps(update, ensure_ascii=False).encode("utf-8", "replace").decode()
    cleaned: dict[str, Any] = json.loads(text, parse_constant=str)
    return cleaned


def _spoil(update: dict[str, Any], dice: Random) -> None:
    """Take a way down into it, and put junk there, or take away what is there."""
    at: Any = update
    while True:
        key = dice.choice(list(at) if isinstance(at, dict) else range(len(at))) if at else None
        if key is None:
            return
        if isinstance(at[key], dict | list) and at[key] and dice.random() < 0.75:
            at = at[key]
            continue
        if isinstance(at, dict) and dice.random() < 0.25:
            del at[key]
        else:
            at[key] = copy.deepcopy(dice.choice(JUNK))
        return


def _body(update: dict[str, Any], number: int, dice: Random) -> bytes:
    """As it is posted; one in twenty is no JSON, or has no id that can be kept."""
    whole: dict[str, Any] = {"update_id": number, **update}
    chance = dice.random()
    if chance < 0.03:
        whole["update_id"] = dice.choice(JUNK[:20])
    body = json.dumps(whole).encode()
    if chance > 0.98:
        body = dice.choice(
            (
                body[: len(body) // 2],
                b"",
                b"\xff\xfe",
                b"[]",
                b"null",
                b"7",
                b"[" * 100_000,
                body[:-1],
            )
        )
    return body


async def _judged(name: str, on: Stage, workers: Crew) -> list[Figure]:
    """Whether somebody who writes after all that is answered, and nothing is left lying."""
    [person] = on.people(1)
    on.board.say(on.bot, person, "/count 42")
    await on.shown(f"{COUNTED}42", ANSWER_SECONDS + SETTLE_SECONDS)
    await on.settled(SETTLE_SECONDS)
    alive = workers.alive(0)
    await workers.end(0, signal.SIGTERM)
    async with on.database.read() as tx:
        kept = (await tx.execute(select(func.count()).select_from(inbox))).scalar_one()
        dead = (await tx.execute(select(func.count()).select_from(dead_letters))).scalar_one()
    return [
        exactly(f"malformed by {name}: crashes", int(not alive) + workers.fell),
        exactly(f"malformed by {name}: left lying", await on.open()),
        noted(f"malformed by {name}: kept", kept),
        noted(f"malformed by {name}: dead letters", dead),
    ]
