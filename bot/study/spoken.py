"""Where a language is spoken: the time zones to offer first to who uses it.

Ordered by how many people of that language live by that clock, as far as they use Telegram. It is a
list of buttons and never an answer, so it need not be exact.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ANYWHERE", "BY_COUNTRY", "BY_LANGUAGE"]

ANYWHERE: Final = (
    "Europe/London",
    "Europe/Berlin",
    "Europe/Moscow",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "America/New_York",
)
"""For a language that is not in the list, or unknown."""

_ENGLISH = "America/New_York Europe/London Asia/Kolkata America/Los_Angeles America/Chicago"
_SPANISH = "Europe/Madrid America/Mexico_City America/Bogota America/Argentina/Buenos_Aires"
_CHINESE = "Asia/Shanghai Asia/Hong_Kong Asia/Taipei Asia/Singapore"
_RUSSIAN = "Europe/Moscow Asia/Yekaterinburg Asia/Novosibirsk Europe/Samara Asia/Almaty"
_ARABIC = "Africa/Cairo Asia/Riyadh Asia/Dubai Asia/Baghdad Africa/Casablanca Africa/Algiers"
_BRAZIL = "America/Sao_Paulo America/Bahia America/Manaus America/Fortaleza America/Cuiaba"
_FRENCH = "Europe/Brussels Europe/Zurich America/Toronto"
_INDIA = "Asia/Kolkata"

BY_LANGUAGE: Final = {
    "af": "Africa/Johannesburg Africa/Windhoek",
    "am": "Africa/Addis_Ababa",
    "ar": _ARABIC,
    "as": _INDIA,
    "az": "Asia/Baku Asia/Tehran",
    "be": "Europe/Minsk",
    "bg": "Europe/Sofia",
    "bn": "Asia/Dhaka Asia/Kolkata",
    "bs": "Europe/Sarajevo",
    "ca": "Europe/Madrid Europe/Andorra",
    "cs": "Europe/Prague",
    "cy": "Europe/London",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin Europe/Vienna Europe/Zurich",
    "el": "Europe/Athens Asia/Nicosia",
    "en": f"{_ENGLISH} Australia/Sydney",
    "es": f"{_SPANISH} America/Lima America/Santiago",
    "et": "Europe/Tallinn",
    "eu": "Europe/Madrid Europe/Paris",
    "fa": "Asia/Tehran Asia/Kabul",
    "fi": "Europe/Helsinki",
    "fil": "Asia/Manila",
    "fr": f"Europe/Paris {_FRENCH} Africa/Abidjan Africa/Kinshasa",
    "ga": "Europe/Dublin",
    "gl": "Europe/Madrid",
    "gu": _INDIA,
    "he": "Asia/Jerusalem",
    "hi": _INDIA,
    "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest",
    "hy": "Asia/Yerevan",
    "id": "Asia/Jakarta Asia/Makassar Asia/Jayapura",
    "is": "Atlantic/Reykjavik",
    "it": "Europe/Rome Europe/Zurich",
    "ja": "Asia/Tokyo",
    "ka": "Asia/Tbilisi",
    "kk": "Asia/Almaty Asia/Aqtau",
    "km": "Asia/Phnom_Penh",
    "kn": _INDIA,
    "ko": "Asia/Seoul",
    "ku": "Asia/Baghdad Europe/Istanbul",
    "ky": "Asia/Bishkek",
    "lo": "Asia/Vientiane",
    "lt": "Europe/Vilnius",
    "lv": "Europe/Riga",
    "mk": "Europe/Skopje",
    "ml": _INDIA,
    "mn": "Asia/Ulaanbaatar",
    "mr": _INDIA,
    "ms": "Asia/Kuala_Lumpur Asia/Singapore",
    "mt": "Europe/Malta",
    "my": "Asia/Yangon",
    "ne": "Asia/Kathmandu",
    "nl": "Europe/Amsterdam Europe/Brussels",
    "no": "Europe/Oslo",
    "or": _INDIA,
    "pa": "Asia/Kolkata Asia/Karachi",
    "pl": "Europe/Warsaw",
    "pt": "Europe/Lisbon America/Sao_Paulo Africa/Luanda Africa/Maputo America/Manaus",
    "ro": "Europe/Bucharest Europe/Chisinau",
    "ru": f"{_RUSSIAN} Asia/Krasnoyarsk",
    "si": "Asia/Colombo",
    "sk": "Europe/Bratislava",
    "sl": "Europe/Ljubljana",
    "sq": "Europe/Tirane",
    "sr": "Europe/Belgrade",
    "sv": "Europe/Stockholm Europe/Helsinki",
    "sw": "Africa/Nairobi Africa/Dar_es_Salaam",
    "ta": "Asia/Kolkata Asia/Colombo",
    "te": _INDIA,
    "tg": "Asia/Dushanbe",
    "th": "Asia/Bangkok",
    "tk": "Asia/Ashgabat",
    "tr": "Europe/Istanbul",
    "uk": "Europe/Kyiv Europe/Warsaw Europe/Berlin",
    "ur": "Asia/Karachi Asia/Kolkata",
    "uz": "Asia/Tashkent",
    "vi": "Asia/Ho_Chi_Minh",
    "yo": "Africa/Lagos",
    "zh": _CHINESE,
    "zu": "Africa/Johannesburg",
}
"""Zones by the first part of a language code; older codes are read as their newer ones."""

BY_COUNTRY: Final = {
    "at": "Europe/Vienna",
    "au": "Australia/Sydney Australia/Brisbane Australia/Perth Australia/Adelaide",
    "be": "Europe/Brussels",
    "br": _BRAZIL,
    "ca": "America/Toronto America/Vancouver America/Edmonton America/Winnipeg America/Halifax",
    "ch": "Europe/Zurich",
    "cn": "Asia/Shanghai Asia/Urumqi",
    "gb": "Europe/London",
    "hans": "Asia/Shanghai Asia/Singapore",
    "hant": "Asia/Taipei Asia/Hong_Kong",
    "hk": "Asia/Hong_Kong",
    "ie": "Europe/Dublin",
    "in": _INDIA,
    "mx": "America/Mexico_City America/Monterrey America/Tijuana America/Cancun",
    "nz": "Pacific/Auckland",
    "pt": "Europe/Lisbon Atlantic/Azores",
    "tw": "Asia/Taipei",
    "us": "America/New_York America/Chicago America/Los_Angeles America/Denver America/Phoenix",
}
"""Zones by what follows in a language code: "pt-br", "en-AU", "zh-hans"."""
