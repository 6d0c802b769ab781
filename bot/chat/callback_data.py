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
    "AskInstead",
    "BeginDaily",
    "Book",
    "Change",
    "ChooseCourse",
    "ChooseHour",
    "ChooseOption",
    "ChooseZone",
    "Contents",
    "Courses",
    "Data",
    "Delete",
    "DontKnow",
    "Finish",
    "Hear",
    "HeardAll",
    "HeardTo",
    "KeepAll",
    "Leaf",
    "Lessons",
    "Listen",
    "ListenOn",
    "More",
    "NoDaily",
    "NotHelpful",
    "OpenLesson",
    "OtherHours",
    "OtherPlaces",
    "OtherZone",
    "Progress",
    "Quiz",
    "QuizLesson",
    "QuizOn",
    "RateOwn",
    "Read",
    "Report",
    "Retentions",
    "Reveal",
    "RiskQuiz",
    "Set",
    "SetAside",
    "Settings",
    "Show",
    "TakeBack",
    "Undo",
    "UnknownData",
    "WasRight",
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


@dataclass(frozen=True, slots=True)
class ChooseOption(Data):
    """Answers a question with one of its options, by its place as shown."""

    letter: ClassVar[str] = "ac"
    asking: int
    option: int


@dataclass(frozen=True, slots=True)
class DontKnow(Data):
    """Answers that one does not know."""

    letter: ClassVar[str] = "ad"
    asking: int


@dataclass(frozen=True, slots=True)
class Reveal(Data):
    """Shows the answer to a question that the learner rates."""

    letter: ClassVar[str] = "av"
    asking: int


@dataclass(frozen=True, slots=True)
class RateOwn(Data):
    """How well it was recalled: 1 is well, 0 is not."""

    letter: ClassVar[str] = "ar"
    asking: int
    good: int


@dataclass(frozen=True, slots=True)
class WasRight(Data):
    """Says that an answer held for wrong was right."""

    letter: ClassVar[str] = "aw"
    asking: int


@dataclass(frozen=True, slots=True)
class AskInstead(Data):
    """Says that an answer was meant as a question to the course."""

    letter: ClassVar[str] = "aa"
    asking: int


@dataclass(frozen=True, slots=True)
class More(Data):
    """Shows what else can be done with a question."""

    letter: ClassVar[str] = "am"
    asking: int


@dataclass(frozen=True, slots=True)
class Undo(Data):
    """Takes an answer back."""

    letter: ClassVar[str] = "au"
    asking: int


@dataclass(frozen=True, slots=True)
class SetAside(Data):
    """Does not ask a question again."""

    letter: ClassVar[str] = "as"
    asking: int


@dataclass(frozen=True, slots=True)
class TakeBack(Data):
    """Asks a question again after all."""

    letter: ClassVar[str] = "at"
    card: int


@dataclass(frozen=True, slots=True)
class Report(Data):
    """Tells the author that something is wrong with a question."""

    letter: ClassVar[str] = "ae"
    asking: int


@dataclass(frozen=True, slots=True)
class Quiz(Data):
    """The study day's questions."""

    letter: ClassVar[str] = "z"


@dataclass(frozen=True, slots=True)
class RiskQuiz(Data):
    """What is most likely to be forgotten."""

    letter: ClassVar[str] = "zr"


@dataclass(frozen=True, slots=True)
class QuizLesson(Data):
    """The questions of a lesson."""

    letter: ClassVar[str] = "zl"
    lesson: str


@dataclass(frozen=True, slots=True)
class QuizOn(Data):
    """Makes a card of an answer."""

    letter: ClassVar[str] = "zo"
    turn: int


@dataclass(frozen=True, slots=True)
class Progress(Data):
    """How far the learner has come, as a picture."""

    letter: ClassVar[str] = "g"


@dataclass(frozen=True, slots=True)
class Settings(Data):
    """The learner's settings."""

    letter: ClassVar[str] = "e"


@dataclass(frozen=True, slots=True)
class BeginDaily(Data):
    """Begins to set up daily questions."""

    letter: ClassVar[str] = "d"


@dataclass(frozen=True, slots=True)
class NoDaily(Data):
    """Wants no daily questions."""

    letter: ClassVar[str] = "dn"


@dataclass(frozen=True, slots=True)
class ChooseZone(Data):
    """Takes a time zone, by the short name of its own."""

    letter: ClassVar[str] = "dz"
    zone: str


@dataclass(frozen=True, slots=True)
class OtherZone(Data):
    """None of the offered time zones."""

    letter: ClassVar[str] = "do"


@dataclass(frozen=True, slots=True)
class ChooseHour(Data):
    """The wall time of the daily questions, in minutes after midnight."""

    letter: ClassVar[str] = "dh"
    minute: int


@dataclass(frozen=True, slots=True)
class OtherHours(Data):
    """More hours to choose from."""

    letter: ClassVar[str] = "dm"


@dataclass(frozen=True, slots=True)
class Retentions(Data):
    """How sure to be: the choice, with the minutes a day that each takes."""

    letter: ClassVar[str] = "er"


@dataclass(frozen=True, slots=True)
class Change(Data):
    """Opens one of the settings: z zone, h hour, n new, p pause, g go on, s streak, v voice,
    w its speed.
    """

    letter: ClassVar[str] = "ec"
    what: str


@dataclass(frozen=True, slots=True)
class Set(Data):
    """Sets one of the settings to a number."""

    letter: ClassVar[str] = "et"
    what: str
    value: int


@dataclass(frozen=True, slots=True)
class Hear(Data):
    """Reads an answer aloud, by its turn."""

    letter: ClassVar[str] = "ha"
    turn: int


@dataclass(frozen=True, slots=True)
class Listen(Data):
    """Reads a lesson aloud: r the rest of it, a all of it, s its short version."""

    letter: ClassVar[str] = "hl"
    lesson: str
    what: str


@dataclass(frozen=True, slots=True)
class ListenOn(Data):
    """Reads one section aloud, as the next step of whoever only listens."""

    letter: ClassVar[str] = "hn"
    section: str


@dataclass(frozen=True, slots=True)
class HeardTo(Data):
    """The learner has listened up to this section, and stops here."""

    letter: ClassVar[str] = "hs"
    section: str


@dataclass(frozen=True, slots=True)
class HeardAll(Data):
    """The learner has listened to the lesson."""

    letter: ClassVar[str] = "he"
    lesson: str


@dataclass(frozen=True, slots=True)
class Book(Data):
    """Makes the course's audio book and sends it."""

    letter: ClassVar[str] = "hb"
    course: str


_KINDS: dict[str, type[Data]] = {
    kind.letter: kind
    for kind in (
        ChooseOption, DontKnow, Reveal, RateOwn, WasRight, AskInstead, More, Undo, SetAside,
        TakeBack, Report, Quiz, RiskQuiz, QuizLesson, QuizOn, Progress, Settings, BeginDaily,
        NoDaily, ChooseZone, OtherZone, ChooseHour, OtherHours, Retentions, Change, Set,
        Lessons, Courses, ChooseCourse, Ask, OpenLesson, Contents, Read, Finish, Show, Leaf,
        Again, OtherPlaces, NotHelpful, Delete, KeepAll, Hear, Listen, ListenOn, HeardTo, HeardAll,
        Book,
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
