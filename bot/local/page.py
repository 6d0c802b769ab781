"""The side of people: the chat page, what it asks for, and the faults for developers."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.local.arguments import capped
from bot.local.errors import ApiError
from bot.local.faults import Faults
from bot.local.files import UPLOAD_BYTES
from bot.local.methods import Call
from bot.local.methods.profile import commands_for, get_chat_menu_button, text_of
from bot.local.polls import OPTIONS
from bot.local.sounds import SUFFIXES
from bot.local.spec import Upload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.local.guard import Session
    from bot.local.switchboard import Bot, Listener, Switchboard

STATIC = Path(__file__).with_name("static")
BODY_BYTES = 256 * 1024
LONGEST_SOUND = 24 * 3600  # seconds
PING_SECONDS = 20
# Shown in the page itself; anything else is only ever downloaded.
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
SHOWN = {"photos": PICTURES, "voice": set(SUFFIXES), "music": set(SUFFIXES)}
MIME_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")

Endpoint = Callable[[Request], Awaitable[Response]]
Form = TypeVar("Form", bound=BaseModel)


class Strict(BaseModel):
    """A body of the page: no field too many."""

    model_config = ConfigDict(extra="forbid")


class NewPerson(Strict):
    """Someone new."""

    first_name: str = Field(min_length=1, max_length=64)
    language_code: str = Field(default="en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")


class Saying(Strict):
    """A person's text."""

    text: str = Field(min_length=1, max_length=64 * 1024)
    reply_to: int | None = None


class Press(Strict):
    """A press of a button."""

    message_id: int
    data: str = Field(min_length=1, max_length=64)


class Place(Strict):
    """Where a person is, in degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Recording(Strict):
    """What is known of a voice note besides its bytes. The duration is in seconds."""

    duration: float = Field(gt=0, le=LONGEST_SOUND)
    reply_to: int | None = None


class Attachment(Strict):
    """What is known of a file besides its bytes; the duration, of a sound."""

    name: str = Field(min_length=1, max_length=255)
    duration: float = Field(default=0, ge=0, le=LONGEST_SOUND)
    reply_to: int | None = None


class Vote(Strict):
    """A person's choice in a poll."""

    message_id: int
    option_ids: list[int] = Field(max_length=OPTIONS)


class Blocking(Strict):
    """Whether the person blocks the bot."""

    blocked: bool


class Taking(Strict):
    """An action on offer, by its label."""

    label: str


