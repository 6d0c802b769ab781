"""Typed short answers, graded by rules: numbers, names, abbreviations, negation, slips.

How alike two sentences are for an embedding decides nothing here: it holds "not 15.3 %" and "2013"
for nearly the same as "15.3 %" and "2012". What the rules cannot judge, above all a longer answer
in the learner's own words, is never failed: the learner compares it with the reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from bot.study.names import KINDS, TITLES, is_first_name, is_person, is_that_person
from bot.study.quantities import counted, is_quantity, quantities_meet
from bot.study.rating import Rating
from bot.study.wording import (
    compact,
    inflected,
    is_slip,
    listed,
    plain,
    slips_allowed,
    stems,
    words,
    words_meet,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from retrieval.questions import Question

__all__ = ["Grader", "Key", "Outcome", "key_of"]


class Outcome(StrEnum):
    """What became of an answer. REVIEW: the learner is shown the reference and judges."""

    RIGHT = "right"
    WRONG = "wrong"
    DONT_KNOW = "dont-know"
    REVIEW = "review"

    @property
    def rating(self) -> Rating | None:
        """What it says of the memory; None while the learner has yet to judge."""
        if self is Outcome.REVIEW:
            return None
        return Rating.GOOD if self is Outcome.RIGHT else Rating.AGAIN


@dataclass(frozen=True, slots=True)
class Key:
    """What answers a question: the accepted forms, the first being the one that is shown.

    `tolerance` is how far a number may be off, in the unit of the form.
    """

    forms: tuple[str, ...]
    tolerance: float = 0


def key_of(question: Question) -> Key:
    """What answers an authored question when it is typed: a gap, a short answer, a number."""
    return Key(question.keys, question.tolerance)


LONG_REFERENCE: Final = 6
"""Words from which on a reference is an explanation and no term."""
ITEM_WORDS: Final = 4
"""Words an item of an enumeration has at most; with more, it is a sentence with an "and" in it."""
LONG_ANSWER: Final = 10
"""Words from which on an answer is a free one, which is not failed."""
_DONT_KNOW = re.compile(
    r"[?.\s]*|i ?d ?k|i (?:really )?(?:do not|don'?t) (?:know|remember)|no (?:idea|clue)|dunno|pass"
    r"|not sure|(?:i )?(?:have )?no idea|skip|forgot|i forgot|keine ahnung"
)
_REASON = re.compile(r"because|since|so that|in order|due to|by \w+ing\b|to \w+ \w+ ")
_NEGATION: Final = listed("not no never without except neither nor cannot")
_TRUE: Final = listed("true yes right correct t y yep yeah")
_FALSE: Final = listed("false no wrong incorrect untrue f n nope")
_BESIDE: Final = listed("""
    the a an it its was is were are i think thought believe that this of in by for on they he
    she called named maybe probably answer be to so just from at them these those
    """)
"""Words that carry nothing in a short answer."""
_HOMOPHONES: Final = {"2": "to", "4": "for"}


class Grader:
    """Grades the answers of one course.

    `terms` are the course's terms and names: a slip is no slip if it comes nearer to another one.
    `is_word` tells whether a lower-case word is common English: such a word is meant, not mistyped.
    """

    def __init__(self, terms: Iterable[str], is_word: Callable[[str], bool]) -> None:
        known = list(terms)
        self._terms = {compact(_core(term)): _core(term) for term in known}
        self._people = {compact(_core(one)): words(plain(one)) for one in known if is_person(one)}
        self._is_word = is_word

    def grade(self, given: str, key: Key) -> Outcome:
        """The outcome of a typed answer."""
        given = given.rstrip(" .!")  # a sentence's end, which a recogniser always writes
        said = plain(given)
        if _DONT_KNOW.fullmatch(said):
            return Outcome.DONT_KNOW
        if truths := [_truth(form) for form in key.forms if _truth(form) is not None]:
            return _boolean(_truth(said), truths[0])
        if _is_explanation(key):
            exact = any(_core(given) == _core(form) for form in key.forms)
            return Outcome.RIGHT if exact else Outcome.REVIEW
        if not any(_same_sense(said, plain(form)) for form in key.forms):
            return Outcome.WRONG
        if all(is_quantity(form) for form in key.forms[:1]):
            return self._quantity(given, key)
        return self._term(given, key)

    def _quantity(self, given: str, key: Key) -> Outcome:
        forms = _counting_alike(given, key.forms)
        if any(quantities_meet(given, form, key.tolerance) for form in forms):
            return Outcome.RIGHT
        return Outcome.REVIEW if len(given.split()) >= LONG_ANSWER else Outcome.WRONG

    def _term(self, given: str, key: Key) -> Outcome:
        if any(self._names(given, form) for form in key.forms):
            return Outcome.RIGHT
        unsure = any(
            self._holds(given, form) or _is_head(given, form) or self._tells_apart(given, form)
            for form in key.forms
        )
        return Outcome.REVIEW if unsure or len(given.split()) >= LONG_ANSWER else Outcome.WRONG

    def _names(self, given: str, form: str) -> bool:
        """Whether the answer is the form, in one of the ways one may write it."""
        items = _items(form)
        if len(items) > 1:
            return self._lists(given, items)
        if self._people.get(compact(_core(given)), [])[-1:] == words(plain(form)):
            return True  # the full name, where the author wrote the surname
        if self._is_another_term(given, form):
            return False
        if compact(words(plain(given))) == _as_heard(compact(words(plain(form)))):
            return True
        if is_person(form):
            parts = set(words(plain(form)))
            said = [one for one in words(plain(given)) if one in parts or one not in _BESIDE]
            return is_that_person(" ".join(said), form, self._is_word)
        return self._is_term(_core(given), _core(form))

    def _is_term(self, said: Sequence[str], meant: Sequence[str]) -> bool:
        if not said or not meant:
            return False
        if self._words_meet(said, meant):
            return True
        if len(said) == len(meant) == 1 and inflected(said[0], meant[0]):
            return True
        bare, bare_meant = _bare(said), _bare(meant)
        slips = OSA.distance(compact(bare), compact(bare_meant))
        if bare and slips <= 1 and self._words_meet(bare, bare_meant):
            return True
        if bare and (sorted(bare) == sorted(bare_meant) or _stems_meet(said, meant)):
            return True
        return _abbreviates(compact(said), meant) or self._holds_all(said, meant)

    def _words_meet(self, said: Sequence[str], meant: Sequence[str]) -> bool:
        """The same words, or the same letters however they are parted ("alpha go")."""
        one, other = compact(said), compact(meant)
        if one == other:
            return True
        if len(said) == len(meant):
            return words_meet(said, meant, self._is_word)
        return is_slip(one, other, self._is_word)

    def _holds_all(self, said: Sequence[str], meant: Sequence[str]) -> bool:
        """The term stands in the answer, beside little else that could be meant instead."""
        size = len(meant)
        for start in range(len(said) - size + 1):
            rest = [*said[:start], *said[start + size :]]
            if words_meet(said[start : start + size], meant, self._is_word):
                initials = "".join(word[:1] for word in meant)
                return all(word in KINDS | TITLES or word == initials for word in rest)
        return False

    def _holds(self, given: str, form: str) -> bool:
        """The term stands in the answer word for word, beside what the rules do not know."""
        said, meant = _core(given), _core(form)
        if len(_items(form)) > 1 or re.search(r"\d", compact(said)):
            return False
        rest = list(said)
        for word in meant:
            if word not in rest:
                return False
            rest.remove(word)
        rivals = any(term not in compact(meant) and term in rest for term in self._terms)
        both = rivals and re.search(r"[,;/&]|\band\b", given)  # "NVIDIA CUDA" is one thing
        return bool(meant) and not both and not self._is_another_term(given, form)

    def _tells_apart(self, given: str, form: str) -> bool:
        """A first name alone, where the course has another person of that surname."""
        surname = words(plain(form))[-1:]
        alike = sum(name[-1:] == surname for name in self._people.values())
        return alike > 1 and is_first_name(given, form)

    def _is_another_term(self, given: str, form: str) -> bool:
        """Whether the answer is, or comes nearer to, another term of the course."""
        said, meant = compact(_core(given)), compact(_core(form))
        if said == meant:
            return False
        distance = OSA.distance(said, meant)
        for term in self._terms:
            if term in (meant, compact(_bare(_core(form)))) or _abbreviates(term, _core(form)):
                continue
            if said == term or OSA.distance(said, term) < min(distance, slips_allowed(term) + 1):
                return not _part_of(term, _core(form), self._terms)
        return False

    def _lists(self, given: str, items: Sequence[str]) -> bool:
        """Each item is named, in any order, and nothing else is."""
        said = _items(given)
        if len(said) != len(items):
            said = [one for one in re.split(r"[\s,;&/]+", given) if one and one != "and"]
        left = list(items)
        for one in said:
            meant = next((item for item in left if self._names(one, item)), None)
            if meant is None:
                return False
            left.remove(meant)
        return not left


def _counting_alike(given: str, forms: Sequence[str]) -> Sequence[str]:
    """Of "46" and "23 pairs", the forms that count what the answer counts, if any does. A number
    alone may be of any unit, but is no number of pairs where one of another thing is expected.
    """
    what = counted(given)
    if what is None:
        alike = [form for form in forms if not isinstance(counted(form), str)]
    else:
        alike = [form for form in forms if counted(form) == what]
    return alike or forms


def _stems_meet(said: Sequence[str], meant: Sequence[str]) -> bool:
    """Terms of several words, in another order or with other endings. One word alone is too little:
    a generator is no generation."""
    return len(meant) > 1 and stems(said) == stems(meant)


def _is_head(given: str, form: str) -> bool:
    """Whether the answer is the end of the term alone: "augmentation" for data augmentation."""
    said, meant = _core(given), _core(form)
    if is_person(form) or len(_items(form)) > 1 or said[-1] in KINDS:
        return False
    return len(said) < len(meant) and said == meant[-len(said) :]


def _is_explanation(key: Key) -> bool:
    """Whether every form is a sentence rather than a term, a quantity or an enumeration."""
    return all(_REASON.match(plain(form)) or _is_sentence(form) for form in key.forms)


def _is_sentence(form: str) -> bool:
    if is_quantity(form) or len(_items(form)) > 1:
        return False
    return len(_core(form)) >= LONG_REFERENCE - 1 or len(words(plain(form))) >= LONG_REFERENCE


def _core(text: str) -> list[str]:
    """The words that carry the answer."""
    found = [word for word in words(plain(text)) if word not in _BESIDE]
    return found or words(plain(text)) or [""]


def _bare(core: Sequence[str]) -> list[str]:
    """The words without those that only say what kind of thing it is."""
    return [word for word in core if word not in KINDS]


def _items(text: str) -> list[str]:
    """The items of an enumeration: "a, b and c"; one item if it is none."""
    parts = re.split(r"\s*[,;&]\s*(?:and\s+)?|\s+and\s+", text.strip())
    items = [part for part in parts if part and _core(part)]
    inverted = len(items) == 2 and "," in text and len(text.split()) == 2  # "Hinton, Geoffrey"
    sentence = any(len(part.split()) > ITEM_WORDS for part in items)
    company = items and set(words(plain(items[-1]))) <= {"colleague", "other", "al"}
    return [text] if inverted or company or sentence else items


def _truth(text: str) -> bool | None:
    """What a yes or a no says; None for any other text."""
    said = [word for word in words(plain(text)) if word not in _BESIDE]
    turned = said[:1] == ["not"]
    word = said[1:] if turned else said
    if len(word) != 1 or word[0] not in _TRUE | _FALSE:
        return None
    return (word[0] in _TRUE) != turned


def _boolean(said: bool | None, expected: bool | None) -> Outcome:
    return Outcome.RIGHT if said is not None and said == expected else Outcome.WRONG


def _same_sense(said: str, form: str) -> bool:
    """Neither negates what the other says, and the answer does not name two things at once."""
    given, expected = set(words(said)), set(words(form))
    if bool(given & _NEGATION) != bool(expected & _NEGATION) and said not in ("no", "none"):
        return False
    ranged = is_quantity(form) and (" to " in form or "-" in form)
    return "or" not in given or "or" in expected or ranged


def _as_heard(term: str) -> str:
    """A digit inside a name as one hears it: word2vec, word to vec."""
    return re.sub(r"(?<=[a-z])[24](?=[a-z])", lambda found: _HOMOPHONES[found[0]], term)


def _abbreviates(said: str, meant: Sequence[str]) -> bool:
    """Initials (GPU), or the beginnings of the words run together (ConvNet, backprop)."""
    initials = "".join(word[:1] for word in meant)
    if len(meant) > 1 and said in (initials, initials + "s"):
        return True
    if len(meant) == 1:
        (word,) = meant
        return len(said) >= 6 and word.startswith(said) and len(word) - len(said) >= 4
    return any(
        _is_run_of_beginnings(said, kept)
        for kept in (list(meant), [word for word in meant if word != "neural"])
        if len(kept) > 1
    )


def _is_run_of_beginnings(said: str, meant: Sequence[str]) -> bool:
    if not meant:
        return not said
    first = meant[0]
    return any(
        said[:size] == first[:size] and _is_run_of_beginnings(said[size:], meant[1:])
        for size in range(min(3, len(first)), len(first) + 1)
    )


def _part_of(term: str, meant: Sequence[str], terms: Iterable[str]) -> bool:
    """Whether the term is the form's own last name or word: "Hinton" is Geoffrey Hinton."""
    return bool(meant) and term == meant[-1] and sum(t.endswith(term) for t in terms) < 3
