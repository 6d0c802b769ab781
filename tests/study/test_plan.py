from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from bot.study.card import Card, Suspended
from bot.study.plan import Candidate, Pace, Today, plan, retries
from bot.study.rating import Rating
from bot.study.scheduler import Scheduler

DAY = date(2026, 6, 1)
SCHEDULER = Scheduler()


def known(number: int, ago: int, lesson: str = "one", siblings: str = "") -> Candidate:
    """A card right twice, so many days ago: the longer ago, the less likely recalled."""
    card = Card(number)
    for day in (DAY - timedelta(days=ago + 2), DAY - timedelta(days=ago)):
        card, _ = SCHEDULER.rate(card, Rating.GOOD, day)
    return Candidate(replace(card, due=DAY - timedelta(days=1)), lesson, siblings)


def fresh(number: int, lesson: str = "one", siblings: str = "") -> Candidate:
    return Candidate(Card(number), lesson, siblings)


def asked(
    *candidates: Candidate, pace: Pace | None = None, today: Today | None = None
) -> list[int]:
    return [card.id for card in plan(candidates, DAY, SCHEDULER, pace or Pace(), today).cards]


def test_what_is_most_at_risk_comes_first_and_new_cards_after_it() -> None:
    assert asked(fresh(9), known(1, ago=10), known(2, ago=90), known(3, ago=40)) == [2, 3, 1, 9]


def test_new_cards_keep_the_order_of_the_lesson_and_their_number() -> None:
    assert asked(*(fresh(n) for n in (7, 3, 5, 1)), pace=Pace(new=3)) == [7, 3, 5]
    assert asked(*(fresh(n) for n in (7, 3, 5, 1)), pace=Pace(new=3), today=Today(3, new=2)) == [7]


def test_the_cap_holds_and_nothing_new_comes_while_more_is_due() -> None:
    due = [known(n, ago=10 + n) for n in range(30)]
    planned = plan([*due, fresh(99)], DAY, SCHEDULER, Pace(cap=20))
    assert len(planned.cards) == 20
    assert planned.waiting == 10
    assert 99 not in [card.id for card in planned.cards]
    assert 99 in asked(*due[:19], fresh(99), pace=Pace(cap=20))
    assert 99 not in asked(*due[:20], fresh(99), pace=Pace(cap=20))


def test_no_new_card_slips_in_later_on_a_full_day() -> None:
    due = [known(n, ago=10) for n in range(10)]
    assert 99 not in asked(*due, fresh(99), pace=Pace(cap=20), today=Today(answered=15))
    assert asked(fresh(99), pace=Pace(cap=20), today=Today(answered=20)) == []


def test_siblings_never_meet_on_one_day() -> None:
    pair = known(1, ago=10, siblings="s"), known(2, ago=50, siblings="s")
    assert asked(*pair, fresh(3, siblings="s"), fresh(4, siblings="t")) == [2, 4]
    assert asked(*pair, today=Today(answered=1, siblings=frozenset({"s"}))) == []


def test_lessons_are_mixed() -> None:
    for lessons in ("aaabbbccc", "aaaabbb", "aabbbbc"):
        cards = [known(n, 50 - n, lesson=lesson) for n, lesson in enumerate(lessons)]
        order = [lessons[n] for n in asked(*cards)]
        assert all(one != other for one, other in pairwise(order)), order


def test_lessons_are_mixed_with_the_question_before() -> None:
    cards = known(1, 50, lesson="a"), known(2, 40, lesson="a"), known(3, 30, lesson="b")
    assert asked(*cards) == [1, 3, 2]
    assert asked(*cards, today=Today(1, lesson="a")) == [3, 1, 2]


def test_after_a_holiday_the_plate_is_gentle() -> None:
    due = [known(n, ago=20 + n) for n in range(60)]
    back = plan([*due, fresh(99)], DAY, SCHEDULER, Pace(cap=20), Today(away=14))
    assert back.gentle
    assert len(back.cards) == 10
    assert back.waiting == 50
    recall = [SCHEDULER.retrievability(card, DAY) for card in back.cards]
    assert recall == sorted(SCHEDULER.retrievability(one.card, DAY) for one in due)[:10]
    assert 99 not in [card.id for card in back.cards]


def test_what_is_set_aside_is_not_asked() -> None:
    leech = known(1, ago=20)
    aside = replace(leech, card=replace(leech.card, suspended=Suspended.LEECH))
    unwanted = replace(fresh(2), card=replace(Card(2), suspended=Suspended.LEARNER))
    assert asked(aside, unwanted) == []


def test_a_missed_item_is_asked_once_more_at_the_end() -> None:
    assert retries([(1, True), (2, False), (3, False), (2, False), (4, True)]) == (2, 3)


def test_a_wall_of_two_weeks_is_gone_in_ten_days() -> None:
    dice, pace = random.Random(4), Pace(new=5, cap=20)
    cards = {n: known(n, ago=15 + n % 30).card for n in range(90)}
    day, sizes, waiting = DAY, [], -1
    for _ in range(10):
        planned = plan(
            [Candidate(card, "one") for card in cards.values()], day, SCHEDULER, pace,
            Today(away=14 if day == DAY else 0),
        )  # fmt: skip
        for card in planned.cards:
            rating = (
                Rating.GOOD if dice.random() < SCHEDULER.retrievability(card, day) else Rating.AGAIN
            )
            cards[card.id], _ = SCHEDULER.rate(card, rating, day, dice=dice)
        sizes.append(len(planned.cards))
        waiting, day = planned.waiting, day + timedelta(days=1)
    assert max(sizes) <= 20
    assert waiting == 0
