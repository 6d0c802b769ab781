"""All the benchmarks, one after another: `make bench DATA=<folder>`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click


@click.command()
@click.option("--data", type=click.Path(exists=True, path_type=Path), help="Corpora to measure on.")
def main(data: Path | None) -> None:
    """Run what can be run; the corpora are not part of the project."""
    runs = [["benchmarks.latency"], ["benchmarks.study_days"], ["benchmarks.simulation"]]
    if data is not None:
        runs += [["benchmarks.fitting", str(data / "review-log.csv")]]
        runs += [["benchmarks.imported", str(data / "lesson-4.txt")]]
        runs += [["benchmarks.retrieval", str(data / "retrieval")]]
    else:
        click.echo("Without DATA=<folder>, retrieval is not measured.", err=True)
    for run in runs:
        click.echo(f"\n== {run[0]}")
        subprocess.run([sys.executable, "-m", *run], check=True)


if __name__ == "__main__":
    main()
