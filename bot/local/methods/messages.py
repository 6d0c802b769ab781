"""Texts and pictures to a chat; changing and deleting them; what the bot is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.local.entities import CAPTION_LENGTH, TEXT_LENGTH, formatted, is_empty
from bot.local.errors import bad_request
from bot.local.files import references
from bot.local.images import size_of
from bot.local.keyboards import checked_keyboard, checked_markup
from bot.local.methods import Call, method
from bot.local.spec import Upload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.local.store import JSON

PHOTO_BYTES = 10 * 2**20
PHOTO_SIDES = 10_000  # width and height together
PHOTO_RATIO = 20
MEDIA = {"photo", "document", "voice", "audio"}  # what has a caption
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


def text_fields(text: str, parse_mode: str | None, entities: Sequence[JSON] | None) -> JSON:
    """The fields of a text message."""
    plain, marks = formatted(text, parse_mode, entities)
    if is_empty(plain):
        raise bad_request("message text is empty")
    if len(plain) > TEXT_LENGTH:
        raise bad_request("message is too long")
    return {"text": plain, **({"entities": marks} if marks else {})}


def caption_fields(text: str, parse_mode: str | None, entities: Sequence[JSON] | None) -> JSON:
    """The fields of a caption."""
    plain, marks = formatted(text, parse_mode, entities)
    if len(plain) > CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    if is_empty(plain):
        return {}
    return {"caption": plain, **({"caption_entities": marks} if marks else {})}


@method("sendMessage")
def send_message(
    call: Call,
    chat_id: int | str,
    text: str,
    parse_mode: str | None = None,
    entities: Sequence[JSON] | None = None,
    link_preview_options: JSON | None = None,
    disable_notification: bool = False,
    protect_content: bool = False,
    reply_parameters: JSON | None = None,
    reply_markup: JSON | None = None,
) -> JSON:
    """A text. There are no previews and no notifications here, so those options change nothing."""
    chat = call.board.reachable(call.bot, chat_id)
    content = text_fields(text, parse_mode, entities)
    if link_preview_options:
        content["link_preview_options"] = link_preview_options
    if protect_content:
        content["has_protected_content"] = True
    keyboard = checked_markup(reply_markup)
    return call.board.send(call.bot, chat, content, keyboard, reply_parameters)


@method("sendPhoto")
async def send_photo(
    call: Call,
    chat_id: int | str,
    photo: Upload | str,
    caption: str = "",
    parse_mode: str | None = None,
    caption_entities: Sequence[JSON] | None = None,
    show_caption_above_media: bool = False,
    has_spoiler: bool = False,
    disable_notification: bool = False,
    protect_content: bool = False,
    reply_parameters: JSON | None = None,
    reply_markup: JSON | None = None,
) -> JSON:
    """A picture, uploaded or by the file_id of one sent before."""
    board, bot = call.board, call.bot
    chat = board.reachable(bot, chat_id)
    content = caption_fields(caption, parse_mode, caption_entities)
    keyboard = checked_markup(reply_markup)
    if isinstance(photo, Upload):
        check_photo(photo.content)
        file = await board.files.keep(bot.id, "photos", as_picture(photo))
    else:
        file = board.files.known(bot.id, "photos", photo)
    _, width, height = check_photo(board.files.content(file).read_bytes())
    content["photo"] = [{**references(file), "width": width, "height": height}]
    options = {
        "show_caption_above_media": show_caption_above_media,
        "has_media_spoiler": has_spoiler,
        "has_protected_content": protect_content,
    }
    content |= {name: True for name, value in options.items() if value}
    return board.send(bot, chat, content, keyboard, reply_parameters)


def as_picture(upload: Upload) -> Upload:
    """The upload under the type that its bytes show, whatever it was called."""
    mime_type = check_photo(upload.content)[0]
    return Upload(f"photo.{mime_type.removeprefix('image/')}", upload.content, mime_type)


def check_photo(content: bytes) -> tuple[str, int, int]:
    """Its type, width and height, if Telegram would take it for a photo."""
    if len(content) > PHOTO_BYTES:
        raise bad_request("file is too big")
    found = size_of(content)
    if not found:
        raise bad_request("IMAGE_PROCESS_FAILED")
    _, width, height = found
    short, long = sorted((width, height))
    if not short or width + height > PHOTO_SIDES or long > PHOTO_RATIO * short:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return found


@method("sendDocument")
async def send_document(
    call: Call,
    chat_id: int | str,
    document: Upload | str,
    caption: str = "",
    parse_mode: str | None = None,
    caption_entities: Sequence[JSON] | None = None,
    disable_content_type_detection: bool = False,
    disable_notification: bool = False,
    protect_content: bool = False,
    reply_parameters: JSON | None = None,
    reply_markup: JSON | None = None,
) -> JSON:
    """A file to download, uploaded or by the file_id of one sent before."""
    board, bot = call.board, call.bot
    chat = board.reachable(bot, chat_id)
    content = caption_fields(caption, parse_mode, caption_entities)
    keyboard = checked_markup(reply_markup)
    if isinstance(document, Upload):
        file = await board.files.keep(bot.id, "documents", document)
    else:
        file = board.files.known(bot.id, "documents", document)
    names = {"file_name": file["name"], "mime_type": file["mime_type"]}
    content["document"] = {**references(file), **names}
    if protect_content:
        content["has_protected_content"] = True
    return board.send(bot, chat, content, keyboard, reply_parameters)


def edited(
    call: Call, chat_id: int | str | None, message_id: int | None, fields: JSON, old: set[str]
) -> JSON:
    """A message with its `old` fields taken out and new ones put in."""
    if chat_id is None or message_id is None:
        raise bad_request("message identifier is not specified")
    chat = call.board.reachable(call.bot, chat_id)

    def change(body: JSON) -> None:
        if "text" in fields and "text" not in body:
            raise bad_request("there is no text in the message to edit")
        if "caption" in old and not MEDIA & body.keys():
            raise bad_request("there is no caption in the message to edit")
        for name in old:
            body.pop(name, None)
        body.update(fields)

    return call.board.edit(call.bot, chat, message_id, change)


def keyboard_field(markup: JSON | None) -> dict[str, Any]:
    """The keyboard as a field of a message, if there is one."""
    keyboard = checked_keyboard(markup)
    return {"reply_markup": keyboard} if keyboard else {}


@method("editMessageText")
def edit_message_text(
    call: Call,
    text: str = "",
    chat_id: int | str | None = None,
    message_id: int | None = None,
    parse_mode: str | None = None,
    entities: Sequence[JSON] | None = None,
    link_preview_options: JSON | None = None,
    reply_markup: JSON | None = None,
) -> JSON:
    """Another text in its place. A keyboard that is not given again goes away, as in Telegram."""
    fields = text_fields(text, parse_mode, entities) | keyboard_field(reply_markup)
    if link_preview_options:
        fields["link_preview_options"] = link_preview_options
    old = {"text", "entities", "link_preview_options", "reply_markup"}
    return edited(call, chat_id, message_id, fields, old)


@method("editMessageCaption")
def edit_message_caption(
    call: Call,
    caption: str = "",
    chat_id: int | str | None = None,
    message_id: int | None = None,
    parse_mode: str | None = None,
    caption_entities: Sequence[JSON] | None = None,
    reply_markup: JSON | None = None,
) -> JSON:
    """Other words under a picture, a file or a sound. The keyboard goes as in `editMessageText`."""
    fields = caption_fields(caption, parse_mode, caption_entities) | keyboard_field(reply_markup)
    return edited(
        call, chat_id, message_id, fields, {"caption", "caption_entities", "reply_markup"}
    )


@method("editMessageReplyMarkup")
def edit_message_reply_markup(
    call: Call,
    chat_id: int | str | None = None,
    message_id: int | None = None,
    reply_markup: JSON | None = None,
) -> JSON:
    """Another keyboard under it, or none."""
    return edited(call, chat_id, message_id, keyboard_field(reply_markup), {"reply_markup"})


@method("deleteMessage")
def delete_message(call: Call, chat_id: int | str, message_id: int) -> bool:
    """Takes a message away, the bot's or the person's."""
    call.board.delete(call.bot, call.board.reachable(call.bot, chat_id), message_id)
    return True


@method("sendChatAction")
def send_chat_action(call: Call, chat_id: int | str, action: str) -> bool:
    """What the bot is doing, such as "typing"."""
    chat = call.board.reachable(call.bot, chat_id)
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    call.board.act(call.bot, chat, action)
    return True
