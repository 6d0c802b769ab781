from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.chat.anki import COLUMNS, Rated, Taken, anki_package, review_log_csv
from bot.study.card import Card
from bot.study.rating import Rating
from bot.study.review import Review
from retrieval.questions import Option, Question, QuestionKind

NOW = datetime(2026, 6, 3, 19, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
TODAY = date(2026, 6, 3)
CHOICE = Question(
    "q-1",
    QuestionKind.CHOICE,
    "Which is < 4 & even?",
    1,
    options=(Option("3", right=False), Option("2 <b>", right=True), Option("5", right=False)),
    explanation="Two is.\nThree is odd.",
)
SHORT = Question("q-2", QuestionKind.SHORT, "Who?", 9, forms=("Alex Krizhevsky", "Krizhevsky"))
ORDER = Question(
    "q-3",
    QuestionKind.ORDER,
    "Put in order.",
    20,
    options=tuple(Option(text, right=False) for text in ("first", "second", "third")),
)
CLOZE = Question("q-4", QuestionKind.CLOZE, "AlexNet won in _____.", 30, forms=("2012",))
CARDS = (
    Taken(CHOICE, Card(11), "Deep Learning & more", "Even numbers: 2 < 4."),
    Taken(SHORT, Card(12, due=TODAY + timedelta(days=3)), "Deep Learning & more"),
    Taken(ORDER, Card(13, due=TODAY), "Order"),
    Taken(CLOZE, Card(14), "Deep Learning & more"),
)


def rows(package: bytes, query: str, folder: Path) -> list[Any]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        assert archive.read("media") == b"{}"
        path = folder / "collection.anki2"
        path.write_bytes(archive.read("collection.anki2"))
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def notes(package: bytes, folder: Path) -> dict[str, list[str]]:
    """The fields of each note by its question."""
    found = [flds.split("\x1f") for (flds,) in rows(package, "SELECT flds FROM notes", folder)]
    return {fields[0]: fields for fields in found}


def packed(now: datetime = NOW, title: str = "AI history") -> bytes:
    return anki_package(CARDS, title, course="ai-history", now=now)


def test_each_question_is_a_note_with_one_card(tmp_path: Path) -> None:
    package = packed()
    assert rows(package, "SELECT count(*) FROM notes", tmp_path) == [(4,)]
    assert rows(package, "SELECT count(DISTINCT nid) FROM cards", tmp_path) == [(4,)]
    decks = json.loads(rows(package, "SELECT decks FROM col", tmp_path)[0][0])
    assert "AI history" in {deck["name"] for deck in decks.values()}


def test_front_and_back_say_all_there_is(tmp_path: Path) -> None:
    found = notes(packed(), tmp_path)
    _, options, answer, explanation, passage, lesson = found["Which is &lt; 4 &amp; even?"]
    assert options == "<li>3</li><li>2 &lt;b&gt;</li><li>5</li>"
    assert answer == "2 &lt;b&gt;"
    assert explanation == "Two is.<br>Three is odd."
    assert passage == "Even numbers: 2 &lt; 4."
    assert lesson == "Deep Learning &amp; more"
    assert found["Who?"][1:3] == ["", "Alex Krizhevsky<br>(also: Krizhevsky)"]
    assert found["AlexNet won in _____."][2] == "2012"


def test_what_is_to_be_ordered_is_mixed_on_the_front_alone(tmp_path: Path) -> None:
    _, options, answer, *_ = notes(packed(), tmp_path)["Put in order."]
    assert answer == "1. first<br>2. second<br>3. third"
    assert options != "<li>first</li><li>second</li><li>third</li>"
    assert all(f"<li>{text}</li>" in options for text in ("first", "second", "third"))


def test_what_is_due_next_comes_first(tmp_path: Path) -> None:
    query = "SELECT sfld FROM cards JOIN notes ON notes.id = nid ORDER BY due"
    assert [text for (text,) in rows(packed(), query, tmp_path)][:2] == ["Put in order.", "Who?"]


def test_a_later_package_has_the_same_ids_whatever_was_edited(tmp_path: Path) -> None:
    edited = [replace(CARDS[0], question=replace(CHOICE, stem="Even?", line=99)), *CARDS[1:]]
    later = anki_package(edited, "History of AI", course="ai-history", now=LATER)
    for query in (
        "SELECT guid, mid FROM notes ORDER BY guid",
        "SELECT DISTINCT did FROM cards",
    ):
        assert rows(packed(), query, tmp_path) == rows(later, query, tmp_path)
    (old,), (new,) = (
        rows(one, "SELECT DISTINCT mod FROM notes", tmp_path) for one in (packed(), later)
    )
    assert new > old
    other = anki_package(CARDS, "AI history", course="other", now=NOW)
    query = "SELECT guid FROM notes"
    assert not set(rows(packed(), query, tmp_path)) & set(rows(other, query, tmp_path))


def test_the_same_cards_make_the_same_file() -> None:
    assert packed() == packed()
    assert zipfile.is_zipfile(io.BytesIO(anki_package([], "Empty", course="c", now=NOW)))


def test_the_log_has_the_columns_of_anki() -> None:
    monday, noon = date(2026, 6, 1), datetime(2026, 6, 1, 12, tzinfo=UTC)
    log = [
        Rated(Review(11, monday, Rating.GOOD, monday + timedelta(days=2)), noon, 12.5),
        Rated(Review(12, monday, Rating.AGAIN, monday + timedelta(days=1)), noon),
        Rated(Review(12, monday, Rating.GOOD), noon + timedelta(minutes=1)),
        Rated(
            Review(11, date(2026, 6, 3), Rating.AGAIN, date(2026, 6, 4)), noon + timedelta(days=2)
        ),
    ]
    first, second, third, fourth = csv.DictReader(io.StringIO(review_log_csv(log)))
    milliseconds = int(noon.timestamp() * 1000)
    assert first == {
        "id": str(milliseconds),
        "cid": "11",
        "usn": "-1",
        "ease": "3",
        "ivl": "2",
        "lastIvl": "0",
        "factor": "0",
        "time": "12500",
        "type": "0",
    }
    assert second["id"] == str(milliseconds + 1)  # the instant is the key: no two are the same
    assert (second["ease"], second["type"]) == ("1", "0")
    assert (third["ivl"], third["lastIvl"], third["type"]) == ("0", "1", "2")
    assert (fourth["lastIvl"], fourth["ivl"], fourth["type"]) == ("2", "1", "1")


def test_an_empty_log_is_a_line_of_names() -> None:
    assert review_log_csv([]) == ",".join(COLUMNS) + "\n"
