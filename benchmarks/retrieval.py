"""Retrieval on passages with known answers, beside three named baselines in the same run.

    python -m benchmarks.retrieval DATA [--index FOLDER]

DATA holds `<corpus>_passages.jsonl`, `<corpus>_questions.jsonl` and `offtopic_<corpus>.jsonl` for
the corpora below. Every passage becomes a section of a lesson file, so that what is measured is
`Library.build` and `Library.search` as an author and a learner meet them. A hit is a chunk inside a
gold passage; ranks count distinct passages. The baselines rank the same chunks: `bm25` alone,
`dense` (cosine of the chunk) alone, and `z.6 plain+bm25`, .6 and .4 of their standard scores.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from retrieval import Library
from retrieval.search import Query, Ranking, Retriever

CORPORA = ("squad", "course")
DEPTH = 10
Row = dict[str, Any]


@click.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option("--index", type=click.Path(path_type=Path), help="Kept between runs when named.")
def main(data: Path, index: Path | None) -> None:
    """Print recall@1, recall@5, MRR@10, and how well foreign questions are told apart."""
    with tempfile.TemporaryDirectory() as folder:
        for corpus in CORPORA:
            measure(data, corpus, Path(folder), (index or Path(folder)) / f"index-{corpus}")


def measure(data: Path, corpus: str, folder: Path, index: Path) -> None:
    """Build one corpus and print its table."""
    passages = _read(data / f"{corpus}_passages.jsonl")
    sections = write_course(folder / corpus, corpus, passages)
    started = time.perf_counter()
    library = _build(folder / corpus, index, corpus)
    built = time.perf_counter() - started
    retriever = library._reader._retriever  # the baselines are parts of the same index
    questions = _read(data / f"{corpus}_questions.jsonl")
    table = Table(title=f"{corpus}: {len(passages)} passages, {len(questions)} questions")
    for column in ("ranking", "R@1", "R@5", "MRR@10"):
        table.add_column(column)
    for gold in ("gold", "support"):
        asked = [row for row in questions if row.get(gold)]
        for name, ranks in _rank_all(library, retriever, asked, sections, gold).items():
            table.add_row(f"{name} ({gold})", *_figures(ranks))
    console = Console()
    console.print(table)
    console.print(f"built in {built:.1f} s; {_off_topic(library, data, corpus, questions)}\n")


def write_course(folder: Path, corpus: str, passages: list[Row]) -> dict[str, str]:
    """Lesson files with a section a passage; returns passage ids by "lesson/section"."""
    shelf = folder / corpus
    shelf.mkdir(parents=True)
    (shelf / "course.toml").write_text(f'id = "{corpus}"\ntitle = "{corpus}"\n', encoding="utf-8")
    lessons: dict[str, list[Row]] = defaultdict(list)
    for row in passages:
        lessons[row.get("lesson_title") or row["title"]].append(row)
    places: dict[str, str] = {}
    for number, (title, rows) in enumerate(lessons.items(), 1):
        text = [_front_matter(number, title)]
        for n, row in enumerate(rows, 1):
            places[f"lesson-{number}/s{n}"] = row["id"]
            text.append(f"## {_heading(row, n)} {{#s{n}}}\n\n{_literal(row['text'])}\n")
        (shelf / f"{number:03d}.md").write_text("\n".join(text), encoding="utf-8")
    return places


def _front_matter(number: int, title: str) -> str:
    quoted = json.dumps(title, ensure_ascii=False)
    return (
        f"---\nid: lesson-{number}\nnumber: {number}\ntitle: {quoted}\nminutes: 10\n"
        "summary: '-'\nobjectives: ['-']\n---\n"
    )


def _heading(row: Row, number: int) -> str:
    return re.sub(r"[{}#`*_\[\]<>\\]", " ", row.get("section") or "").strip() or f"Part {number}"


def _literal(text: str) -> str:
    """The passage so that Markdown keeps every character of it; a line is a paragraph."""
    escaped = re.sub(r"([\\`*_{}\[\]<>()#+\-.!|~&=:])", r"\\\1", text)
    return "\n\n".join(line.strip() for line in escaped.splitlines() if line.strip())


def _build(lessons: Path, index: Path, corpus: str) -> Library:
    with Progress(transient=True) as progress:
        task = progress.add_task(f"embedding {corpus}", total=None)
        return Library.build(
            lessons, index, lambda done, total: progress.update(task, completed=done, total=total)
        )


def _rank_all(
    library: Library, retriever: Retriever, asked: list[Row], sections: dict[str, str], gold: str
) -> dict[str, list[int]]:
    ranks: dict[str, list[int]] = defaultdict(list)
    for row in track(asked, description="asking", transient=True):
        wanted = set(row[gold])
        query = Query.of(row["question"], library._embedder.embed([row["question"]])[0])
        words = retriever.lexical.scores(query.text)
        meaning = retriever._passages.scores(query.vector)
        found = library.search(row["question"], DEPTH)
        hits = [sections.get(f"{p.lesson}/{p.section}") for p in found]
        ranks["bm25"].append(_first(_by(retriever, words, sections), wanted))
        ranks["dense"].append(_first(_by(retriever, meaning, sections), wanted))
        fused = 0.6 * _standard(meaning) + 0.4 * _standard(words)
        ranks["z.6 plain+bm25"].append(_first(_by(retriever, fused, sections), wanted))
        ranks["Viva"].append(_first(hits, wanted))
    return ranks


def _standard(scores: Any) -> Any:
    return (scores - scores.mean()) / (scores.std() or 1.0)


def _by(retriever: Retriever, scores: Any, sections: dict[str, str]) -> list[str | None]:
    places = dict.fromkeys(
        f"{retriever.chunks[row].lesson}/{retriever.chunks[row].section}"
        for row in np.argsort(-scores, kind="stable")[: DEPTH * 8]
    )
    return [sections.get(place) for place in places][:DEPTH]


def _first(found: list[str | None], wanted: set[str]) -> int:
    return next((n for n, one in enumerate(found, 1) if one in wanted), DEPTH + 1)


def _figures(ranks: list[int]) -> tuple[str, str, str]:
    found = np.array(ranks)
    reciprocal = np.where(found <= DEPTH, 1 / found, 0)
    return tuple(f"{x:.3f}" for x in ((found <= 1).mean(), (found <= 5).mean(), reciprocal.mean()))  # type: ignore[return-value]


def _off_topic(library: Library, data: Path, corpus: str, questions: list[Row]) -> str:
    foreign = [row["question"] for row in _read(data / f"offtopic_{corpus}.jsonl")]
    retriever = library._reader._retriever

    def evidence(text: str) -> float:
        ranking: Ranking = retriever.rank(Query.of(text, library._embedder.embed([text])[0]))
        return ranking.evidence

    own = np.array([evidence(row["question"]) for row in questions])
    other = np.array([evidence(text) for text in foreign])
    area = (own[:, None] > other[None]).mean() + (own[:, None] == other[None]).mean() / 2
    floors = library._generation.manifest.floors[""]
    refused = (own < np.quantile(other, 0.95)).mean()
    return (
        f"off-topic AUROC {area:.3f}, {refused:.1%} falsely refused at 95 % rejection; with the "
        f"calibrated floors {(other >= floors.answer).mean():.1%} of {len(other)} foreign "
        f"questions answered, {(own < floors.none).mean():.1%} of {len(own)} own refused"
    )


def _read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
