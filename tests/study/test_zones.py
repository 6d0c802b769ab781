from __future__ import annotations

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.study.gazetteer import gazetteer
from bot.study.spoken import BY_COUNTRY, BY_LANGUAGE
from bot.study.zones import MOST, at, guessed, label, of_city


def first(text: str) -> str:
    return of_city(text)[0].zone


@pytest.mark.parametrize(
    ("language", "zone"),
    [
        ("de", "Europe/Berlin"),
        ("fr", "Europe/Paris"),
        ("es", "Europe/Madrid"),
        ("pt", "Europe/Lisbon"),
        ("pt-br", "America/Sao_Paulo"),
        ("PT_BR", "America/Sao_Paulo"),
        ("ru", "Europe/Moscow"),
        ("uk", "Europe/Kyiv"),
        ("hi", "Asia/Kolkata"),
        ("zh", "Asia/Shanghai"),
        ("zh-hant", "Asia/Taipei"),
        ("ja", "Asia/Tokyo"),
        ("nb", "Europe/Oslo"),
        ("de-AT", "Europe/Vienna"),
        ("en", "America/New_York"),
    ],
)
def test_a_language_offers_where_it_is_spoken(language: str, zone: str) -> None:
    assert guessed(language)[0] == zone


@pytest.mark.parametrize("language", [None, "", "xx", "-", "en", *BY_LANGUAGE])
def test_every_offer_is_short_exists_and_has_a_name(language: str | None) -> None:
    offered = guessed(language)
    assert 1 <= len(offered) <= MOST
    assert len({label(zone) for zone in offered}) == len(offered)
    assert set(offered) <= available_timezones()


def test_every_zone_of_a_country_exists() -> None:
    assert {zone for zones in BY_COUNTRY.values() for zone in zones.split()} <= (
        available_timezones()
    )


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("  bErLiN ", "Europe/Berlin"),
        ("NYC", "America/New_York"),
        ("San Francisco", "America/Los_Angeles"),
        ("san-francisco", "America/Los_Angeles"),
        ("Frankfurt", "Europe/Berlin"),
        ("Frankfurt (Oder)", "Europe/Berlin"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Muenchen", "Europe/Berlin"),
        ("Wien", "Europe/Vienna"),
        ("Łódź", "Europe/Warsaw"),
        ("Bombay", "Asia/Kolkata"),
        ("Kiev", "Europe/Kyiv"),
        ("Москва", "Europe/Moscow"),
        ("東京", "Asia/Tokyo"),
        ("दिल्ली", "Asia/Kolkata"),
        ("القاهرة", "Africa/Cairo"),
        ("York", "Europe/London"),
        ("I live in Berlin", "Europe/Berlin"),
        ("berlin time.", "Europe/Berlin"),
    ],
)
def test_a_city_is_found_in_any_usual_spelling(typed: str, zone: str) -> None:
    assert first(typed) == zone


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Berln", "Berlin"),
        ("San Fransisco", "San Francisco"),
        ("Pheonix", "Phoenix"),
        ("Frankfrut", "Frankfurt am Main"),
        ("Stokholm", "Stockholm"),
        ("Масква", "Moscow"),
        ("Amsterdan, Netherlands", "Amsterdam"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(typed: str, name: str) -> None:
    assert of_city(typed)[0].name == name


def test_namesakes_in_other_zones_are_offered_the_biggest_first() -> None:
    assert [city.zone for city in of_city("Portland")] == [
        "America/Los_Angeles",
        "America/New_York",
        "America/Chicago",
    ]
    london = of_city("London")
    assert [(city.name, city.country) for city in london] == [
        ("London", "United Kingdom"),
        ("London", "Canada"),
    ]
    assert {"Europe/Moscow", "America/New_York"} == {c.zone for c in of_city("St. Petersburg")}
    assert [city.country for city in of_city("Paris")] == ["France"]
    assert first("Saint Louis") == first("St Louis") == "America/Chicago"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Portland, Maine", "America/New_York"),
        ("Portland OR", "America/Los_Angeles"),
        ("Paris, Texas", "America/Chicago"),
        ("London, UK", "Europe/London"),
        ("London Canada", "America/Toronto"),
        ("Washington, D.C.", "America/New_York"),
        ("München, Bayern", "Europe/Berlin"),
        ("New York, NY, USA", "America/New_York"),
    ],
)
def test_a_country_or_state_tells_which(typed: str, zone: str) -> None:
    assert first(typed) == zone
    assert len(of_city(typed)) == 1


