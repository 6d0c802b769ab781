"""Progress in words: what the picture shows, for who listens or cannot see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.texts import en as texts

if TYPE_CHECKING:
    from bot.study.progress import Progress

__all__ = ["MOST_LESSONS", "WEEKS", "in_words"]

WEEKS: Final = 13
"""A quarter of a year fits the width of a phone."""
MOST_LESSONS: Final = 10


def in_words(progress: Progress) -> str:
    """The progress in short sentences, one a line; some 1,000 signs for ten lessons."""
    if not progress.begun:
        return texts.NO_PROGRESS_WORDS
    parts = [_streak(progress), *_lessons(progress), _retention(progress)]
    parts += [_weeks(progress), _ahead(progress)]
    return "\n".join(part for part in parts if part)


def _streak(progress: Progress) -> str:
    streak = progress.streak
    return texts.streak_in_words(streak.days, streak.days_off) if streak else ""


def _lessons(progress: Progress) -> list[str]:
    said = [
        texts.lesson_in_words(title, round(one.recalled), one.met, one.questions)
        for title, one in progress.lessons(MOST_LESSONS)
    ]
    left = len(progress.recall) - len(said)
    return [*said, texts.more_lessons(left).capitalize() + "."] if left else said


def _retention(progress: Progress) -> str:
    recalled, counted = progress.retention
    return texts.retention_in_words(recalled, counted) if counted else ""


def _weeks(progress: Progress) -> str:
    answers = progress.answers_since(progress.first_shown(WEEKS))
    return texts.weeks_in_words(WEEKS, sum(answers.values()), len(answers))


def _ahead(progress: Progress) -> str:
    days = len(progress.ahead)
    if not days:
        return ""
    return texts.ahead_in_words(progress.ahead[0], sum(progress.ahead), days)
