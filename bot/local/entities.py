"""Formatted text: HTML and entity lists into a plain text with entities, as Telegram does it.

Offsets count UTF-16 code units. The HTML parser follows TDLib's, error texts included; what
Telegram finds by itself (commands, links, mentions, hashtags) is found here in texts of both sides.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.local.errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TEXT_LENGTH = 4096  # characters (code points) after parsing
CAPTION_LENGTH = 1024
TEXT_BYTES = 32_768  # before parsing

# Outer entities first where two cover the same text.
ORDER = (
    "blockquote", "expandable_blockquote", "text_link", "text_mention", "date_time",
    "bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji", "pre", "code",
    "url", "email", "bot_command", "mention", "hashtag",
)  # fmt: skip
FOUND = {"url", "email", "bot_command", "mention", "hashtag", "cashtag", "phone_number"}
QUOTES = {"blockquote", "expandable_blockquote"}
VERBATIM = {"pre", "code"}  # nothing else is marked inside these
NOT_SEARCHED = VERBATIM | {"text_link", "text_mention", "custom_emoji", "date_time"}

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "span": "spoiler", "tg-spoiler": "spoiler", "a": "text_link", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([a-zA-Z]+));?")
PLAIN = re.compile(r"[^<&]+")
SPACE = " \t\r\n\v\f\0"
# Spaces and marks without a width: a text of these alone counts as empty.
INVISIBLE = (
    SPACE
    + "\u00a0\u00ad\u034f\u180e\u2800\u3164\ufeff"
    + "".join(map(chr, [*range(0x2000, 0x2010), *range(0x2028, 0x2030), *range(0x205F, 0x2070)]))
)
SEARCHED = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,:;!?'…»”)\]]", re.IGNORECASE)),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])", re.ASCII),
    ),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}(?!\w)", re.ASCII)),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\d*[^\W\d])\w{1,256}")),
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked stretch of a text, in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    date_time_format: str | None = None

    @property
    def end(self) -> int:
        """The first unit after it."""
        return self.offset + self.length

    def as_json(self) -> dict[str, Any]:
        """As in an answer: only the fields it has."""
        return {key: value for key, value in asdict(self).items() if value is not None}


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def byte_offset(text: str, place: int) -> int:
    """Where Telegram says a fault is: bytes, while `place` counts characters."""
    return len(text[:place].encode())


def unparsable(what: str) -> Exception:
    """Telegram's answer to formatting that makes no sense."""
    return bad_request(f"can't parse entities: {what}")


@dataclass(slots=True)
class OpenTag:
    """A tag that waits for its end."""

    name: str
    attributes: dict[str, str]
    offset: int
    place: int


