"""Draws all the pictures into the course's folder: `make pictures`."""

from __future__ import annotations

from pathlib import Path

import click

from drawings.pictures import PICTURES

COURSE = Path(__file__).parents[1] / "lessons" / "ai-history"


@click.command()
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=COURSE,
    help="Another folder than the course's.",
)
def main(into: Path) -> None:
    """Draw every picture; the same releases of the libraries give the same bytes."""
    for name, draw in PICTURES.items():
        picture = draw()
        (into / name).write_bytes(picture)
        click.echo(f"{name}: {len(picture) / 1000:.0f} kB")


main()
