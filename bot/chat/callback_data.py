"""What a button carries: at most 64 bytes that mean the same tomorrow and on any machine.

    a:<letter>[:<argument>]…

`a` is the version of this scheme. Places in a course are named by a short hash of their id,
turns by their number in base 36. Nothing here may change its meaning: a new meaning gets a new
letter, a new scheme a new version, and what is no longer known is answered kindly.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, fields
from hashlib import blake2s
from typing import ClassVar

__all__ = [
    "Again",
    "Ask",
    "ChooseCourse",
    "Contents",
    "Courses",
    "Data",
    "Delete",
    "Finish",
    "KeepAll",
    "Leaf",
    "Lessons",
    "NotHelpful",
    "OpenLesson",
    "OtherPlaces",
    "Read",
    "Show",
    "UnknownData",
    "parse",
    "short",
]

VERSION = "a"
LAST_PART = 36**2 - 1
"""The number of a part that means the last one, however many there are."""


class UnknownData(ValueError):
    """Callback data of another version, or none of ours."""


def short(place: str) -> str:
    """Ten letters for a course, "course/lesson" or "course/lesson/section".

    48 bits: among 10,000 sections two share a name once in five million indexes.
    """
    digest = blake2s(place.encode(), digest_size=6).digest()
    return _base36(int.from_bytes(digest, "big")).rjust(10, "0")


@dataclass(frozen=True, slots=True)
class Data:
    """The root of everything a button can mean; the fields are its arguments, in order."""

    letter: ClassVar[str]

    def __str__(self) -> str:
        arguments = (_base36(a) if isinstance(a, int) else a for a in astuple(self))
        return ":".join((VERSION, self.letter, *arguments))


@dataclass(frozen=True, slots=True)
class Lessons(Data):
    """The list of lessons of the learner's course."""

    letter: ClassVar[str] = "l"


@dataclass(frozen=True, slots=True)
class Courses(Data):
    """The courses, to choose from."""

    letter: ClassVar[str] = "k"


@dataclass(frozen=True, slots=True)
class ChooseCourse(Data):
    """Makes this course the learner's own."""

    letter: ClassVar[str] = "c"
    course: str


@dataclass(frozen=True, slots=True)
class Ask(Data):
    """Asks the example question of a course."""

    letter: ClassVar[str] = "q"
    course: str


@dataclass(frozen=True, slots=True)
class OpenLesson(Data):
    """A lesson's first page: what it is about."""

    letter: ClassVar[str] = "o"
    lesson: str


@dataclass(frozen=True, slots=True)
class Contents(Data):
    """A lesson's sections, to choose from."""

    letter: ClassVar[str] = "t"
    lesson: str


@dataclass(frozen=True, slots=True)
class Read(Data):
    """A page of a section, in the same message; moves the bookmark."""

    letter: ClassVar[str] = "r"
    section: str
    part: int = 0


@dataclass(frozen=True, slots=True)
class Finish(Data):
    """The end of a lesson."""

    letter: ClassVar[str] = "f"
    lesson: str


@dataclass(frozen=True, slots=True)
class Show(Data):
    """The section a turn led to, as a new message; leaves the bookmark where it is."""

    letter: ClassVar[str] = "s"
    section: str
    turn: int


@dataclass(frozen=True, slots=True)
class Leaf(Data):
    """Another page of a section that was opened from a turn, in the same message."""

    letter: ClassVar[str] = "p"
    section: str
    part: int
    turn: int


@dataclass(frozen=True, slots=True)
class Again(Data):
    """Back to what a turn said."""

    letter: ClassVar[str] = "b"
    turn: int


@dataclass(frozen=True, slots=True)
class OtherPlaces(Data):
    """The next passages of a turn."""

    letter: ClassVar[str] = "m"
    turn: int


@dataclass(frozen=True, slots=True)
class NotHelpful(Data):
    """Tells the author that a turn did not help."""

    letter: ClassVar[str] = "n"
    turn: int


@dataclass(frozen=True, slots=True)
class Delete(Data):
    """Forgets the learner."""

    letter: ClassVar[str] = "x"


@dataclass(frozen=True, slots=True)
class KeepAll(Data):
    """Does not."""

    letter: ClassVar[str] = "y"


_KINDS: dict[str, type[Data]] = {
    kind.letter: kind
    for kind in (
        Lessons, Courses, ChooseCourse, Ask, OpenLesson, Contents, Read, Finish,
        Show, Leaf, Again, OtherPlaces, NotHelpful, Delete, KeepAll,
    )
}  # fmt: skip
_ARGUMENT = re.compile(r"[0-9a-z]{1,12}")


def parse(data: str) -> Data:
    """What the button meant. Raises UnknownData for another version, letter or form."""
    head, _, tail = data.partition(":")
    letter, *arguments = tail.split(":")
    kind = _KINDS.get(letter)
    if head != VERSION or kind is None:
        raise UnknownData
    types = [field.type for field in fields(kind)]
    if len(arguments) != len(types) or not all(map(_ARGUMENT.fullmatch, arguments)):
        raise UnknownData
    return kind(*(int(a, 36) if t == "int" else a for a, t in zip(arguments, types, strict=True)))


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
        if not number:
            return digits