def test_a_country_alone_offers_its_zones() -> None:
    assert [city.name for city in of_city("Germany")] == ["Berlin"]
    assert [city.zone for city in of_city("india")] == ["Asia/Kolkata"]
    assert {"Asia/Tbilisi", "America/New_York"} <= {city.zone for city in of_city("Georgia")}
    zones = [city.zone for city in of_city("USA")]
    assert zones[:2] == ["America/New_York", "America/Los_Angeles"]
    assert len(zones) == len(set(zones)) == MOST


def test_zones_clocks_and_offsets_are_understood() -> None:
    (berlin,) = of_city("europe/berlin")
    assert (berlin.name, berlin.country, berlin.zone) == ("Berlin", "Germany", "Europe/Berlin")
    assert first("America/new york") == "America/New_York"
    assert first("PST") == "America/Los_Angeles"
    assert first("UTC+2") == "Etc/GMT-2"
    assert of_city("GMT-3")[0].name == "UTC-3"
    assert first("UTC") == first("utc+0") == "Etc/UTC"
    assert first("UTC+5:30") == first("+05:30") == first("gmt+0530") == "Asia/Kolkata"
    assert first("UTC-3:30") == "America/St_Johns"
    assert of_city("UTC+25") == of_city("UTC+1:07") == of_city("5") == ()


@pytest.mark.parametrize(
    "typed",
    [
        *("", "   ", "?", "no", "yes", "stop", "maybe later", "skip", "hello", "thanks", "12345"),
        *("asdfghjkl", "what is AlexNet?", "who won in 2012, and why?", "😀", "x" * 5000),
        "../../etc/passwd",
    ],
)
def test_what_is_no_city_finds_none(typed: str) -> None:
    assert of_city(typed) == ()


def test_every_zone_of_the_gazetteer_exists() -> None:
    for zone in gazetteer().zones():
        ZoneInfo(zone)


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (52.52, 13.405, "Europe/Berlin"),
        (37.77, -122.42, "America/Los_Angeles"),
        (35.68, 139.69, "Asia/Tokyo"),
        (27.7, 85.3, "Asia/Kathmandu"),
        (-43.95, -176.55, "Pacific/Chatham"),
        (0, -150, "Etc/GMT+10"),
        (91, 0, None),
        (0, 181, None),
        (math.nan, 0, None),
        (math.inf, 0, None),
    ],
)
def test_a_shared_place_has_a_zone(latitude: float, longitude: float, zone: str | None) -> None:
    assert at(latitude, longitude) == zone


def test_the_whole_globe_has_zones_that_exist() -> None:
    for latitude in range(-90, 91, 5):
        for longitude in range(-180, 181, 5):
            zone = at(latitude, longitude)
            assert zone is not None
            ZoneInfo(zone)
            assert label(zone)


def test_zones_are_called_by_their_city() -> None:
    names = {
        "Europe/Berlin": "Berlin",
        "America/New_York": "New York",
        "America/Sao_Paulo": "São Paulo",
        "America/Argentina/Buenos_Aires": "Buenos Aires",
        "Etc/GMT-2": "UTC+2",
        "Etc/GMT+10": "UTC-10",
        "Etc/UTC": "UTC",
        "UTC": "UTC",
    }
    assert {zone: label(zone) for zone in names} == names


def test_the_gazetteer_is_read_once_by_many_threads() -> None:
    start = threading.Barrier(4)

    def ask(_: int) -> int:
        start.wait(timeout=60)
        return id(gazetteer())

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
