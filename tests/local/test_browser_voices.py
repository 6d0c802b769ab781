"""Voice notes on the chat page in a real browser: recorded from a microphone, played, sent as files."""

from __future__ import annotations

import asyncio
import io
import re
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaAudio

from bot.local.server import LocalServer
from tests.local.test_browser import CHROMIUM, FLAGS, say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from playwright.async_api import Browser, Locator, Page
    from telegram import Message

    from bot.local.people import Person

    Tone = Callable[..., bytes]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),  # one browser for all
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]
CUT = "net::ERR_FAILED"  # a request that a test itself cut
PITCH = 330  # hertz; what the microphone hears


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(tone: Tone, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """A browser in a room that hums."""
    room = tmp_path_factory.mktemp("room") / "hum.wav"
    room.write_bytes(tone(10, "wav", "pcm_s16le", PITCH))
    microphone = [
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={room}", "--mute-audio",
    ]  # fmt: skip
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, *microphone]
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def server(tmp_path: Path) -> AsyncIterator[LocalServer]:
    async with LocalServer(tmp_path, port=0) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def ada(server: LocalServer) -> Person:
    ada = server.person("Ada")
    ada.says("/start")
    return ada


@pytest_asyncio.fixture(loop_scope="module")
async def bot(server: LocalServer) -> AsyncIterator[Bot]:
    async with Bot(
        server.token, base_url=server.base_url, base_file_url=server.base_file_url
    ) as bot:
        yield bot


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, server: LocalServer, ada: Person) -> AsyncIterator[Page]:
    async for page in opened(browser, server, ada):
        yield page


