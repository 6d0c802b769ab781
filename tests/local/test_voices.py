"""Voice notes and audio: from a real bot to a person, and from a person to the bot."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from telegram import Bot, InlineKeyboardMarkup, InputMediaAudio, InputMediaPhoto
from telegram.error import BadRequest

from bot.local.errors import ApiError
from bot.local.server import LocalServer
from bot.local.sounds import SUFFIXES, VOICE_BYTES, sound_type

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from bot.local.people import Person

    Tone = Callable[..., bytes]


@pytest.fixture(autouse=True)
def _spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the library warns about its old form


async def test_a_voice_note_is_sent_and_comes_down(bot: Bot, ada: Person, tone: Tone) -> None:
    note = tone(2)
    sent = await bot.send_voice(
        ada.id, note, duration=2, caption="<b>Bees</b>, 1 of 3", parse_mode="HTML"
    )
    assert sent.voice
    assert (sent.voice.duration, sent.voice.mime_type, sent.voice.file_size) == (
        timedelta(seconds=2), "audio/ogg", len(note),
    )  # fmt: skip
    assert sent.parse_caption_entities(["bold"])
    file = await bot.get_file(sent.voice.file_id)
    assert str(file.file_path).endswith(".oga")
    assert bytes(await file.download_as_bytearray()) == note
    heard = await ada.hears()
    assert ada.content(heard["voice"]) == note
    assert heard["caption"] == "Bees, 1 of 3"


async def test_a_note_sent_again_by_its_id_keeps_its_duration(
    bot: Bot, ada: Person, tone: Tone
) -> None:
    first = (await bot.send_voice(ada.id, tone(1), duration=timedelta(seconds=7))).voice
    assert first
    again = (await bot.send_voice(ada.id, first.file_id, duration=1)).voice
    assert again == first
    assert again.duration == timedelta(seconds=7)
    with pytest.raises(BadRequest, match="Can't use file of type voice as music"):
        await bot.send_audio(ada.id, first.file_id)


async def test_an_audio_has_a_title(bot: Bot, ada: Person, tone: Tone) -> None:
    course = tone(1, "mp4", "aac")
    sent = await bot.send_audio(
        ada.id, course, duration=61, title="Bees", performer="Viva", filename="bees.m4b",
        thumbnail=b"\xff\xd8\xff", caption="The whole course",
    )  # fmt: skip
    assert sent.audio
    assert (sent.audio.title, sent.audio.performer, sent.audio.file_name) == (
        "Bees",
        "Viva",
        "bees.m4b",
    )
    assert (sent.audio.mime_type, sent.audio.duration) == ("audio/mp4", timedelta(seconds=61))
    again = (await bot.send_audio(ada.id, sent.audio.file_id)).audio
    assert again
    assert (again, again.title) == (sent.audio, "Bees")
    assert ada.content((await ada.hears())["audio"]) == course


async def test_what_does_not_play_as_a_note_comes_as_a_file(
    bot: Bot, ada: Person, tone: Tone
) -> None:
    long = tone(1) + bytes(VOICE_BYTES)
    for content in (long, tone(1, "wav", "pcm_s16le"), b"OggS", b"text"):
        sent = await bot.send_voice(ada.id, content, duration=1)
        assert sent.voice is None
        assert sent.document
        assert sent.document.file_size == len(content)
    assert (await bot.send_voice(ada.id, tone(1, "mp3", "libmp3lame"))).voice
    spoken = await bot.send_audio(ada.id, tone(1), title="not for the music player")
    assert spoken.audio is None
    assert spoken.document


async def test_a_caption_is_edited_and_its_keyboard_goes(
    bot: Bot, ada: Person, tone: Tone, keyboard: Callable[..., dict[str, Any]]
) -> None:
    markup = InlineKeyboardMarkup.de_json(keyboard(["A", "B"]), bot)
    sent = await bot.send_voice(ada.id, tone(1), caption="A or B?", reply_markup=markup)
    await bot.edit_message_caption(
        ada.id, sent.message_id, caption="It was <i>B</i>.", parse_mode="HTML"
    )
    seen = (await ada.sees("edited"))["message"]
    assert (seen["caption"], seen["caption_entities"][0]["type"]) == ("It was B.", "italic")
    assert "reply_markup" not in seen
    assert "voice" in seen
    text = await bot.send_message(ada.id, "words")
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(ada.id, text.message_id, caption="x")


async def test_a_person_speaks(bot: Bot, ada: Person, tone: Tone) -> None:
    note = tone(3)
    sent = await bot.send_message(ada.id, "And?")
    await ada.sends_voice(note, 3, reply_to=sent.message_id)
    message = (await bot.get_updates())[-1].message
    assert message
    assert message.voice
    assert (message.voice.duration, message.voice.mime_type, message.voice.file_size) == (
        timedelta(seconds=3), "audio/ogg", len(note),
    )  # fmt: skip
    assert message.reply_to_message
    assert message.reply_to_message.text == "And?"
    file = await bot.get_file(message.voice.file_id)
    assert bytes(await file.download_as_bytearray()) == note
    ada.blocks()
    with pytest.raises(ApiError, match="unblock the bot first"):
        await ada.sends_voice(note, 3)


async def test_a_file_of_a_person_comes_as_what_it_is(bot: Bot, ada: Person, tone: Tone) -> None:
    for content, name, given in (
        (tone(1), "question.ogg", "audio/ogg"),
        (tone(1, "mp3", "libmp3lame"), "song", ""),
        (tone(1, "wav", "pcm_s16le"), "memo.wav", "audio/x-wav"),
        (b"#!AMR\n", "memo.amr", "audio/amr"),
        (b"%PDF", "notes.pdf", "application/pdf"),
    ):
        await ada.sends_file(content, name, given, duration=1)
    messages = [update.message for update in await bot.get_updates() if update.message]
    voice, song, memo, odd, notes = messages[1:]
    assert voice.voice
    assert song.audio
    assert (song.audio.file_name, song.audio.mime_type) == ("song.mp3", "audio/mpeg")
    assert memo.audio
    assert memo.audio.mime_type == "audio/wav"
    assert odd.audio
    assert odd.audio.mime_type == "audio/amr"
    assert notes.document
    assert notes.document.file_name == "notes.pdf"


async def test_the_page_brings_a_recording(
    page: httpx.AsyncClient, bot: Bot, ada: Person, tone: Tone
) -> None:
    chat = f"/page/{bot.id}/chats/{ada.id}"
    note = tone(1, "webm", "libopus")
    headers = {"Content-Type": "audio/webm;codecs=opus"}
    answer = await page.post(
        f"{chat}/voices", params={"duration": "2.6"}, content=note, headers=headers
    )
    assert answer.json() == {"message_id": ada.chat()[-1]["message_id"]}
    message = (await bot.get_updates())[-1].message
    assert message
    assert message.voice
    assert (message.voice.mime_type, message.voice.duration) == ("audio/webm", timedelta(seconds=3))
    shown = await page.get(
        f"/page/{bot.id}/files/{message.voice.file_id}", headers={"Range": "bytes=0-3"}
    )
    assert (shown.status_code, shown.headers["content-type"]) == (206, "audio/webm")
    assert shown.content == note[:4]


async def test_the_page_brings_a_file_that_is_only_ever_downloaded(
    page: httpx.AsyncClient, bot: Bot, ada: Person
) -> None:
    await page.post(
        f"/page/{bot.id}/chats/{ada.id}/files", params={"name": "ü/b.html"},
        content=b"<script>1</script>", headers={"Content-Type": "text/html"},
    )  # fmt: skip
    document = ada.chat()[-1]["document"]
    assert (document["file_name"], document["mime_type"]) == ("b.html", "text/html")
    shown = await page.get(f"/page/{bot.id}/files/{document['file_id']}")
    assert shown.headers["content-type"] == "application/octet-stream"
    assert shown.headers["content-disposition"].startswith("attachment")


async def test_an_upload_that_makes_no_sense_is_refused(
    page: httpx.AsyncClient, bot: Bot, ada: Person, subtests: pytest.Subtests
) -> None:
    chat = f"/page/{bot.id}/chats/{ada.id}"
    for path, query, content, code in (
        ("voices", {}, b"x", 400),
        ("voices", {"duration": "0"}, b"x", 400),
        ("voices", {"duration": "nan"}, b"x", 400),
        ("voices", {"duration": "1", "colour": "red"}, b"x", 400),
        ("voices", {"duration": "1"}, b"", 400),
        ("files", {}, b"x", 400),
        ("files", {"name": "x"}, bytes(50 * 2**20 + 1), 413),
    ):
        with subtests.test(path=path, query=str(query)):
            answer = await page.post(f"{chat}/{path}", params=query, content=content)
            assert (answer.status_code, bool(answer.json()["error"])) == (code, True)
    foreign = {"Origin": "https://evil.example", "Content-Type": "text/plain"}
    answer = await page.post(f"{chat}/voices?duration=1", content=b"x", headers=foreign)
    assert answer.status_code == 403
    assert [list(m) for m in ada.chat() if "voice" in m or "document" in m] == []


async def test_a_quiz_can_be_heard(bot: Bot, ada: Person, tone: Tone) -> None:
    asked, told = tone(1, "mp3", "libmp3lame"), tone(2, "mp4", "aac")
    sent = await bot.send_poll(
        ada.id, "Which?", ["Oslo", "Rome"], type="quiz", correct_option_ids=[1],
        is_anonymous=False, explanation="Look at a map.",
        media=InputMediaAudio(asked, title="The question", duration=1),
        explanation_media=InputMediaAudio(told, title="Why", duration=2),
    )  # fmt: skip
    assert sent.poll
    assert sent.poll.media
    assert sent.poll.media.audio
    assert sent.poll.explanation_media
    assert sent.poll.explanation_media.audio
    seen = (await ada.hears())["poll"]
    assert ada.content(seen["media"]["audio"]) == asked
    assert "explanation_media" not in seen
    ada.votes(ada.chat()[-1], 0)
    seen = (await ada.sees("poll"))["message"]["poll"]
    assert ada.content(seen["explanation_media"]["audio"]) == told
    update = (await bot.get_updates(allowed_updates=["poll", "message"]))[-1]
    assert update.poll
    assert update.poll.media is None
    assert update.poll.explanation_media
    again = await bot.send_poll(
        ada.id, "Once more?", ["Yes"], media=InputMediaAudio(sent.poll.media.audio.file_id)
    )
    assert again.poll
    assert again.poll.media == sent.poll.media


async def test_a_poll_takes_no_media_that_would_not_be_shown(bot: Bot, ada: Person) -> None:
    for media, words in (
        (InputMediaPhoto(b"x"), "not known to the local server"),
        (InputMediaAudio(b"x", caption="y"), "caption"),
    ):
        with pytest.raises(BadRequest, match=words):
            await bot.send_poll(ada.id, "Which?", ["Oslo"], media=media)
    with pytest.raises(BadRequest, match="Only a quiz"):
        await bot.send_poll(ada.id, "Which?", ["Oslo"], explanation_media=InputMediaAudio(b"x"))


async def test_a_bot_says_that_it_is_recording(bot: Bot, ada: Person) -> None:
    for action in ("record_voice", "upload_voice"):
        await bot.send_chat_action(ada.id, action)
        assert (await ada.sees("action"))["action"] == action


def test_sounds_are_known_by_their_first_bytes(tone: Tone) -> None:
    made = {
        "audio/ogg": tone(1), "audio/mpeg": tone(1, "mp3", "libmp3lame"),
        "audio/mp4": tone(1, "mp4", "aac"), "audio/webm": tone(1, "webm", "libopus"),
        "audio/wav": tone(1, "wav", "pcm_s16le"),
    }  # fmt: skip
    assert {sound_type(content): content for content in made.values()} == made
    assert set(made) == set(SUFFIXES)
    assert sound_type(b"\xff\xfb\x90\x64") == "audio/mpeg"
    for other in (
        b"",
        b"\xff",
        b"OggS",
        b"OggS" + bytes(40),
        b"\xff\xd8\xff\xe0",
        b"RIFF\0\0\0\0WEBP",
    ):
        assert sound_type(other) is None


async def test_files_from_before_there_were_sounds_are_still_there(tmp_path: Path) -> None:
    async with LocalServer(tmp_path, port=0) as server:
        person = server.person("Ada")
        sent = await person.sends_file(b"abc", "a.txt", "text/plain")
    with sqlite3.connect(tmp_path / "local" / "chat.sqlite") as db:
        db.execute("ALTER TABLE files DROP COLUMN about")
        db.execute("PRAGMA user_version = 2")
    db.close()
    async with (
        LocalServer(tmp_path, port=0) as server,
        Bot(server.token, base_url=server.base_url) as bot,
    ):
        again = await bot.send_document(person.id, sent["document"]["file_id"])
    assert again.document
    assert again.document.file_name == "a.txt"
