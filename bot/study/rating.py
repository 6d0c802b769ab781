"""How well a card was recalled."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Rating"]


class Rating(IntEnum):
    """What an answer says of the memory. The numbers are those of FSRS and Anki.

    A tutor that asks for facts needs two of the four buttons: on 9,999 learners' logs two cost FSRS
    no more than .005 of log loss. HARD and EASY are for logs that come from elsewhere.
    """

    AGAIN = 1
    """Wrong, or "I don't know"."""
    HARD = 2
    GOOD = 3
    """Right."""
    EASY = 4

    @property
    def recalled(self) -> bool:
        """Whether the memory held."""
        return self is not Rating.AGAIN