async def opened(browser: Browser, server: LocalServer, person: Person) -> AsyncIterator[Page]:
    """The page as that person sees it; whatever it complains of is a fault."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)
    await page.add_init_script(f"localStorage.setItem('person', '{person.id}')")
    await page.goto(server.url)
    await expect(page.locator("#head-person")).to_have_text("Ada")
    yield page
    await context.close()
    assert [fault for fault in faults if CUT not in fault] == []


async def newest(bot: Bot, seconds: float = 10) -> Message:
    """The message that comes next, /start aside."""
    async with asyncio.timeout(seconds):
        while True:
            for update in await bot.get_updates(timeout=5):
                await bot.get_updates(offset=update.update_id + 1)
                if update.message and update.message.text != "/start":
                    return update.message


async def wave(bot: Bot, message: Message) -> tuple[int, np.ndarray]:
    """What the bot hears in a voice note: samples a second, and the samples from -1 to 1."""
    assert message.voice
    file = await bot.get_file(message.voice.file_id)
    content = io.BytesIO(bytes(await file.download_as_bytearray()))
    with av.open(content, "r") as opened:
        mono = av.AudioResampler(format="flt", layout="mono")
        frames = [part for frame in opened.decode(audio=0) for part in mono.resample(frame)]
    return frames[0].sample_rate, np.concatenate([frame.to_ndarray()[0] for frame in frames])


def pitch(rate: int, samples: np.ndarray) -> float:
    """The strongest frequency, in hertz."""
    loudness = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[loudness.argmax()])


def notes(page: Page) -> Locator:
    return page.get_by_role("group", name="Voice note")


def playing(page: Page) -> Locator:
    return page.get_by_role("button", name="Pause")


async def test_what_the_microphone_hears_reaches_the_bot(page: Page, bot: Bot) -> None:
    await page.get_by_role("button", name="Record a voice note").click()
    await expect(page.get_by_text("Recording…")).to_be_visible()
    await expect(page.locator("#recording-time")).to_have_text("0:02")
    await page.get_by_role("button", name="Send the voice note").click()
    message = await newest(bot)
    assert message.voice
    assert message.voice.mime_type in {"audio/ogg", "audio/webm"}
    rate, samples = await wave(bot, message)
    assert 1.5 < len(samples) / rate < 5
    assert np.abs(samples).max() > 0.01
    assert pitch(rate, samples) == pytest.approx(PITCH, abs=10)
    await expect(notes(page)).to_have_count(1)
    await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    await notes(page).get_by_role("button", name="Play, 0:0").click()
    await expect(playing(page)).to_be_visible()
    await notes(page).get_by_role("slider").press("ArrowRight")  # past its end
    await expect(playing(page)).to_have_count(0)


async def test_the_button_can_be_held_down(page: Page, bot: Bot) -> None:
    button = page.get_by_role("button", name="Record a voice note")
    await button.hover()
    await page.mouse.down()
    await expect(page.locator("#recording-time")).to_have_text("0:01")
    await page.mouse.up()
    assert (await newest(bot)).voice
    await expect(button).to_be_visible()
    await button.hover()
    await page.mouse.down()
    await expect(page.locator("#recording-time")).to_have_text("0:01")
    await page.get_by_role("button", name="Cancel the recording").hover()
    await page.mouse.up()
    await expect(button).to_be_visible()
    await expect(notes(page)).to_have_count(1)


async def test_a_recording_is_cancelled_and_made_by_keyboard(page: Page, bot: Bot) -> None:
    button = page.get_by_role("button", name="Record a voice note")
    await button.press("Enter")
    await expect(page.get_by_text("Recording…")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("Recording…")).to_be_hidden()
    await button.press("Enter")
    await page.get_by_role("button", name="Cancel the recording").press("Enter")
    await expect(button).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#recording-time")).to_have_text("0:01")
    await page.keyboard.press("Enter")
    assert (await newest(bot)).voice
    await expect(notes(page)).to_have_count(1)


async def test_a_note_that_did_not_arrive_is_not_lost(page: Page, bot: Bot) -> None:
    refuse = "**/voices?*"
    await page.route(refuse, lambda route: route.abort())
    await page.get_by_role("button", name="Record a voice note").click()
    await expect(page.locator("#recording-time")).to_have_text("0:01")
    await page.get_by_role("button", name="Send the voice note").click()
    await expect(page.get_by_text("Not sent yet")).to_be_visible()
    await page.unroute(refuse)
    await page.get_by_role("button", name="Send the voice note").click()
    assert (await newest(bot)).voice


async def test_a_voice_note_is_a_reply(page: Page, bot: Bot, ada: Person) -> None:
    await bot.send_message(ada.id, "What is a bee?")
    await expect(page.get_by_text("What is a bee?")).to_be_visible()
    await page.get_by_role("button", name="Reply to this message").last.click()
    await page.get_by_role("button", name="Record a voice note").click()
    await expect(page.locator("#recording-time")).to_have_text("0:01")
    await page.get_by_role("button", name="Send the voice note").click()
    message = await newest(bot)
    assert message.reply_to_message
    assert message.reply_to_message.text == "What is a bee?"
    await expect(page.locator("#replying")).to_be_hidden()


async def test_without_a_microphone_a_recording_goes_as_a_file(
    server: LocalServer, bot: Bot, ada: Person, tone: Tone
) -> None:
    async with async_playwright() as playwright:
        deaf = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        async for page in opened(deaf, server, ada):
            await page.get_by_role("button", name="Record a voice note").click()
            await expect(page.locator("#toast")).to_contain_text("You can attach a recording")
            for name, kind, content in (
                ("memo.ogg", "audio/ogg", tone(2)),
                ("memo.mp3", "audio/mpeg", tone(2, "mp3", "libmp3lame")),
                ("notes.pdf", "application/pdf", b"%PDF"),
            ):
                async with page.expect_file_chooser() as chooser:
                    await page.get_by_role("button", name="Attach a recording").press("Enter")
                await (await chooser.value).set_files(
                    {"name": name, "mimeType": kind, "buffer": content}
                )
            spoken, music, notes = [await newest(bot) for _ in range(3)]
            assert spoken.voice
            assert spoken.to_dict()["voice"]["duration"] == 2
            assert music.audio
            assert music.to_dict()["audio"]["duration"] == 2
            assert notes.document
            await expect(page.get_by_role("link", name="memo.mp3")).to_be_visible()
        await deaf.close()


WATCH = """
const played = [];
new MutationObserver((changes) => {
  const rows = [...document.querySelectorAll(".sound")];
  for (const { target } of changes) {
    const row = rows.indexOf(target);
    if (target.matches(".runs") && played.at(-1) !== row) played.push(row);
  }
  document.body.dataset.played = played.join(" ");
}).observe(document.getElementById("log"), { attributeFilter: ["class"], subtree: true });
"""  # a note is short, and looking now and then could miss it


async def test_notes_play_on_until_another_message(
    page: Page, bot: Bot, ada: Person, tone: Tone
) -> None:
    for part in range(1, 4):
        await bot.send_voice(ada.id, tone(1), duration=1, caption=f"Part {part}\n" * 20)
    await bot.send_message(ada.id, "That was the lesson.\n" * 20)
    await bot.send_voice(ada.id, tone(1), duration=1, caption="Part 4")
    rows = page.locator(".sound")
    await expect(rows).to_have_count(4)
    await page.evaluate(WATCH)
    await rows.first.get_by_role("button", name="Play, 0:01").press("Enter")
    await expect(page.locator("body")).to_have_attribute("data-played", "0 1 2")
    await expect(rows.nth(2)).to_be_in_viewport()
    await expect(playing(page)).to_have_count(0)
    await page.wait_for_timeout(300)
    await expect(page.locator("body")).to_have_attribute("data-played", "0 1 2")


async def test_a_note_is_sought_and_hastened(page: Page, bot: Bot, ada: Person, tone: Tone) -> None:
    sent = await bot.send_voice(
        ada.id, tone(60), duration=60, caption="Long",
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="x")]]),
    )  # fmt: skip
    place = notes(page).get_by_role("slider", name="Position")
    await place.press("ArrowRight")
    await expect(place).to_have_attribute("aria-valuetext", "0:05 of 1:00")
    box = await place.bounding_box()
    assert box
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await expect(place).to_have_attribute("aria-valuetext", re.compile("0:(29|30) of 1:00"))
    await page.get_by_role("button", name="Playback speed 1×").click()
    await expect(page.get_by_role("button", name="Playback speed 1.5×")).to_be_visible()
    play = notes(page).get_by_role("button", name="Play, 1:00")
    await play.press("Space")
    await bot.edit_message_caption(ada.id, sent.message_id, caption="Still the same note")
    await expect(page.get_by_text("Still the same note")).to_be_visible()
    await expect(playing(page)).to_be_focused()
    await expect(place).to_have_attribute("aria-valuetext", re.compile("0:3[3-9] of 1:00"))
    await playing(page).press("Enter")
    await expect(play).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="Playback speed 1.5×")).to_be_visible()


async def test_only_one_sound_plays(page: Page, bot: Bot, ada: Person, tone: Tone) -> None:
    await bot.send_voice(ada.id, tone(30), duration=30)
    await bot.send_audio(
        ada.id, tone(30, "mp4", "aac"), duration=30, title="Bees", performer="Kitchen and Garden"
    )
    course = page.get_by_role("group", name="Bees")
    await expect(course).to_contain_text("Kitchen and Garden")
    await notes(page).get_by_role("button", name="Play, 0:30").click()
    await expect(notes(page).get_by_role("button", name="Pause")).to_be_visible()
    await course.get_by_role("button", name="Play, 0:30").click()
    await expect(course.get_by_role("button", name="Pause")).to_be_visible()
    await expect(playing(page)).to_have_count(1)
    async with page.expect_download() as download:
        await course.get_by_role("link", name="Bees").click()
    assert (await (await download.value).path()).stat().st_size > 1000
    await page.get_by_role("button", name="Switch person").click()
    await page.get_by_role("button", name="Alex").click()
    await expect(page.locator(".message")).to_have_count(0)
    await page.get_by_role("button", name="Switch person").click()
    await page.get_by_role("button", name="Ada").click()
    await expect(page.locator(".sound")).to_have_count(2)
    await expect(playing(page)).to_have_count(0)


async def test_a_sound_that_is_none_says_so(page: Page, bot: Bot, ada: Person) -> None:
    await bot.send_audio(ada.id, b"ID3 but no music", title="Noise")
    await page.get_by_role("group", name="Noise").get_by_role("button", name="Play, 0:00").click()
    await expect(page.locator("#toast")).to_have_text("This sound cannot be played here.")
    await expect(playing(page)).to_have_count(0)


async def test_a_quiz_is_heard_and_explained(page: Page, bot: Bot, ada: Person, tone: Tone) -> None:
    await bot.send_poll(
        ada.id, "Which?", ["Oslo", "Rome"], type="quiz", correct_option_ids=[1], is_anonymous=False,
        media=InputMediaAudio(tone(30, "mp3", "libmp3lame"), title="The question", duration=30),
        explanation_media=InputMediaAudio(tone(1, "mp3", "libmp3lame"), title="Why", duration=1),
    )  # fmt: skip
    quiz = page.get_by_role("region", name="Which?")
    await quiz.get_by_role("button", name="Play, 0:30").click()
    await expect(playing(page)).to_be_visible()
    await expect(quiz.get_by_role("group", name="Why")).to_have_count(0)
    await quiz.get_by_role("button", name="Rome").click()
    await expect(
        quiz.get_by_role("group", name="The question").get_by_role("button", name="Pause")
    ).to_be_visible()
    await quiz.get_by_role("group", name="Why").get_by_role("button", name="Play, 0:01").click()
    await expect(
        quiz.get_by_role("group", name="Why").get_by_role("button", name="Pause")
    ).to_be_visible()


async def test_a_recording_bot_and_its_notes_fit_a_small_phone(
    page: Page, bot: Bot, ada: Person, tone: Tone
) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    await bot.set_my_commands([("start", "Begin")])
    await bot.send_voice(ada.id, tone(1), duration=3700, caption="c" * 80)
    await bot.send_chat_action(ada.id, "record_voice")
    await expect(page.get_by_text("Viva is recording a voice note…")).to_be_visible()
    await expect(notes(page).get_by_role("button", name="Play, 1:01:40")).to_be_visible()
    await say(page, "W" * 100)
    await page.get_by_role("button", name="Record a voice note").click()
    await expect(page.get_by_text("Recording…")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    assert await page.evaluate("document.getElementById('scroller').scrollWidth") <= 320
