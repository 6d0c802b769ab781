"""Who the bot is: its name and texts, its commands, its menu button; each also per language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.local.errors import bad_request
from bot.local.methods import Call, method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.local.store import JSON, Store

COMMANDS = 100
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMAND_LENGTH = 32
DESCRIPTION_LENGTH = 256
LANGUAGE = re.compile(r"(?:[a-z]{2})?")


@method("getMe")
def get_me(call: Call) -> JSON:
    """The bot itself."""
    abilities = {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return {**call.board.user(call.bot), **abilities}


# Texts.


def set_text(call: Call, kind: str, text: str, language: str, longest: int) -> bool:
    """Keeps a text for a language; an empty one takes it away."""
    if len(text) > longest:
        raise bad_request(f"{kind.replace('_', ' ')} must be at most {longest} characters long")
    call.board.store.put(call.bot.id, f"{kind}:{checked_language(language)}", text or None)
    call.board.profile_changed(call.bot)
    return True


def text_of(store: Store, bot_id: int, kind: str, language: str) -> str:
    """The text for a language, or the one for all others."""
    text = store.setting(bot_id, f"{kind}:{language}") or store.setting(bot_id, f"{kind}:")
    return text or ""


def checked_language(code: str) -> str:
    """Two letters, or nothing for every language without its own."""
    if not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


@method("setMyName")
def set_my_name(call: Call, name: str = "", language_code: str = "") -> bool:
    """The name over the chat."""
    return set_text(call, "name", name, language_code, 64)


@method("getMyName")
def get_my_name(call: Call, language_code: str = "") -> JSON:
    """The name over the chat."""
    name = text_of(call.board.store, call.bot.id, "name", language_code)
    return {"name": name or call.bot.first_name}


@method("setMyDescription")
def set_my_description(call: Call, description: str = "", language_code: str = "") -> bool:
    """What an empty chat says."""
    return set_text(call, "description", description, language_code, 512)


@method("getMyDescription")
def get_my_description(call: Call, language_code: str = "") -> JSON:
    """What an empty chat says."""
    text = text_of(call.board.store, call.bot.id, "description", language_code)
    return {"description": text}


@method("setMyShortDescription")
def set_my_short_description(
    call: Call, short_description: str = "", language_code: str = ""
) -> bool:
    """The line on the bot's own page."""
    return set_text(call, "short_description", short_description, language_code, 120)


@method("getMyShortDescription")
def get_my_short_description(call: Call, language_code: str = "") -> JSON:
    """The line on the bot's own page."""
    text = text_of(call.board.store, call.bot.id, "short_description", language_code)
    return {"short_description": text}


# Commands.


def commands_key(scope: JSON | None, language: str) -> str:
    """Where the commands of a scope and a language are kept."""
    scope = scope or {"type": "default"}
    where = f"{scope['type']}:{scope.get('chat_id', '')}:{scope.get('user_id', '')}"
    return f"commands:{where}:{checked_language(language)}"


@method("setMyCommands")
def set_my_commands(
    call: Call, commands: Sequence[JSON], scope: JSON | None = None, language_code: str = ""
) -> bool:
    """The menu of commands."""
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = [checked_command(command) for command in commands]
    call.board.store.put(call.bot.id, commands_key(scope, language_code), kept or None)
    call.board.profile_changed(call.bot)
    return True


def checked_command(command: JSON) -> JSON:
    """A command as it is kept: without its slash, its description without outer spaces."""
    name = command["command"].removeprefix("/")
    description = command["description"].strip()
    if len(name) > COMMAND_LENGTH:
        raise bad_request("command length must not exceed 32")
    if len(description) > DESCRIPTION_LENGTH:
        raise bad_request("command description length must not exceed 256")
    if not COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    return {"command": name, "description": description}


@method("getMyCommands")
def get_my_commands(call: Call, scope: JSON | None = None, language_code: str = "") -> list[JSON]:
    """What was set for exactly this scope and language."""
    return call.board.store.setting(call.bot.id, commands_key(scope, language_code)) or []


@method("deleteMyCommands")
def delete_my_commands(call: Call, scope: JSON | None = None, language_code: str = "") -> bool:
    """Takes the menu of a scope and language away."""
    call.board.store.put(call.bot.id, commands_key(scope, language_code), None)
    call.board.profile_changed(call.bot)
    return True


def commands_for(store: Store, bot_id: int, person_id: int, language: str) -> list[JSON]:
    """The menu a person sees: the narrowest scope that has one, own language first."""
    scopes = ({"type": "chat", "chat_id": person_id}, {"type": "all_private_chats"}, None)
    language = language if LANGUAGE.fullmatch(language) else ""
    keys = [commands_key(scope, code) for scope in scopes for code in (language, "")]
    return next(filter(None, (store.setting(bot_id, key) for key in keys)), [])


# Menu button.


@method("setChatMenuButton")
def set_chat_menu_button(
    call: Call, chat_id: int | None = None, menu_button: JSON | None = None
) -> bool:
    """What stands beside the field for writing."""
    button = menu_button or {"type": "default"}
    if button["type"] == "web_app":
        raise bad_request("web apps are not known to the local server")
    call.board.store.put(call.bot.id, f"menu:{chat_id or ''}", button)
    call.board.profile_changed(call.bot)
    return True


@method("getChatMenuButton")
def get_chat_menu_button(call: Call, chat_id: int | None = None) -> Any:
    """What stands beside the field for writing."""
    store = call.board.store
    own = store.setting(call.bot.id, f"menu:{chat_id or ''}")
    return own or store.setting(call.bot.id, "menu:") or {"type": "default"}