class HtmlParser:
    """One text being read. `parse` is the way in."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0
        self.text = ""
        self.offset = 0
        self.open: list[OpenTag] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        """The plain text and its entities in the order of their ends."""
        while self.place < len(self.source):
            if plain := PLAIN.match(self.source, self.place):
                self._add(plain[0], plain.end())
            elif self.source[self.place] == "&":
                self._add(*reference(self.source, self.place))
            elif self.source.startswith("</", self.place):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise unparsable(
                f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"'
            )
        return self.text, self.entities

    def _add(self, text: str, end: int) -> None:
        self.text += text
        self.offset += units(text)
        self.place = end

    def _start_tag(self) -> None:
        begin = self.place
        end = self._until(begin + 1, SPACE + ">")
        where = f"at byte offset {byte_offset(self.source, begin)}"
        if end == len(self.source):
            raise unparsable(f"Unclosed start tag {where}")
        name = self.source[begin + 1 : end].lower()
        if name not in TAGS:
            raise unparsable(f'Unsupported start tag "{name}" {where}')
        attributes, end = self._attributes(name, end, where)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise unparsable(f'Tag "span" must have class "tg-spoiler" {where}')
        self.open.append(OpenTag(name, attributes, self.offset, len(self.text)))
        self.place = end + 1

    def _attributes(self, tag: str, place: int, where: str) -> tuple[dict[str, str], int]:
        attributes: dict[str, str] = {}
        while (place := self._skip_space(place)) < len(self.source) and self.source[place] != ">":
            end = self._until(place, SPACE + "=>/\"'")
            name = self.source[place:end]
            if not name:
                raise unparsable(f'Empty attribute name in the tag "{tag}" {where}')
            place = self._skip_space(end)
            if self.source[place : place + 1] == "=":
                attributes[name], place = self._attribute_value(self._skip_space(place + 1), where)
            else:
                attributes[name] = ""
        if place >= len(self.source):
            raise unparsable(f'Unclosed start tag "{tag}" {where}')
        return attributes, place

    def _attribute_value(self, place: int, where: str) -> tuple[str, int]:
        quote = self.source[place : place + 1]
        if quote not in {"'", '"'}:
            word = re.compile(r"[A-Za-z0-9.-]*").match(self.source, place)
            end = word.end() if word else place
            if self.source[end : end + 1] not in {*SPACE, ">"}:
                raise unparsable(
                    f"Unexpected end of name token at byte offset {byte_offset(self.source, place)}"
                )
            return self.source[place:end].lower(), end
        end = self.source.find(quote, place + 1)
        if end < 0:
            raise unparsable(f"Unclosed start tag {where}")
        return unescaped(self.source[place + 1 : end]), end + 1

    def _end_tag(self) -> None:
        begin = self.place
        where = f"at byte offset {byte_offset(self.source, begin)}"
        if not self.open:
            raise unparsable(f"Unexpected end tag {where}")
        name_end = self._until(begin + 2, SPACE + ">")
        name = self.source[begin + 2 : name_end]
        end = self._skip_space(name_end)
        if self.source[end : end + 1] != ">":
            raise unparsable(f"Unclosed end tag {where}")
        tag = self.open.pop()
        if name and name.lower() != tag.name:
            raise unparsable(
                f'Unmatched end tag {where}, expected "</{tag.name}>", found "</{name}>"'
            )
        if self.offset > tag.offset:
            self._close(tag)
        self.place = end + 1

    def _close(self, tag: OpenTag) -> None:
        entity = Entity(TAGS[tag.name], tag.offset, self.offset - tag.offset)
        make = DETAILS.get(tag.name)
        made = make(entity, tag.attributes, self.text[tag.place :]) if make else entity
        before = self.entities[-1] if self.entities else None
        if made and before and is_code_block(made, before):
            language = before.language or made.language
            self.entities[-1] = Entity("pre", made.offset, made.length, language=language)
        elif made:
            self.entities.append(made)

    def _until(self, place: int, stops: str) -> int:
        while place < len(self.source) and self.source[place] not in stops:
            place += 1
        return place

    def _skip_space(self, place: int) -> int:
        while place < len(self.source) and self.source[place] in SPACE:
            place += 1
        return place


def is_code_block(outer: Entity, inner: Entity) -> bool:
    """Whether `<pre><code class="language-x">` has just been closed, in either order."""
    return (
        {outer.type, inner.type} == VERBATIM
        and (outer.offset, outer.length) == (inner.offset, inner.length)
        and bool(outer.language or inner.language)
    )


def link(entity: Entity, attributes: dict[str, str], text: str) -> Entity | None:
    """`<a>`: the address is the text where no href is given; a bad one leaves plain text."""
    url = checked_url(attributes.get("href") or text)
    return replace(entity, url=url) if url else None


def quotation(entity: Entity, attributes: dict[str, str], text: str) -> Entity:
    """`<blockquote>`, with its attribute `expandable`."""
    del text
    return replace(entity, type="expandable_blockquote") if "expandable" in attributes else entity


def code(entity: Entity, attributes: dict[str, str], text: str) -> Entity:
    """`<code>`; its language counts only inside `<pre>`."""
    del text
    kind = attributes.get("class", "")
    language = kind.removeprefix("language-") if kind.startswith("language-") else None
    return replace(entity, language=language)


def emoji(entity: Entity, attributes: dict[str, str], text: str) -> Entity:
    """`<tg-emoji>`."""
    del text
    if not attributes.get("emoji-id", "").isdecimal():
        raise unparsable("Invalid custom emoji identifier specified")
    return replace(entity, custom_emoji_id=attributes["emoji-id"])


def moment(entity: Entity, attributes: dict[str, str], text: str) -> Entity:
    """`<tg-time>`: shown by the reader's program in the reader's own zone."""
    del text
    if not attributes.get("unix", "").isdecimal():
        raise unparsable("Invalid date specified")
    return replace(
        entity, unix_time=int(attributes["unix"]), date_time_format=attributes.get("format", "")
    )


DETAILS: dict[str, Callable[[Entity, dict[str, str], str], Entity | None]] = {
    "a": link, "blockquote": quotation, "code": code, "tg-emoji": emoji, "tg-time": moment,
}  # fmt: skip


def reference(text: str, place: int) -> tuple[str, int]:
    """The character that the `&` at `place` stands for, and where it ends; itself if for none."""
    found = REFERENCE.match(text, place)
    if not found:
        return "&", place + 1
    hexadecimal, decimal, name = found.groups()
    if name:
        return (NAMED[name], found.end()) if name in NAMED else ("&", place + 1)
    number = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if not 0 < number < 0x110000 or 0xD800 <= number < 0xE000:
        return "&", place + 1
    return chr(number), found.end()


def unescaped(text: str) -> str:
    """An attribute's value with its references resolved."""
    return re.sub(r"&[#\w]*;?", lambda found: resolved(found[0]), text)


