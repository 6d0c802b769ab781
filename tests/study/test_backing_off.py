from __future__ import annotations

from datetime import date, timedelta

from bot.study.backing_off import Tone, Writing, writing

MONDAY = date(2026, 6, 1)


def days_written(answered: dict[int, int], until: int) -> list[tuple[int, Tone]]:
    """What a learner is sent in so many days. `answered`: on which day they did something."""
    sent: list[date] = []
    seen: list[tuple[int, Tone]] = []
    newest: date | None = None
    for number in range(until):
        day = MONDAY + timedelta(days=number)
        tone = writing(day, sent, newest).tone
        if tone is not Tone.NOTHING:
            sent.append(day)
            seen.append((number, tone))
        if number in answered:
            newest = day
    return seen


def test_who_never_answers_is_written_to_ever_less_and_then_no_more() -> None:
    seen = days_written({}, 200)
    assert [number for number, _ in seen] == [0, 1, 2, 5, 8, 11, 18, 25, 32]
    assert [tone for _, tone in seen] == [Tone.QUESTIONS] * 8 + [Tone.LAST_NOTE]


def test_who_answers_is_written_to_daily() -> None:
    seen = days_written(dict.fromkeys(range(30), 1), 30)
    assert seen == [(number, Tone.QUESTIONS) for number in range(30)]


def test_any_answer_sets_it_back_to_daily() -> None:
    numbers = [number for number, _ in days_written({9: 1}, 16)]
    assert numbers == [0, 1, 2, 5, 8, 10, 11, 12, 15]


def test_an_answer_to_the_last_note_brings_the_questions_back() -> None:
    numbers = [number for number, _ in days_written({40: 1}, 43)]
    assert numbers[-3:] == [32, 41, 42]


def test_it_says_how_many_were_ignored() -> None:
    sent = [MONDAY, MONDAY + timedelta(days=1)]
    assert writing(MONDAY + timedelta(days=2), sent, None) == Writing(Tone.QUESTIONS, 2)
    assert writing(MONDAY + timedelta(days=2), sent, MONDAY) == Writing(Tone.QUESTIONS, 1)