class Page:
    """The routes of a server."""

    def __init__(self, bots: Sequence[Bot], board: Switchboard, session: Session) -> None:
        self._bots = {bot.id: bot for bot in bots}
        self._board = board
        self._session = session

    def routes(self) -> list[BaseRoute]:
        """For the application."""
        chat = "/page/{bot:int}/chats/{person:int}"
        return [
            Route("/", self.index),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/page/state", self._guarded(self.state)),
            Route("/page/people", self._guarded(self.add_person), methods=["POST"]),
            Route("/page/{bot:int}/events", self._guarded(self.events)),
            Route("/page/{bot:int}/files/{file}", self._guarded(self.file)),
            Route(chat, self._guarded(self.chat)),
            Route(f"{chat}/messages", self._guarded(self.say), methods=["POST"]),
            Route(f"{chat}/presses", self._guarded(self.press), methods=["POST"]),
            Route(f"{chat}/locations", self._guarded(self.locate), methods=["POST"]),
            Route(f"{chat}/voices", self._guarded(self.record), methods=["POST"]),
            Route(f"{chat}/files", self._guarded(self.attach), methods=["POST"]),
            Route(f"{chat}/votes", self._guarded(self.vote), methods=["POST"]),
            Route(
                "/dev/{bot:int}/chats/{person:int}/blocked",
                self._guarded(self.block),
                methods=["POST"],
            ),
            Route("/dev/offers", self._guarded(self.take), methods=["POST"]),
            Route("/dev/faults", self._guarded(self.faults), methods=["GET", "POST"]),
        ]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def checked(request: Request) -> Response:
            try:
                self._session.check(request)
                return await endpoint(request)
            except ApiError as error:
                return JSONResponse({"error": error.description}, status_code=error.code)

        return checked

    def _bot(self, request: Request) -> Bot:
        bot = self._bots.get(request.path_params["bot"])
        if not bot:
            raise ApiError(404, "There is no such bot.")
        return bot

    async def index(self, request: Request) -> Response:
        """The page itself, with its key."""
        response = FileResponse(STATIC / "index.html")
        self._session.give(response)
        return response

    async def state(self, request: Request) -> Response:
        """The bots, the people, what goes wrong, and what the owner offers."""
        people = [self._board.person(row[0]) for row in self._board.store.people()]
        return JSONResponse(
            {
                "bots": [self._board.user(bot) for bot in self._bots.values()],
                "people": people,
                "faults": self._board.faults.model_dump(),
                "offers": self._board.offers.state(),
            }
        )

    async def add_person(self, request: Request) -> Response:
        """Someone new."""
        new = await form(request, NewPerson)
        return JSONResponse(self._board.add_person(new.first_name, new.language_code[:2]))

    async def chat(self, request: Request) -> Response:
        """A chat as it stands: messages, and what the bot says of itself."""
        bot, store = self._bot(request), self._board.store
        person = self._board.person(request.path_params["person"])
        person_id, language = person["id"], person["language_code"]
        call = Call(bot, self._board)
        return JSONResponse(
            {
                "bot": self._board.user(bot),
                "messages": self._board.history(bot, person_id),
                "blocked": bool(store.blocked(bot.id, person_id)),
                "started": store.blocked(bot.id, person_id) is not None,
                "description": text_of(store, bot.id, "description", language),
                "short_description": text_of(store, bot.id, "short_description", language),
                "keyboard": self._board.keyboard(bot, person_id),
                "commands": commands_for(store, bot.id, person_id, language),
                "menu_button": get_chat_menu_button(call, person_id),
            }
        )

    async def say(self, request: Request) -> Response:
        """A person writes."""
        said = await form(request, Saying)
        person = request.path_params["person"]
        sent = self._board.say(self._bot(request), person, said.text, said.reply_to)
        return JSONResponse({"message_ids": [message["message_id"] for message in sent]})

    async def press(self, request: Request) -> Response:
        """A person presses a button."""
        press = await form(request, Press)
        person = request.path_params["person"]
        query = self._board.press(self._bot(request), person, press.message_id, press.data)
        return JSONResponse({"query_id": query})

    async def locate(self, request: Request) -> Response:
        """A person shows where they are."""
        place = await form(request, Place)
        person = request.path_params["person"]
        sent = self._board.share_location(
            self._bot(request), person, place.latitude, place.longitude
        )
        return JSONResponse({"message_id": sent["message_id"]})

    async def record(self, request: Request) -> Response:
        """A person speaks: the body is the sound, the query says how long it is."""
        said = queried(Recording, request.query_params)
        voice, person = await upload(request, "voice"), request.path_params["person"]
        duration = whole(said.duration)
        sent = await self._board.send_voice(
            self._bot(request), person, voice, duration, said.reply_to
        )
        return JSONResponse({"message_id": sent["message_id"]})

    async def attach(self, request: Request) -> Response:
        """A person sends a file: the body is its content, the query names it."""
        given = queried(Attachment, request.query_params)
        file, person = await upload(request, given.name), request.path_params["person"]
        duration = whole(given.duration)
        sent = await self._board.attach(self._bot(request), person, file, duration, given.reply_to)
        return JSONResponse({"message_id": sent["message_id"]})

    async def vote(self, request: Request) -> Response:
        """A person votes, or takes the vote back."""
        vote = await form(request, Vote)
        person = request.path_params["person"]
        self._board.vote(self._bot(request), person, vote.message_id, vote.option_ids)
        return JSONResponse({"option_ids": vote.option_ids})

    async def block(self, request: Request) -> Response:
        """A person blocks the bot, or lets it in again."""
        blocking = await form(request, Blocking)
        person = request.path_params["person"]
        self._board.set_blocked(self._bot(request), person, blocking.blocked)
        return JSONResponse({"blocked": blocking.blocked})

    async def faults(self, request: Request) -> Response:
        """What goes wrong, to be read or set."""
        if request.method == "POST":
            self._board.set_faults(await form(request, Faults))
        return JSONResponse(self._board.faults.model_dump())

    async def take(self, request: Request) -> Response:
        """Does what the owner offers."""
        taking = await form(request, Taking)
        return JSONResponse({"text": await self._board.offers.take(taking.label)})

    async def file(self, request: Request) -> Response:
        """A file of the chat: a picture to look at, a sound to hear, anything else to keep."""
        file = self._board.files.one(self._bot(request).id, request.path_params["file"])
        path = self._board.files.content(file)
        if file["mime_type"] in SHOWN.get(file["kind"], ()):
            return FileResponse(path, media_type=file["mime_type"])
        disposition = f"attachment; filename*=UTF-8''{quote(file['name'])}"
        return FileResponse(
            path,
            media_type="application/octet-stream",
            headers={"Content-Disposition": disposition},
        )

    async def events(self, request: Request) -> Response:
        """What happens, as it happens."""
        listener = self._board.listen(self._bot(request))
        return StreamingResponse(stream(listener), media_type="text/event-stream")


async def stream(listener: Listener) -> AsyncIterator[str]:
    """Server-sent events, with a comment now and then so that a dead line is noticed."""
    with listener:
        yield ": listening\n\n"
        while True:
            try:
                event = await listener.next(PING_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if event is None:
                return
            yield f"data: {json.dumps(event)}\n\n"


async def form(request: Request, kind: type[Form]) -> Form:
    """The body of a request of the page."""
    if not re.match(r"application/json\b", request.headers.get("content-type", "")):
        raise ApiError(415, "The body must be JSON.")
    body = await Request(request.scope, capped(request.receive, BODY_BYTES)).body()
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise refused(error) from None


def queried(kind: type[Form], query: Mapping[str, str]) -> Form:
    """The query of a request of the page whose body is a file."""
    try:
        return kind.model_validate_strings(dict(query))
    except ValidationError as error:
        raise refused(error) from None


async def upload(request: Request, name: str) -> Upload:
    """The body as a file, with the type that the browser gives it, less its codecs."""
    mime_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not MIME_TYPE.fullmatch(mime_type):
        mime_type = "application/octet-stream"
    body = await Request(request.scope, capped(request.receive, UPLOAD_BYTES)).body()
    return Upload(name, body, mime_type)


def whole(seconds: float) -> int:
    """A duration as Telegram tells it; 0 where it is not known."""
    return max(1, round(seconds)) if seconds else 0


def refused(error: ValidationError) -> ApiError:
    """What is wrong with a request of the page, for whoever sees it."""
    return ApiError(400, "; ".join(map(fault, error.errors())))


def fault(error: Any) -> str:
    """A line for a person, without the value that was wrong."""
    return f"{'.'.join(map(str, error['loc'])) or 'body'}: {error['msg']}"
