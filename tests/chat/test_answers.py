from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.answers import answer_buttons, answer_text, shortened
from bot.chat.catalogue import Catalogue
from bot.storage.turns import KeptPassage, Turn
from retrieval.courses import Course, Lesson, Paragraph, Run, Section

BEES = Lesson(
    "bees", 1, "Bees", 10, "About bees.", (), (),
    (Section("wax", ("Comb", "Wax"), (Paragraph((Run("Workers make wax."),)),)),),
    "01-bees.md",
)  # fmt: skip
GARDEN = Course("garden", "Garden", lessons=(BEES,))
TURN = Turn(
    "who makes wax?",
    "answer",
    "7",
    datetime(2026, 11, 23, tzinfo=UTC),
    answer="Workers make wax.",
    cited="garden/bees/wax",
    passages=(KeptPassage("garden/bees/wax", "Workers make wax.", ((0, 17),)),),
    id=5,
)


def test_a_passage_that_says_no_more_than_the_sentence_is_left_out() -> None:
    said = answer_text(TURN, Catalogue((GARDEN,)))
    assert said.text == "Workers make wax.\n\nLesson 1 · Bees › Comb › Wax"


def test_with_several_courses_the_citation_names_the_course() -> None:
    several = Catalogue((GARDEN, Course("stars", "Stars")))
    assert answer_text(TURN, several).text.endswith("\n\nGarden · Lesson 1 · Bees › Comb › Wax")


def test_a_section_that_has_gone_is_cited_by_its_id() -> None:
    assert answer_text(TURN, Catalogue(())).text.endswith("\n\ngarden/bees/wax")


def test_other_places_are_offered_only_where_there_are_any() -> None:
    ((only,), _) = answer_buttons(TURN, Catalogue((GARDEN,)))
    assert only.label == "Show in lesson"


@given(st.text(max_size=80), st.integers(2, 40))
def test_a_label_fits(label: str, length: int) -> None:
    cut = shortened(label, length)
    assert len(cut) <= length
    assert cut == label or cut.endswith("…")


def test_a_label_is_cut_between_words() -> None:
    assert shortened("How honey is made, dried and sealed", 20) == "How honey is made…"
