"""The house: imports run one way, and the README knows every command and setting."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import click

from bot.chat import monitoring
from bot.cli import main
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
CODE = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("retrieval/**/*.py")]


def test_imports_run_one_way() -> None:
    linted = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout
    assert " 0 broken" in linted.stdout


def test_every_file_says_what_it_is_for() -> None:
    assert len(CODE) > 50
    silent = [str(path.relative_to(ROOT)) for path in CODE if not _docstring(path)]
    assert silent == []


def test_help_imports_nothing_heavy() -> None:
    """So that the command answers at once, and the bot commands while the model loads."""
    heavy = ("torch", "sentence_transformers", "transformers", "faiss", "telegram", "markitdown")
    asked = f"import sys, bot.cli; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_readme_knows_every_command_and_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = main.list_commands(click.Context(main))
    variables = [str(field.validation_alias) for field in Settings.model_fields.values()]
    assert len(commands) >= 7
    assert len(variables) >= 5
    missing = [f"viva {name}" for name in commands if f"viva {name}" not in readme]
    missing += [name for name in variables if name not in readme]
    assert missing == []


def test_the_page_for_operators_knows_every_figure_and_setting() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    names = [*monitoring._NAMES, "VIVA_ALLOW", "VIVA_DATABASE_URL", "VIVA_WEBHOOK_URL"]
    assert len(names) > 10
    assert [name for name in names if name not in page] == []


def test_the_constraints_pin_exactly_and_name_no_host() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert len(pins) > 50
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9_.-]+==[\w.]+", pin)] == []


def _docstring(path: Path) -> str | None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return ast.get_docstring(tree) if tree.body else "an empty package file"
