"""Setting up daily questions, /settings, /zone, /pause and /stop."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from bot.chat.answers import shortened
from bot.chat.callback_data import (
    BeginDaily,
    Change,
    ChooseHour,
    ChooseZone,
    Lessons,
    NoDaily,
    OpenLesson,
    OtherHours,
    OtherZone,
    Retentions,
    Set,
    Settings,
    short,
)
from bot.chat.handlers.courses import current_course, shown
from bot.chat.planner import first_message
from bot.chat.replies import Button, Reply, Text
from bot.chat.sheet import sheet_of
from bot.chat.styled import bold, join, plain
from bot.chat.texts import en as texts
from bot.speech.voices import SPEEDS
from bot.storage import deliveries, preferences
from bot.storage.preferences import Hearing
from bot.study import zones
from bot.study.card import Card
from bot.study.plan import Candidate
from bot.study.scheduler import RETENTIONS
from bot.study.workload import minutes_a_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.chat.context import Context, Handle
    from bot.chat.incoming import Incoming
    from bot.chat.replies import Buttons
    from bot.chat.styled import Styled
    from bot.storage.database import Transaction
    from bot.storage.learners import LearnerId
    from bot.storage.preferences import Preferences

__all__ = [
    "begin_daily",
    "change",
    "choose_hour",
    "choose_zone",
    "city",
    "location",
    "no_daily",
    "offer_daily",
    "other_hours",
    "other_zone",
    "pause",
    "retentions",
    "set_value",
    "settings",
    "zone",
]

HOURS = (7, 8, 12, 18, 20, 21)
NEW_A_DAY = (0, 3, 5, 10)


async def begin_daily(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """Daily questions: first, what time it is for the learner."""
    names = zones.guessed(incoming.language)
    return [_ask_for_zone(incoming, context.now, names, texts.WHAT_TIME)]


def offer_daily() -> Text:
    """To a learner who was there before there were daily questions."""
    yes = Button(texts.BEGIN_DAILY, str(BeginDaily()))
    no = Button(texts.NO_DAILY, str(NoDaily()))
    return Text(plain(texts.OFFER_DAILY), ((yes,), (no,)))


async def no_daily(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """They do not want any."""
    return [shown(incoming, plain(texts.NO_DAILY_SAID), ())]


async def choose_zone(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """A zone's button: next, the hour."""
    wanted = incoming.pressed(ChooseZone).zone
    found = next((name for name in available_timezones() if short(name) == wanted), None)
    if found is None:
        return [Text(plain(texts.OLD_BUTTON))]
    return await _zone_chosen(incoming, tx, context, found)


