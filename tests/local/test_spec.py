from __future__ import annotations

from typing import Any

import pytest

from bot.local.methods import METHODS
from bot.local.spec import Mismatch, bot_api
from bot.local.spec.derive import names_in, reduce


def test_the_specification_holds_just_what_is_used() -> None:
    spec = bot_api()
    assert set(spec.methods) == set(METHODS)
    reached = set().union(*map(names_in, (*spec.methods.values(), *spec.types.values())))
    plain = {"Integer", "Float", "Boolean", "String", "InputFile"}
    assert reached - plain <= set(spec.types)
    assert set(spec.types) <= reached


@pytest.mark.parametrize(
    ("types", "given", "value"),
    [
        (["Integer", "String"], "12", 12),
        (["Integer", "String"], "@a", "@a"),
        (["Boolean"], "False", False),
        (["Float"], "1.5", 1.5),
        (["String"], 12, "12"),
        (["Array of Integer"], "[1, 2]", [1, 2]),
        (["BotCommandScope"], '{"type": "chat", "chat_id": "5"}', {"type": "chat", "chat_id": 5}),
    ],
)
def test_values_become_their_type(types: list[str], given: Any, value: Any) -> None:
    assert bot_api().value(types, given) == value


@pytest.mark.parametrize(
    ("types", "given"),
    [
        (["Integer"], True), (["Integer"], "1.5"), (["Boolean"], "perhaps"), (["String"], []),
        (["Array of String"], "{}"), (["BotCommandScope"], '{"type": "planet"}'), (["InputFile"], "x"),
        (["User"], '{"id": 1, "is_bot": false}'),
    ],
)  # fmt: skip
def test_other_values_are_refused(types: list[str], given: Any) -> None:
    with pytest.raises(Mismatch):
        bot_api().value(types, given)


def test_a_reduction_reaches_every_type_it_names() -> None:
    def field(kind: str, text: str = "") -> dict[str, Any]:
        return {"name": kind.lower(), "types": [kind], "required": True, "description": text}

    source = {
        "version": "x",
        "methods": {"getA": {"fields": [field("B")], "returns": ["Array of C"]}},
        "types": {
            "B": {"fields": [field("String", "Type of it, must be blue.")]},
            "C": {"subtypes": ["D"]},
            "D": {"fields": []},
            "E": {"fields": []},
        },
    }
    spec = reduce(source, {"getA"})
    assert set(spec["types"]) == {"B", "C", "D"}
    assert spec["types"]["B"]["fields"]["string"]["value"] == "blue"
