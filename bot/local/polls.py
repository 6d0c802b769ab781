"""Polls and quizzes: what Telegram would refuse in one, who may vote when, and what a person sees.

Error texts are TDLib's, those about an explanation aside: its limits are checked by Telegram's own
servers, whose words for that are not published.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bot.local.entities import formatted, is_empty
from bot.local.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.local.store import JSON

QUESTION_LENGTH = 300  # characters after parsing, as all lengths here
OPTIONS = 12
OPTION_LENGTH = 100
EXPLANATION_LENGTH = 200
EXPLANATION_LINE_FEEDS = 2
SOLUTION = {"correct_option_ids", "explanation", "explanation_entities", "explanation_media"}
IN_MESSAGE = {"media"}  # seen in the poll of a message alone


# What a bot sends.


def question_fields(text: str, parse_mode: str | None, entities: Sequence[JSON] | None) -> JSON:
    """The question of a poll."""
    plain, marks = words(text, parse_mode, entities)
    if len(plain) > QUESTION_LENGTH:
        raise bad_request(f"poll question length must not exceed {QUESTION_LENGTH}")
    return {"question": plain, **({"question_entities": marks} if marks else {})}


def words(
    text: str, parse_mode: str | None, entities: Sequence[JSON] | None
) -> tuple[str, list[JSON]]:
    """A text that may not be empty, with the only entities a question or option keeps."""
    plain, marks = formatted(text, parse_mode, entities)
    if is_empty(plain):
        raise bad_request("text must be non-empty")
    return plain, [mark for mark in marks if mark["type"] == "custom_emoji"]


def option_list(poll_id: str, options: Sequence[JSON]) -> list[JSON]:
    """The options of a poll, as nobody has voted yet."""
    if not options:
        raise bad_request("poll must have at least one answer option")
    if len(options) > OPTIONS:
        raise bad_request(f"poll can't have more than {OPTIONS} options")
    return [option(f"{poll_id}-{number}", given) for number, given in enumerate(options)]


def option(persistent_id: str, given: JSON) -> JSON:
    """One option."""
    if "media" in given:
        raise bad_request('option field "media" is not known to the local server')
    plain, marks = words(given["text"], given.get("text_parse_mode"), given.get("text_entities"))
    if len(plain) > OPTION_LENGTH:
        raise bad_request(f"poll options length must not exceed {OPTION_LENGTH}")
    made: JSON = {"persistent_id": persistent_id, "text": plain, "voter_count": 0}
    return made | ({"text_entities": marks} if marks else {})


def checked_correct(correct: Sequence[int] | None, options: int) -> list[int]:
    """The numbers of the correct options of a quiz."""
    if not correct:
        raise bad_request("correct quiz option list must be non-empty")
    if any(one >= other for one, other in pairwise(correct)):
        raise bad_request("correct quiz option list must be increasing")
    if correct[0] < 0 or correct[-1] >= options:
        raise bad_request("wrong quiz correct_option_id")
    return list(correct)


def explanation_fields(text: str, parse_mode: str | None, entities: Sequence[JSON] | None) -> JSON:
    """What a quiz tells once it is answered."""
    plain, marks = formatted(text, parse_mode, entities)
    if len(plain) > EXPLANATION_LENGTH:
        raise bad_request(f"quiz explanation must have at most {EXPLANATION_LENGTH} characters")
    if plain.count("\n") > EXPLANATION_LINE_FEEDS:
        raise bad_request(f"quiz explanation must have at most {EXPLANATION_LINE_FEEDS} line feeds")
    if is_empty(plain):
        return {}
    return {"explanation": plain, **({"explanation_entities": marks} if marks else {})}


def as_told(poll: JSON) -> JSON:
    """The poll as it is told of outside of its message."""
    return {key: value for key, value in poll.items() if key not in IN_MESSAGE}


# What a person does with it.


def check_vote(poll: JSON, before: Sequence[int] | None, chosen: Sequence[int]) -> None:
    """Raises unless the person who chose `before` may choose these now; none: the vote goes."""
    if poll["is_closed"]:
        raise bad_request("can't answer closed poll")
    if len(chosen) > 1 and not poll["allows_multiple_answers"]:
        raise bad_request("can't choose more than 1 option in the poll")
    if not chosen and not poll["allows_revoting"]:
        raise bad_request("can't retract vote in the poll")
    if any(not 0 <= number < len(poll["options"]) for number in chosen):
        raise bad_request("invalid option ID specified")
    if before and not poll["allows_revoting"]:
        raise bad_request("can't revote in the poll")


def counted(poll: JSON, chosen: Iterable[int]) -> JSON:
    """The poll with the votes of its chat's one person."""
    votes = set(chosen)
    options = [
        {**option, "voter_count": int(number in votes)}
        for number, option in enumerate(poll["options"])
    ]
    return {**poll, "options": options, "total_voter_count": int(bool(votes))}


def answer(poll: JSON, person: JSON, chosen: Sequence[int]) -> JSON:
    """A vote as a PollAnswer object."""
    return {
        "poll_id": poll["id"],
        "user": person,
        "option_ids": list(chosen),
        "option_persistent_ids": [poll["options"][number]["persistent_id"] for number in chosen],
    }


def veiled(poll: JSON, chosen: Sequence[int]) -> dict[str, Any]:
    """The poll as its person sees it: the solution comes with the vote, or with the end."""
    if chosen or poll["is_closed"]:
        return poll
    return {key: value for key, value in poll.items() if key not in SOLUTION}