def resolved(text: str) -> str:
    """A text that begins with `&`, its reference resolved."""
    character, end = reference(text, 0)
    return character + text[end:]


def checked_url(url: str) -> str | None:
    """An address that Telegram would take for a link, in its form; None for any other."""
    url = url.strip()
    if "://" not in url:
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme == "tg" and host:
        return url
    if parts.scheme not in {"http", "https"} or "." not in host.strip(".") or " " in parts.netloc:
        return None
    return url if parts.path else parts._replace(path="/").geturl()


def explicit(text: str, given: Iterable[dict[str, Any]]) -> list[Entity]:
    """The entities a bot sent as a list, checked. Those Telegram finds by itself are left out."""
    starts = {0}
    offset = 0
    for character in text:
        offset += 1 + (character > "\uffff")
        starts.add(offset)
    entities = [one_explicit(item, starts, offset) for item in given if item["type"] not in FOUND]
    return [entity for entity in entities if entity]


def one_explicit(item: dict[str, Any], starts: set[int], end: int) -> Entity | None:
    """One entity of a list. `starts`: the offsets where a character begins."""
    if item["type"] not in ORDER or item["type"] == "text_mention":
        raise unparsable(f'entity type "{item["type"]}" is not known to the local server')
    entity = Entity(**item)
    if entity.offset < 0 or entity.length <= 0:
        raise unparsable(f"entity at UTF-16 offset {entity.offset} has no length or no place")
    if entity.end > end:
        raise unparsable(
            f"entity beginning at UTF-16 offset {entity.offset} ends after the end of the text at "
            f"UTF-16 offset {entity.end}"
        )
    for edge, word in ((entity.offset, "begins"), (entity.end, "ends")):
        if edge not in starts:
            raise unparsable(f"entity {word} in a middle of a UTF-16 symbol at offset {edge}")
    if entity.type == "text_link":
        url = checked_url(entity.url or "")
        return replace(entity, url=url) if url else None
    return entity


