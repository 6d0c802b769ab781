"""All the benchmarks, one after another: `make bench DATA=<folder>`.

The folder holds `lesson-4.txt`, `review-log.csv` and `retrieval/`, or is itself that folder of
corpora; what is not there is not measured, and that is said.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click


@click.command()
@click.option("--data", type=click.Path(exists=True, path_type=Path), help="Corpora to measure on.")
def main(data: Path | None) -> None:
    """Run what can be run; the corpora are not part of the project."""
    own = ("latency", "study_days", "study_store", "simulation", "voice")
    runs = [[f"benchmarks.{name}"] for name in own]
    if data is not None:
        runs += _on(data)
    else:
        click.echo("Without DATA=<folder>, retrieval is not measured.", err=True)
    for run in runs:
        click.echo(f"\n== {run[0]}")
        subprocess.run([sys.executable, "-m", *run], check=True)


def _on(data: Path) -> list[list[str]]:
    """What can be measured on the folder."""
    lesson = data / "lesson-4.txt"
    corpora = data / "retrieval" if (data / "retrieval").is_dir() else data
    runs = []
    if lesson.is_file():
        runs.append(["benchmarks.imported", str(lesson)])
    else:
        click.echo(f"There is no {lesson}: importing is not measured.", err=True)
    log = data / "review-log.csv"
    if log.is_file():
        runs.append(["benchmarks.fitting", str(log)])
    else:
        click.echo(f"There is no {log}: fitting is not measured.", err=True)
    if any(corpora.glob("*_passages.jsonl")):
        runs.append(["benchmarks.retrieval", str(corpora)])
    else:
        click.echo(
            f"There are no *_passages.jsonl in {corpora}: ranking is not measured.", err=True
        )
    return runs


if __name__ == "__main__":
    main()
