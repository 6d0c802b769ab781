from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.storage import feedback, learners, turns
from bot.storage.database import Database
from bot.storage.feedback import Feedback, Kind
from bot.storage.learners import LearnerId
from bot.storage.migrations import migrate
from bot.storage.turns import Turn

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = LearnerId(1, 10)
TOKEN = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIVA_HOME", str(tmp_path))
    return tmp_path


async def _keep_feedback(home: Path) -> None:
    database = Database(home / "viva.db")
    await migrate(database)
    async with database.write() as tx:
        await learners.meet(tx, ADA, chat=10, language=None)
        for kind, question, place in (
            (Kind.NOT_HELPFUL, "how many\neggs?", "garden/bees/colony"),
            (Kind.UNANSWERED, "rice?", "garden/tea/plant"),
            (Kind.UNANSWERED, "gearbox?", None),
        ):
            turn = await turns.add(tx, ADA, Turn(question, "none", "7", NOON))
            await feedback.add(tx, ADA, turn, Feedback(kind, question, place, NOON))
    await database.close()


def test_feedback_is_shown_by_lesson(home: Path) -> None:
    asyncio.run(_keep_feedback(home))
    shown = CliRunner().invoke(main, ["feedback"])
    assert shown.exit_code == 0
    assert shown.output.splitlines() == [
        "no lesson near",
        "  2026-11-23  unanswered   gearbox?",
        "",
        "garden/bees",
        "  2026-11-23  not helpful  how many eggs?  [colony]",
        "",
        "garden/tea",
        "  2026-11-23  unanswered   rice?  [plant]",
    ]


def test_feedback_as_json(home: Path) -> None:
    asyncio.run(_keep_feedback(home))
    lessons = json.loads(CliRunner().invoke(main, ["feedback", "--json"]).output)
    assert [(each["course"], each["lesson"]) for each in lessons] == [
        (None, None),
        ("garden", "bees"),
        ("garden", "tea"),
    ]
    assert lessons[1]["feedback"] == [
        {
            "kind": "not_helpful",
            "question": "how many\neggs?",
            "section": "colony",
            "at": "2026-11-23T12:00:00+00:00",
        }
    ]


def test_without_feedback_it_says_so(home: Path) -> None:
    assert CliRunner().invoke(main, ["feedback"]).output == "No feedback yet.\n"
    assert json.loads(CliRunner().invoke(main, ["feedback", "--json"]).output) == []


def test_wrong_settings_are_one_clear_message(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "nonsense")
    told = CliRunner().invoke(main, ["run"])
    assert told.exit_code == 1
    assert told.output.startswith("Error: The settings need mending:\n  TELEGRAM_BOT_TOKEN")
    assert "Traceback" not in told.output


async def _viva(*arguments: str, **variables: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from bot.cli import main; main()", *arguments,
        env={**os.environ, **variables},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_it_runs_until_it_is_stopped(
    home: Path, lessons: Path, index: Path, stop: signal.Signals
) -> None:
    viva = await _viva("run", "--port", "0", VIVA_LESSONS=str(lessons), VIVA_INDEX=str(index))
    assert viva.stdout is not None
    line = (await asyncio.wait_for(viva.stdout.readline(), 60)).decode()
    assert re.fullmatch(r"Viva is at http://127\.0\.0\.1:\d+  \(Ctrl\+C stops it\)\n", line)
    viva.send_signal(stop)
    out, log = await asyncio.wait_for(viva.communicate(), 60)
    assert (viva.returncode, out) == (0, b"Viva has stopped.\n")
    assert b"Traceback" not in log
    assert (home / "viva.db").exists()


async def test_a_port_in_use_is_one_clear_line(home: Path, lessons: Path, index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        viva = await _viva("run", "--port", str(port), VIVA_LESSONS=str(lessons))
        out, told = await asyncio.wait_for(viva.communicate(), 60)
    assert viva.returncode == 1
    assert out == b""
    assert told.decode() == (
        f"Error: Port {port} is in use. Stop the other program or choose another: "
        f"viva run --port {port + 1}\n"
    )


async def test_a_server_that_refuses_the_token_ends_it(
    home: Path, lessons: Path, index: Path, tmp_path: Path
) -> None:
    from bot.local.server import LocalServer

    async with LocalServer(tmp_path / "other", port=0) as server:
        viva = await _viva(
            "run", TELEGRAM_BOT_TOKEN=TOKEN, VIVA_TELEGRAM_API=server.url,
            VIVA_LESSONS=str(lessons), VIVA_INDEX=str(index),
        )  # fmt: skip
        out, told = await asyncio.wait_for(viva.communicate(), 60)
    assert viva.returncode == 1
    assert out.decode() == f"Viva answers on {server.url}  (Ctrl+C stops it)\n"
    assert "Error: Telegram does not accept TELEGRAM_BOT_TOKEN." in told.decode()
    assert TOKEN.partition(":")[2] not in told.decode()


LESSON = """\
---
id: bridges
number: 1
title: Bridges
minutes: 5
summary: The Iron Bridge was the first large bridge that was built of iron, and it stands in Shropshire.
objectives:
  - Say what the Iron Bridge is made of.
---

## The first iron bridge {#iron}

Abraham Darby, who owned a foundry, built the Iron Bridge in Shropshire in 1779. IronBridge is the name.
"""


@pytest.fixture
def bridges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    course = tmp_path / "lessons" / "bridges"
    course.mkdir(parents=True)
    (course / "course.toml").write_text('id = "bridges"\ntitle = "Bridges"\n', encoding="utf-8")
    (course / "01-iron.md").write_text(LESSON, encoding="utf-8")
    monkeypatch.setenv("VIVA_LESSONS", str(tmp_path / "lessons"))
    return course / "01-iron.questions.md"


def test_a_new_question_is_given_its_id_and_keeps_it(bridges: Path) -> None:
    question = "## In which county does the Iron Bridge stand?\n\nanswer: Shropshire\n\n> By a gorge.\n\nsentence: built the Iron Bridge in Shropshire\n"
    bridges.write_text(question, encoding="utf-8")
    before = CliRunner().invoke(main, ["check"])
    assert before.exit_code == 1
    assert "01-iron.questions.md:1: this question has no id" in before.output
    fixed = CliRunner().invoke(main, ["check", "--fix"])
    assert fixed.exit_code == 0, fixed.output
    written = bridges.read_text("utf-8")
    assert re.match(
        r"## In which county does the Iron Bridge stand\? \{#q-[0-9a-f]{6}\}\n", written
    )
    assert CliRunner().invoke(main, ["check", "--fix"]).exit_code == 0
    assert bridges.read_text("utf-8") == written


def test_drafts_are_put_below_their_mark(bridges: Path) -> None:
    made = CliRunner().invoke(main, ["draft", "bridges"])
    assert made.exit_code == 0, made.output
    assert "below the line '# Drafts'" in made.output
    text = bridges.read_text("utf-8")
    assert "# Drafts" in text
    assert "1779" in text
    assert CliRunner().invoke(main, ["check"]).exit_code == 0
    again = CliRunner().invoke(main, ["draft", "01-iron.md"])
    assert "No fact was found that is not asked already." in again.output


def test_a_lesson_that_is_not_there_is_not_drafted(bridges: Path) -> None:
    refused = CliRunner().invoke(main, ["draft", "tunnels"])
    assert refused.exit_code != 0
    assert not bridges.exists()