async def other_zone(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """None of the offered ones: where are they?"""
    await preferences.change(tx, incoming.who, awaits_city=True)
    return [Text(plain(texts.WHERE_ARE_YOU), asks_location=texts.SHARE_LOCATION)]


async def zone(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """/zone, with a city or without."""
    if not incoming.text:
        return [_ask_for_zone(incoming, context.now, zones.guessed(incoming.language))]
    return await city(incoming, tx, context)


async def city(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """A typed city: its zone, or the ones it may be in."""
    found = zones.of_city(incoming.text)
    names = list(dict.fromkeys(each.zone for each in found))
    if not names:
        return [Text(plain(texts.NO_SUCH_CITY))]
    if len(names) == 1:
        return await _zone_chosen(incoming, tx, context, names[0])
    return [_ask_for_zone(incoming, context.now, names[:6])]


async def location(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """A shared location: its zone. The place itself is not kept."""
    assert incoming.location is not None  # noqa: S101
    found = zones.at(*incoming.location)
    if found is None:
        return [Text(plain(texts.NO_SUCH_CITY))]
    return await _zone_chosen(incoming, tx, context, found)


async def choose_hour(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """An hour's button: next, where to begin."""
    minute = min(incoming.pressed(ChooseHour).minute, 24 * 60 - 1)
    before = await preferences.find(tx, incoming.who)
    await preferences.change(tx, incoming.who, minute=minute, paused=False)
    chosen = await _rescheduled(tx, incoming.who, context.now)
    if before.at is not None:
        return await settings(incoming, tx, context)
    buttons = await _beginnings(tx, incoming.who, context)
    return [shown(incoming, _next(chosen, texts.DAILY_SET, context.now), buttons)]


async def other_hours(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """All the hours of a day."""
    return [shown(incoming, plain(texts.WHICH_HOUR), _hours(range(24), 4))]


async def settings(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """What is chosen, and what can be changed."""
    chosen = await preferences.find(tx, incoming.who)
    voice = _voice_buttons(chosen) if context.speaks else ()
    if chosen.zone is None or chosen.at is None:
        begin = Button(texts.BEGIN_DAILY, str(BeginDaily()))
        return [shown(incoming, plain(texts.NO_DAILY_YET), ((begin,), *voice))]
    buttons = (*_settings_buttons(chosen), *voice)
    return [shown(incoming, _summary(chosen, context.now), buttons)]


async def change(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """One of the settings."""
    chosen = await preferences.find(tx, incoming.who)
    match incoming.pressed(Change).what:
        case "z":
            return [_ask_for_zone(incoming, context.now, zones.guessed(incoming.language))]
        case "h":
            hours = (*_hours(HOURS, 3, more=True), (_back_to_settings(),))
            return [shown(incoming, plain(texts.WHICH_HOUR), hours)]
        case "n":
            new = [(texts.new_a_day(count), count) for count in NEW_A_DAY]
            buttons = _choices("n", new, chosen.pace.new)
            return [shown(incoming, plain(texts.HOW_MANY_NEW), buttons)]
        case "p" | "g" as wanted:
            return await _set(incoming, tx, context, paused=wanted == "p")
        case "s":
            return await _set(incoming, tx, context, streak_hidden=not chosen.streak_hidden)
        case "v" if context.speaks:
            ways = [(texts.HEARING[each.value], n) for n, each in enumerate(Hearing)]
            buttons = _choices("v", ways, list(Hearing).index(chosen.hearing))
            return [shown(incoming, plain(texts.HOW_TO_HEAR), buttons)]
        case "w" if context.speaks:
            speeds = [(texts.speed(each), round(each * 100)) for each in SPEEDS]
            buttons = _choices("w", speeds, round(chosen.speed * 100))
            return [shown(incoming, plain(texts.HOW_FAST), buttons)]
        case _:
            return [Text(plain(texts.OLD_BUTTON))]


async def retentions(incoming: Incoming, context: Context) -> Handle:
    """How sure to be, with the minutes a day that each choice takes this learner."""
    catalogue = context.catalogue
    if catalogue is None:
        return partial(_say, said=texts.NOT_READY)
    async with context.database.write() as tx:
        sheet = await sheet_of(tx, incoming.who, catalogue, context.now)
    known = {(item.kept.course, item.kept.question) for item in sheet.items.values()}
    to_meet = [  # reading on is part of the price; their numbers are no card's
        Candidate(Card(-number), entry.of.id)
        for number, (key, (entry, _)) in enumerate(catalogue.questions.items(), start=1)
        if key not in known
    ]
    candidates = [*sheet.candidates, *to_meet]
    chosen = sheet.preferences
    minutes = await asyncio.to_thread(
        minutes_a_day, candidates, sheet.day, chosen.pace, chosen.parameters, context.dice
    )
    return partial(_retentions, minutes=minutes, now=chosen.retention)


async def _retentions(
    incoming: Incoming,
    tx: Transaction,
    context: Context,
    *,
    minutes: Mapping[float, float],
    now: float,
) -> list[Reply]:
    rows = [(texts.retention(share, spent), round(share * 100)) for share, spent in minutes.items()]
    buttons = _choices("r", rows, round(now * 100))
    return [shown(incoming, plain(texts.HOW_SURE), buttons)]


async def _say(incoming: Incoming, tx: Transaction, context: Context, *, said: str) -> list[Reply]:
    return [Text(plain(said))]


async def set_value(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """A number for one of the settings."""
    data = incoming.pressed(Set)
    if data.what == "r" and data.value / 100 in RETENTIONS:
        return await _set(incoming, tx, context, retention=data.value / 100)
    if data.what == "n" and data.value in NEW_A_DAY:
        return await _set(incoming, tx, context, new_a_day=data.value)
    if data.what == "v" and data.value < len(Hearing):
        return await _set(incoming, tx, context, voice=list(Hearing)[data.value].value)
    if data.what == "w" and data.value / 100 in SPEEDS:
        return await _set(incoming, tx, context, speed=data.value / 100)
    return [Text(plain(texts.OLD_BUTTON))]


async def pause(incoming: Incoming, tx: Transaction, context: Context) -> list[Reply]:
    """/pause and /stop: no more daily messages until they want some again."""
    await preferences.change(tx, incoming.who, paused=True)
    resume = Button(texts.RESUME, str(Change("g")))
    return [Text(plain(texts.PAUSED), ((resume,),))]


async def _set(
    incoming: Incoming, tx: Transaction, context: Context, **values: object
) -> list[Reply]:
    await preferences.change(tx, incoming.who, **values)
    if "paused" in values:
        await _rescheduled(tx, incoming.who, context.now)
    return await settings(incoming, tx, context)


async def _zone_chosen(
    incoming: Incoming, tx: Transaction, context: Context, name: str
) -> list[Reply]:
    before = await preferences.find(tx, incoming.who)
    await preferences.change(tx, incoming.who, zone=name, awaits_city=False)
    said, hours = texts.zone_set(zones.label(name)), _hours(HOURS, 3, more=True)
    if before.at is None and before.awaits_city:
        # A message has room for buttons, or for taking the key for the location away.
        took = Text(plain(said), removes_keys=True)
        return [took, Text(plain(texts.WHICH_HOUR), hours)]
    if before.at is None:
        return [shown(incoming, join("\n\n", (said, texts.WHICH_HOUR)), hours)]
    chosen = await _rescheduled(tx, incoming.who, context.now)
    following = _next(chosen, said, context.now)
    if before.awaits_city:
        return [Text(following, removes_keys=True)]
    return [shown(incoming, following, ((_back_to_settings(),),))]


async def _rescheduled(tx: Transaction, who: LearnerId, now: datetime) -> Preferences:
    """The next daily message, by what is chosen now. The day's own is not sent twice."""
    chosen = await preferences.find(tx, who)
    at, day = first_message(who, chosen, now, await deliveries.newest(tx, who))
    await preferences.change(tx, who, next_at=at, next_day=day)
    return replace(chosen, next_at=at, next_day=day)


def _ask_for_zone(
    incoming: Incoming, now: datetime, names: Iterable[str], said: str = texts.WHICH_ZONE
) -> Reply:
    rows = [
        (Button(texts.zone_time(zones.label(name), now.astimezone(ZoneInfo(name))),
                str(ChooseZone(short(name)))),)
        for name in names
    ]  # fmt: skip
    other = (Button(texts.OTHER_ZONE, str(OtherZone())),)
    return shown(incoming, plain(said), (*rows, other))


def _hours(hours: Iterable[int], in_row: int, *, more: bool = False) -> Buttons:
    buttons = [Button(f"{hour:02}:00", str(ChooseHour(hour * 60))) for hour in hours]
    rows = [tuple(buttons[at : at + in_row]) for at in range(0, len(buttons), in_row)]
    return (*rows, (Button(texts.OTHER_HOURS, str(OtherHours())),)) if more else tuple(rows)


def _choices(what: str, rows: Iterable[tuple[str, int]], now: int) -> Buttons:
    """The choices one below the other, the present one marked; and the way back."""
    labels = {value: texts.chosen_now(label) if value == now else label for label, value in rows}
    buttons = [(Button(label, str(Set(what, value))),) for value, label in labels.items()]
    return (*buttons, (_back_to_settings(),))


def _back_to_settings() -> Button:
    return Button(texts.BACK_TO_SETTINGS, str(Settings()))


async def _beginnings(tx: Transaction, who: LearnerId, context: Context) -> Buttons:
    """The course's first lesson, or the list."""
    catalogue = context.catalogue
    course = await current_course(tx, who, catalogue) if catalogue else None
    rows = [(Button(texts.CHOOSE_LESSON_BUTTON, str(Lessons())),)]
    if course and course.lessons:
        first = course.lessons[0]
        label = shortened(texts.begin_with(first.number, first.title))
        rows.insert(0, (Button(label, str(OpenLesson(short(f"{course.id}/{first.id}")))),))
    return tuple(rows)


def _next(chosen: Preferences, said: str, now: datetime) -> Styled:
    following = texts.next_message(chosen.next_at, chosen.zone, chosen.at, now)
    return join("\n", (bold(said), "" if chosen.paused else following))


def _summary(chosen: Preferences, now: datetime) -> Styled:
    assert chosen.zone is not None  # noqa: S101
    assert chosen.at is not None  # noqa: S101
    return plain(
        texts.settings_summary(
            zone=zones.label(str(chosen.zone)),
            hour=f"{chosen.at:%H:%M}",
            retention=chosen.retention,
            new=chosen.pace.new,
            cap=chosen.pace.cap,
            paused=chosen.paused,
            following=texts.next_message(chosen.next_at, chosen.zone, chosen.at, now),
        )
    )


def _voice_buttons(chosen: Preferences) -> Buttons:
    now = texts.HEARING[chosen.hearing.value]
    speed = texts.speed(chosen.speed)
    return (
        (Button(f"{texts.SET_HEARING}: {now}", str(Change("v"))),),
        (Button(f"{texts.SET_SPEED}: {speed}", str(Change("w"))),),
    )


def _settings_buttons(chosen: Preferences) -> Buttons:
    pause = texts.RESUME if chosen.paused else texts.PAUSE
    streak = texts.SHOW_STREAK if chosen.streak_hidden else texts.HIDE_STREAK
    return (
        (Button(texts.SET_HOUR, str(Change("h"))), Button(texts.SET_ZONE, str(Change("z")))),
        (Button(texts.SET_RETENTION, str(Retentions())), Button(texts.SET_NEW, str(Change("n")))),
        (Button(streak, str(Change("s"))),),
        (Button(pause, str(Change("g" if chosen.paused else "p"))),),
    )
