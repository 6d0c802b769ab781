"""The Bot API as data: which parameters a method takes, and which fields a type has.

Requests are checked against it while the server runs, answers in the tests, both by `value`.
The data is made by `derive.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.local.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


ARRAY = "Array of "
FALSE_WORDS = {"false", "no", "0", ""}
TRUE_WORDS = {"true", "yes", "1"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes
    mime_type: str


class Mismatch(Exception):
    """A value is not of the type asked for. `depth` tells the nearest miss of several."""

    def __init__(self, what: str, depth: int) -> None:
        self.depth = depth
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Spec:
    """The reduced Bot API specification."""

    version: str
    methods: Mapping[str, Any]
    types: Mapping[str, Any]

    def arguments(self, method: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call, each made into its type.

        Stricter than Telegram, which ignores what it does not know: an unknown parameter is an
        error here, since it is always a slip of the caller's.
        """
        fields = self.methods[method]["fields"]
        for name in given:
            if name not in fields:
                raise bad_request(f'parameter "{name}" is not known to method {method}')
        for name, field in fields.items():
            if field.get("required") and name not in given:
                raise bad_request(f'parameter "{name}" is required by method {method}')
        return {name: self._argument(fields[name], value, name) for name, value in given.items()}

    def _argument(self, field: Mapping[str, Any], given: Any, name: str) -> Any:
        try:
            return self.value(field["types"], given, name)
        except Mismatch as mismatch:
            raise bad_request(str(mismatch)) from None

    def value(self, types: Sequence[str], given: Any, where: str = "result", depth: int = 0) -> Any:
        """`given` as the first of the types that it fits. Raises `Mismatch`."""
        misses = []
        for name in types:
            try:
                return self._as(name, given, where, depth)
            except Mismatch as mismatch:
                misses.append(mismatch)
        raise max(misses, key=lambda miss: miss.depth)

    def _as(self, name: str, given: Any, where: str, depth: int) -> Any:
        if name in SCALARS:
            return SCALARS[name](given, where, depth)
        if name == "InputFile":
            return upload(given, where, depth)
        if isinstance(given, str):
            given = parsed_json(given, where, depth)
        if name.startswith(ARRAY):
            return self._array(name.removeprefix(ARRAY), given, where, depth)
        kind = self.types[name]
        if "subtypes" in kind:
            return self.value(kind["subtypes"], given, where, depth)
        return self._object(name, kind["fields"], given, where, depth)

    def _array(self, name: str, given: Any, where: str, depth: int) -> list[Any]:
        if not isinstance(given, list):
            raise Mismatch(f'parameter "{where}" must be an array', depth)
        return [
            self._as(name, item, f"{where}[{place}]", depth + 1) for place, item in enumerate(given)
        ]

    def _object(
        self, name: str, fields: Mapping[str, Any], given: Any, where: str, depth: int
    ) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise Mismatch(f'parameter "{where}" must be a {name} object', depth)
        for key, field in fields.items():
            if "value" in field and given.get(key) != field["value"]:
                raise Mismatch(f'"{where}.{key}" must be "{field["value"]}" in {name}', depth)
            if field.get("required") and key not in given:
                raise Mismatch(f'"{where}" has no field "{key}", required in {name}', depth)
        for key in given:
            if key not in fields:
                raise Mismatch(f'field "{key}" of "{where}" is not known to {name}', depth + 1)
        return {
            key: self.value(fields[key]["types"], value, f"{where}.{key}", depth + 1)
            for key, value in given.items()
        }


def parsed_json(text: str, where: str, depth: int) -> Any:
    """What a form carried as text and is an array or object by its type."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Mismatch(f'can\'t parse "{where}" as JSON', depth) from None


def integer(given: Any, where: str, depth: int) -> int:
    """A whole number, also as text."""
    try:
        if isinstance(given, (int, str)) and not isinstance(given, bool):
            return int(given)
    except ValueError:
        pass
    raise Mismatch(f'parameter "{where}" must be an integer', depth)


def number(given: Any, where: str, depth: int) -> float:
    """A number, also as text."""
    try:
        if isinstance(given, (int, float, str)) and not isinstance(given, bool):
            return float(given)
    except ValueError:
        pass
    raise Mismatch(f'parameter "{where}" must be a number', depth)


def boolean(given: Any, where: str, depth: int) -> bool:
    """True or False, also as text."""
    word = str(given).lower()
    if isinstance(given, (bool, int, str)) and word in TRUE_WORDS | FALSE_WORDS:
        return word in TRUE_WORDS
    raise Mismatch(f'parameter "{where}" must be a boolean', depth)


def string(given: Any, where: str, depth: int) -> str:
    """A text; a number is taken for one, as a form would carry it."""
    if isinstance(given, (str, int, float)) and not isinstance(given, bool):
        return str(given)
    raise Mismatch(f'parameter "{where}" must be a string', depth)


def upload(given: Any, where: str, depth: int) -> Upload:
    """A file of the same request."""
    if isinstance(given, Upload):
        return given
    raise Mismatch(f'parameter "{where}" must be a file', depth)


SCALARS = {"Integer": integer, "Float": number, "Boolean": boolean, "String": string}


@cache
def bot_api() -> Spec:
    """The specification this server keeps to."""
    raw = json.loads(Path(__file__).with_name("bot-api.json").read_text(encoding="utf-8"))
    return Spec(raw["version"], raw["methods"], raw["types"])


__all__ = ["Mismatch", "Spec", "Upload", "bot_api"]
