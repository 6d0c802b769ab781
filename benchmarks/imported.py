"""An author's real text, imported as it is and asked about.

    python -m benchmarks.imported LESSON.txt

LESSON.txt is the text of a lesson on the years 2012 to 2017 as its author has it. Twenty questions
that it answers (a hit: the first passage holds the given words) and twenty that it does not.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from retrieval import Answer, Library
from retrieval.importing import import_document, write_imported

OWN = (
    ("who made AlexNet?", ("Krizhevsky",)),
    ("what was the error rate before AlexNet came along", ("26%",)),
    ("how low did AlexNet push the error", ("15.3%",)),
    ("how much quicker were graphics cards than normal processors", ("10–50x",)),
    (
        "why are gaming GPUs good at training networks",
        ("matrix multiplication", "neural network math"),
    ),
    ("who came up with GANs", ("Goodfellow",)),
    ("what does word2vec do", ("numerical vectors",)),
    ("who lost against AlphaGo", ("Lee Sedol",)),
    ("which company built AlphaGo", ("DeepMind",)),
    ("what are dropout and batch norm good for", ("overfitting",)),
    ("who worked on attention first", ("Bahdanau",)),
    ("what later grew out of attention", ("Transformers",)),
    ("how much money did nvidia make from AI chips", ("$4B",)),
    ("what is the imagenet competition about", ("classify images", "ImageNet")),
    ("why did people think the result was wrong", ("suspected an error",)),
    ("what three things made it possible", ("key enablers",)),
    ("why does it matter to have lots of data", ("Big data", "millions of examples")),
    ("when did a computer beat the Go champion", ("2016",)),
    ("what is an AlexNet moment", ("AlexNet moment",)),
    ("should I follow the daily AI news?", ("daily news",)),
)
FOREIGN = (
    "how do I cook rice?", "what is the capital of Peru", "how do I prune an apple tree",
    "who won the last football world cup", "what should I wear to a wedding", "is it going to snow",
    "how long do turtles live", "how do I get a passport", "why is my sink leaking",
    "who painted the Sistine Chapel", "how do I make lentil soup", "how tall is Everest",
    "what are the symptoms of measles", "when was the French Revolution", "how do I fix a flat",
    "how many legs has a spider", "what is a sonnet", "how does a pension work",
    "what is the boiling point of ethanol", "how do I teach my dog to sit",
)  # fmt: skip


@click.command()
@click.argument("lesson", type=click.Path(exists=True, path_type=Path))
def main(lesson: Path) -> None:
    """Print every miss, and the two counts."""
    with tempfile.TemporaryDirectory() as folder:
        imported = import_document(lesson)
        write_imported(imported, Path(folder) / "lessons" / "imported")
        library = Library.build(Path(folder) / "lessons", Path(folder) / "index")
        click.echo("\n".join(f"found: {what}" for what in imported.recognised))
        click.echo("\n".join(f"unsure: {what}" for what in imported.unsure))
        right = [question for question, words in OWN if _holds(library, question, words)]
        refused = [question for question in FOREIGN if _refused(library, question)]
    click.echo(f"right passage first: {len(right)} of {len(OWN)}")
    click.echo(f"foreign refused: {len(refused)} of {len(FOREIGN)}")


def _holds(library: Library, question: str, words: tuple[str, ...]) -> bool:
    first = library.search(question, k=1)[0]
    if any(word in first.text for word in words):
        return True
    click.echo(f"missed: {question} -> {first.section}: {first.text[:80]!r}")
    return False


def _refused(library: Library, question: str) -> bool:
    answer = library.answer(question)
    if not isinstance(answer, Answer):
        return True
    click.echo(f"not refused ({answer.level}): {question} -> {answer.text!r}")
    return False


if __name__ == "__main__":
    main()
