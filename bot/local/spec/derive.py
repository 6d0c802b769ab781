"""Makes `bot-api.json` beside this file from the whole Bot API specification.

    python bot/local/spec/derive.py path/to/api.json

The source is `api.json` of github.com/PaulSonOfLars/telegram-bot-api-spec. Kept are the methods
this server answers, the types they reach, the names and types of their fields, and the value a
field must have where the text says so ("must be chat"). Where it says that a file can be attached,
the field may be one. Descriptions are left out.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from bot.local.methods import METHODS

TARGET = Path(__file__).with_name("bot-api.json")
# "Scope type, must be chat", "The member's status in the chat, always “member”"
FIXED = re.compile(r"""(?:must be|[Aa]lways) (?:[“"](\w+)[”"]|([a-z_]+)$)""")


def fixed_value(field: dict[str, Any]) -> str | None:
    """The one value a field may have, if its description names one."""
    found = FIXED.search(field["description"].rstrip(".")) if field["types"] == ["String"] else None
    return (found.group(1) or found.group(2)) if found else None


def reduced_field(field: dict[str, Any]) -> dict[str, Any]:
    """A field without prose: its types, and `required` and `value` where they apply."""
    short: dict[str, Any] = {"types": field["types"]}
    if "attach://" in field["description"] and "InputFile" not in field["types"]:
        short["types"] = [*field["types"], "InputFile"]
    if field["required"]:
        short["required"] = True
    if value := fixed_value(field):
        short["value"] = value
    return short


def reduced_fields(item: dict[str, Any]) -> dict[str, Any]:
    """All fields of a method or type, by name."""
    return {field["name"]: reduced_field(field) for field in item.get("fields", [])}


def reduced_type(item: dict[str, Any]) -> dict[str, Any]:
    """A type: the types it may be, or its fields."""
    if item.get("subtypes"):
        return {"subtypes": item["subtypes"]}
    return {"fields": reduced_fields(item)}


def names_in(item: dict[str, Any]) -> set[str]:
    """The bare names of all types that a reduced method or type mentions."""
    types = [*item.get("returns", []), *item.get("subtypes", [])]
    for field in item.get("fields", {}).values():
        types += field["types"]
    return {name.split("Array of ")[-1] for name in types}


def reduce(source: dict[str, Any], wanted: set[str]) -> dict[str, Any]:
    """The part of the specification that the wanted methods use."""
    methods = {
        name: {
            "fields": reduced_fields(source["methods"][name]),
            "returns": source["methods"][name]["returns"],
        }
        for name in sorted(wanted)
    }
    types: dict[str, Any] = {}
    # The server makes updates itself, so Update is reached through getUpdates.
    ahead = set().union(*map(names_in, methods.values()))
    while ahead:
        name = ahead.pop()
        if name in source["types"] and name not in types:
            types[name] = reduced_type(source["types"][name])
            ahead |= names_in(types[name])
    return {
        "version": source["version"],
        "methods": methods,
        "types": dict(sorted(types.items())),
    }


def written(spec: dict[str, Any]) -> str:
    """As JSON with one method or type per line, so that a difference can be read."""
    parts = [f'{{"version": {json.dumps(spec["version"])}']
    for part in ("methods", "types"):
        lines = (f"{json.dumps(name)}: {json.dumps(item)}" for name, item in spec[part].items())
        parts.append(f'"{part}": {{\n' + ",\n".join(lines) + "\n}")
    return ",\n".join(parts) + "}\n"


if __name__ == "__main__":
    source = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    TARGET.write_text(written(reduce(source, set(METHODS))), encoding="utf-8")
