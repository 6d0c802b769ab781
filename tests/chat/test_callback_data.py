from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.callback_data import (
    LAST_PART,
    Again,
    Ask,
    ChooseCourse,
    Contents,
    Courses,
    Data,
    Delete,
    Finish,
    KeepAll,
    Leaf,
    Lessons,
    NotHelpful,
    OpenLesson,
    OtherPlaces,
    Read,
    Show,
    UnknownData,
    parse,
    short,
)

PLACES = st.text(min_size=1).map(short)
TURNS = st.integers(0, 2**53)
PARTS = st.integers(0, LAST_PART)
DATA: st.SearchStrategy[Data] = st.one_of(
    st.just(Lessons()),
    st.just(Courses()),
    st.just(Delete()),
    st.just(KeepAll()),
    *(st.builds(kind, PLACES) for kind in (ChooseCourse, Ask, OpenLesson, Contents, Finish)),
    st.builds(Read, PLACES, PARTS),
    st.builds(Show, PLACES, TURNS),
    st.builds(Leaf, PLACES, PARTS, TURNS),
    *(st.builds(kind, TURNS) for kind in (Again, OtherPlaces, NotHelpful)),
)


@given(DATA)
def test_what_goes_on_a_button_comes_back_from_it(data: Data) -> None:
    written = str(data)
    assert parse(written) == data
    assert 1 <= len(written.encode()) <= 64


@given(st.text(max_size=64) | st.from_regex(r"a:[a-z]?(:[0-9a-z]{0,14}){0,4}", fullmatch=True))
def test_anything_else_is_unknown_and_never_an_error(data: str) -> None:
    try:
        parsed = parse(data)
    except UnknownData:
        return
    assert parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    "data", ["", "a", "a:", "b:l", "z:r:0123456789:0", "a:l:", "a:r:x", "a:n:-1", "a:n:é", "a:!"]
)
def test_other_versions_and_forms_are_unknown(data: str) -> None:
    with pytest.raises(UnknownData):
        parse(data)


def test_a_places_name_never_changes() -> None:
    # Buttons in learners' chats hold these for years.
    assert short("kitchen-garden/bees/the-colony") == "1fdnx8o3dx"
    assert str(Show(short("a/b/c"), 35)) == f"a:s:{short('a/b/c')}:z"
