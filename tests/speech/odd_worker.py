"""A process for the tests: it answers, dies, hangs, sleeps or prints, as it is told."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bot.speech.worker import Head, Reply, serve


def load() -> Callable[[Head, bytes], Reply]:
    return work


def work(head: Head, body: bytes) -> Reply:
    if "once" in head:  # it goes wrong the first time only
        if Path(head["once"]).exists():
            return {"pid": os.getpid()}, body
        Path(head["once"]).touch()
    match head["do"]:
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case "raise":
            raise ValueError(body.decode())
        case "print":
            print("a library says hello")
            sys.stdout.flush()
            os.write(1, b"and another one writes to the descriptor\n")
        case "sleep":
            time.sleep(head["seconds"])
    return {"pid": os.getpid()}, body


if __name__ == "__main__":
    serve(load)
