"""A real learner's log, predicted: the first 60 % of the reviews to fit on, the rest to try.

    python -m benchmarks.fitting LOG.csv

LOG.csv has the columns card_id, review_rating, review_time (UTC), review_duration: the log of
py-fsrs's own tests, 12,580 reviews of one learner. Counted are reviews on a later study day than
the card's last one. The bar is a log loss of .435 after the fit.
"""

from __future__ import annotations

import csv
import math
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bot.study.fitting import fit, fitted, log_loss, predictions
from bot.study.rating import Rating
from bot.study.review import Review
from bot.study.scheduler import DEFAULT_PARAMETERS
from bot.study.study_day import study_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.study.fitting import Predicted

BAR = 0.435


def read_log(path: Path, zone: ZoneInfo) -> list[Review]:
    """The reviews in the order they were made, dated by study day."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["review_time"])
    return [
        Review(
            int(row["card_id"]),
            study_day(datetime.fromisoformat(row["review_time"]), zone),
            Rating(int(row["review_rating"])),
        )
        for row in rows
    ]


@click.command()
@click.argument("log", type=click.Path(exists=True, path_type=Path))
@click.option("--zone", default="UTC", show_default=True, help="Where the learner lives.")
def main(log: Path, zone: str) -> None:
    """Print log loss, calibration and the time of the fit; fails above the bar."""
    reviews = read_log(log, ZoneInfo(zone))
    since = reviews[int(len(reviews) * 0.6)].day
    first = [review for review in reviews if review.day < since]
    began = time.perf_counter()
    parameters = fitted(first)
    took = time.perf_counter() - began
    assert parameters is not None
    click.echo(f"{len(reviews):,} reviews, fitted on {len(first):,} in {took:.2f} s")
    recalled = [one.recalled for one in predictions(first, DEFAULT_PARAMETERS)]
    share = sum(recalled) / len(recalled)
    tried = [one for one in predictions(reviews, DEFAULT_PARAMETERS) if one.day >= since]
    constant = -sum(math.log(share if one.recalled else 1 - share) for one in tried) / len(tried)
    click.echo(f"constant {share:.3f}: log loss {constant:.4f} on {len(tried):,} reviews")
    losses = []
    for name, used in (("default", DEFAULT_PARAMETERS), ("fitted", parameters)):
        predicted = [one for one in predictions(reviews, used) if one.day >= since]
        losses.append(log_loss(predicted))
        click.echo(
            f"{name}: log loss {losses[-1]:.4f}, error of calibration {_rmse(predicted):.4f}"
        )
    kept = fit(reviews)
    assert kept is not None
    click.echo(f"refit on all: kept {kept.kept}, {kept.loss_before:.4f} -> {kept.loss:.4f}")
    click.echo(f"parameters: {', '.join(f'{one:.4f}' for one in parameters)}")
    raise SystemExit(losses[-1] > BAR)


def _rmse(predicted: Sequence[Predicted]) -> float:
    """The root mean square of predicted minus true recall, over twenty bins of the prediction."""
    bins: dict[int, list[Predicted]] = {}
    for one in predicted:
        bins.setdefault(int(one.recall * 20), []).append(one)
    squares = [
        len(inside) * (sum(o.recall - o.recalled for o in inside) / len(inside)) ** 2
        for inside in bins.values()
    ]
    return math.sqrt(sum(squares) / len(predicted))


if __name__ == "__main__":
    main()