def search(text: str, taken: Sequence[Entity]) -> list[Entity]:
    """Commands, addresses, mentions and hashtags, where nothing else forbids them.

    Addresses need their scheme here; Telegram also knows bare domain names.
    """
    closed = [entity for entity in taken if entity.type in NOT_SEARCHED]
    found: list[Entity] = []
    for kind, pattern in SEARCHED:
        for match in pattern.finditer(text):
            entity = Entity(kind, units(text[: match.start()]), units(match[0]))
            if not any(touch(entity, other) for other in (*closed, *found)) and not any(
                cross(entity, other) for other in taken
            ):
                found.append(entity)
    return found


def touch(one: Entity, other: Entity) -> bool:
    """Whether two entities share any text."""
    return one.offset < other.end and other.offset < one.end


def cross(one: Entity, other: Entity) -> bool:
    """Whether two entities share text while neither holds the other."""
    inside = one.offset >= other.offset and one.end <= other.end
    around = one.offset <= other.offset and one.end >= other.end
    return touch(one, other) and not inside and not around


def position(entity: Entity) -> tuple[int, int, int]:
    """Sorts outer entities before inner ones."""
    return entity.offset, -entity.length, ORDER.index(entity.type)


def nested(entities: Iterable[Entity]) -> list[Entity]:
    """In order, without what Telegram drops: marks inside code, and a kind inside its own kind."""
    kept: list[Entity] = []
    around: list[Entity] = []
    for entity in sorted(entities, key=position):
        around = [outer for outer in around if outer.end > entity.offset]
        if any(cross(outer, entity) for outer in around):
            raise unparsable(
                f"entities cross at UTF-16 offset {entity.offset}; the local server takes only "
                f"entities that lie inside each other or apart"
            )
        if not any(drops(outer.type, entity.type) for outer in around):
            kept.append(entity)
            around.append(entity)
    return kept


def drops(outer: str, inner: str) -> bool:
    """Whether an entity of one type leaves no room for one of the other inside it."""
    return outer in VERBATIM or outer == inner or {outer, inner} <= QUOTES


def without(
    text: str, entities: Iterable[Entity], keep: Sequence[bool]
) -> tuple[str, list[Entity]]:
    """The text without the characters not kept, its entities moved to fit."""
    moved = {0: 0}
    before = after = 0
    for character, kept in zip(text, keep, strict=True):
        size = units(character)
        before, after = before + size, after + size * kept
        moved[before] = after
    rest = [
        replace(
            entity, offset=moved[entity.offset], length=moved[entity.end] - moved[entity.offset]
        )
        for entity in entities
    ]
    shorter = "".join(character for character, kept in zip(text, keep, strict=True) if kept)
    return shorter, [entity for entity in rest if entity.length]


def tidied(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """Without carriage returns and outer spaces; control characters become spaces."""
    start = len(text) - len(text.lstrip(SPACE))
    end = len(text.rstrip(SPACE))
    keep = [start <= place < end and character != "\r" for place, character in enumerate(text)]
    text, rest = without(text, entities, keep)
    return re.sub(r"[\0-\x08\x0b-\x1f]", " ", text), rest


def formatted(
    text: str, parse_mode: str | None = None, given: Sequence[dict[str, Any]] | None = None
) -> tuple[str, list[dict[str, Any]]]:
    """A text as it is shown, with all its entities, from HTML or a list of entities."""
    if len(text.encode("utf-8", "surrogatepass")) > TEXT_BYTES:
        raise bad_request("text is too long")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise bad_request("strings must be encoded in UTF-8")
    mode = (parse_mode or "").lower()
    if mode == "html":
        plain, entities = HtmlParser(text).parse()
    elif mode in {"", "none"}:
        plain, entities = text, explicit(text, given or ())
    else:
        raise bad_request(
            f"parse mode {parse_mode} is not known to the local server; use HTML or entities"
        )
    plain, entities = tidied(plain, entities)
    entities = nested(entities)
    entities = sorted((*entities, *search(plain, entities)), key=position)
    return plain, [
        replace(e, language=None if e.type == "code" else e.language).as_json() for e in entities
    ]


def is_empty(text: str) -> bool:
    """Whether nothing of a text can be seen."""
    return not text.strip(INVISIBLE)
