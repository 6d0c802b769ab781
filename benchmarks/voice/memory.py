"""The memory of the whole bot after a lesson was listened to and while voice notes come in."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from benchmarks.voice.report import Row, at_most, noted
from benchmarks.voice.stage import ROOT, the_course
from bot.speech.narrating import Narrator
from bot.speech.speakable import of_words
from bot.speech.voices import HibariVoice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["measure"]

QUESTIONS: Final = (
    "What did AlexNet do in the ImageNet contest?",
    "Who was Frank Rosenblatt?",
    "What was MYCIN used for?",
    "How did AlphaGo beat Lee Sedol?",
)
SECTIONS: Final = 3
PATIENCE: Final = 600
"""Seconds for an answer: the index of the course is built before the first."""


async def measure(small: bool) -> list[Row]:
    """A tutor with the chat page, as `viva run` starts it, and one learner. Linux only."""
    course = the_course()
    narrator = Narrator((HibariVoice(),))
    notes = [
        (await narrator.narrate(of_words(each, course))).content
        for each in QUESTIONS[: 2 if small else None]
    ]
    await narrator.close()
    return await asyncio.to_thread(_visited, notes)


def _visited(notes: Sequence[bytes]) -> list[Row]:
    """A first start, which builds the index, and a second one that finds it, and no recording."""
    with tempfile.TemporaryDirectory() as index:
        first, (texts, listened, most, own) = _start(index, notes), _start(index, notes)
    return [
        noted("MiB after a question by text", texts),
        noted("MiB after sections were listened to", listened),
        at_most(f"MiB while {len(notes)} voice notes were answered, at most", most, 1024),
        noted("of that without the pages of files", own),
        at_most("MiB at most, after a start that built the index", first[2], 1024),
    ]


def _start(index: str, notes: Sequence[bytes]) -> tuple[float, float, float, float]:
    viva, port = Path(sys.executable).with_name("viva"), _free_port()
    with tempfile.TemporaryDirectory() as home:
        tutor = subprocess.Popen(
            [viva, "run", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "VIVA_HOME": home, "VIVA_INDEX": index},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return _used(tutor.pid, f"http://127.0.0.1:{port}", notes)
        finally:
            tutor.terminate()
            tutor.wait()


def _used(pid: int, page: str, notes: Sequence[bytes]) -> tuple[float, float, float, float]:
    """MiB after texts, after listening, and at most while voice notes are answered, in two ways."""
    with httpx.Client(base_url=page, timeout=30, headers={"Origin": page}) as web:
        _wait(lambda: _opens(web))
        state = web.get("/page/state").json()
        bot, person = state["bots"][0]["id"], state["people"][0]["id"]
        chat = f"/page/{bot}/chats/{person}"
        seen: list[tuple[float, float]] = []

        def count(sign: str) -> int:
            """Messages that have it: a key of theirs, or words of their text."""
            found = web.get(chat).json()["messages"]
            return sum(sign in message or sign in str(message.get("text")) for message in found)

        def wait(sign: str, least: int) -> None:
            def done() -> bool:
                seen.append((_memory(pid), _memory(pid, "Pss_Anon")))
                return count(sign) >= least

            _wait(done)

        def say(text: str, sign: str, more: int) -> None:
            least = count(sign) + more
            web.post(f"{chat}/messages", json={"text": text})
            wait(sign, least)

        say("/start", "message_id", 2)
        say("What did AlexNet do?", "message_id", 2)
        texts = _memory(pid)
        for _ in range(SECTIONS):
            say("/listen", "voice", 1)
        listened = _memory(pid)
        seen.clear()
        for note in notes:
            least = count("I heard") + 1
            web.post(
                f"{chat}/voices",
                params={"duration": 3},
                content=note,
                headers={"Content-Type": "audio/ogg"},
            )
            wait("I heard", least)
        return texts, listened, max(seen)[0], max(own for _, own in seen)


def _wait(done: Callable[[], bool]) -> None:
    within = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > within:
            raise TimeoutError("the tutor gives no answer")
        time.sleep(0.1)


def _opens(web: httpx.Client) -> bool:
    try:
        return web.get("/").is_success
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _memory(pid: int, kind: str = "Pss") -> float:
    """MiB of the process and all that it started; what several of them share is counted once.

    "Pss" is all of it. "Pss_Anon" leaves out the pages of files, mostly the code of libraries,
    which the system drops when memory is short and reads again.
    """
    process = Path(f"/proc/{pid}")
    kept = re.search(rf"^{kind}:\s+(\d+)", (process / "smaps_rollup").read_text(), re.MULTILINE)
    children = (process / "task" / str(pid) / "children").read_text().split()
    own = int(kept[1]) / 1024 if kept else 0.0
    return own + sum(_memory(int(child), kind) for child in children)
