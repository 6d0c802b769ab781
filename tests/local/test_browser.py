"""The chat page in a real browser, with a small bot at the other end."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    PollAnswerHandler,
    filters,
)

from bot.local.server import LocalServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser, Page, Route

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
expect.set_options(timeout=20_000)  # milliseconds: a busy machine is no fault of the page
pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),  # one browser for all
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]

LONG = "A line of the passage that is long enough to be folded away. " * 12
SHOWN = (
    f"<b>Yes.</b> <blockquote expandable>{LONG}</blockquote>"
    "<tg-spoiler>hidden</tg-spoiler> <a href='https://example.com/'>source</a> "
    "&lt;img src=x onerror=alert(1)&gt; /help"
)
KEYS = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("Next", callback_data="next")],
        [
            InlineKeyboardButton("Note", callback_data="note"),
            InlineKeyboardButton("Warn", callback_data="warn"),
        ],
    ]
)

WHERE = ReplyKeyboardMarkup(
    [["Here", "There"], [KeyboardButton("On the map", request_location=True)]],
    one_time_keyboard=True, resize_keyboard=True, input_field_placeholder="Your town",
)  # fmt: skip
TOWNS = ["Oslo", "Rome", "Bergen"]
QUIZZES: dict[str, dict[str, Any]] = {
    "quiz": {"correct_option_ids": [1]},
    "quiz of several": {"correct_option_ids": [0, 2], "allows_multiple_answers": True},
}

Context = ContextTypes.DEFAULT_TYPE


async def start(update: Update, context: Context) -> None:
    assert update.message
    await update.message.reply_text(f"Welcome {' '.join(context.args or [])}")


async def echo(update: Update, _: Context) -> None:
    assert update.message
    if update.message.text == "type":
        await update.message.reply_chat_action("typing")
    elif update.message.text == "show":
        await update.message.reply_html(SHOWN, reply_markup=KEYS)
    elif update.message.text == "file":
        sent = await update.message.reply_document(
            b"abc", filename="notes.txt", caption="<b>Lesson</b> notes", parse_mode="HTML"
        )
        assert sent.document
        await update.message.reply_document(sent.document.file_id, caption="Once more")
    elif update.message.text in QUIZZES:
        await update.message.reply_poll(
            "Which towns?", TOWNS, type="quiz", is_anonymous=False, explanation="<b>Look</b> at a map.",
            explanation_parse_mode="HTML", **QUIZZES[update.message.text],
        )  # fmt: skip
    elif update.message.text == "where":
        await update.message.reply_text("Where are you?", reply_markup=WHERE)
    elif update.message.text == "poll":
        await update.message.reply_poll("How was it?", ["Good", "Bad"], is_anonymous=False)
    elif update.message.text == "close":
        sent = await update.message.reply_poll("Gone", TOWNS, type="quiz", correct_option_ids=[1])
        await sent.stop_poll()
    else:
        await update.message.reply_text(f"You said: {update.message.text}")


async def located(update: Update, _: Context) -> None:
    assert update.message
    assert update.message.location
    there = update.message.location
    await update.message.reply_text(f"You are at {there.latitude}, {there.longitude}")


async def voted(update: Update, context: Context) -> None:
    vote = update.poll_answer
    assert vote
    assert vote.user
    await context.bot.send_message(vote.user.id, f"You chose {list(vote.option_ids)}")


async def pressed(update: Update, _: Context) -> None:
    query = update.callback_query
    assert query
    if query.data == "next":
        await query.answer()
        await query.edit_message_text("The second page")
    else:
        await query.answer("Heard", show_alert=query.data == "warn")


@pytest_asyncio.fixture(loop_scope="module")
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """A server whose own bot echoes."""
    async with LocalServer(tmp_path, port=0) as server:
        builder = ApplicationBuilder().token(server.token)
        app = builder.base_url(server.base_url).base_file_url(server.base_file_url).build()
        app.add_handler(CommandHandler("start", start))
        app.add_handler(MessageHandler(filters.TEXT, echo))
        app.add_handler(MessageHandler(filters.LOCATION, located))
        app.add_handler(CallbackQueryHandler(pressed))
        app.add_handler(PollAnswerHandler(voted))
        days = itertools.count(26)

        async def next_day() -> str:
            return f"It is now {next(days)} November, 08:00 for learners"

        server.offer("Next day", next_day)
        async with app:
            assert app.updater
            await app.bot.set_my_commands([("start", "Begin"), ("help", "How to ask")])
            await app.bot.set_my_description("Echoes what you say.")
            await app.start()
            await app.updater.start_polling()
            yield server.url
            await app.updater.stop()
            await app.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda entry: faults.append(entry.text) if entry.type == "error" else None)
    await page.goto(f"{url}/?start=lesson-4")
    yield page
    await context.close()
    assert faults == []


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Message").fill(text)
    await page.keyboard.press("Enter")


async def test_a_first_conversation(page: Page) -> None:
    await expect(page.get_by_text("Echoes what you say.")).to_be_visible()
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.get_by_text("Welcome lesson-4")).to_be_visible()
    await say(page, "<b>hello</b> 👋")
    await expect(page.get_by_text("You said: <b>hello</b> 👋")).to_be_visible()
    await expect(page.get_by_role("img", name="read")).to_have_count(2)
    await page.get_by_role("textbox", name="Message").press_sequentially("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You said: one two")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("You said: one two")).to_be_visible()
    await expect(page.locator(".message")).to_have_count(6)


async def test_an_answer_unfolds_and_its_buttons_work(page: Page) -> None:
    await say(page, "show")
    answer = page.locator(".theirs").last
    await expect(answer.locator("strong")).to_have_text("Yes.")
    await expect(answer).to_contain_text("<img src=x onerror=alert(1)>")
    link = answer.get_by_role("link", name="source")
    assert await link.get_attribute("rel") == "noopener noreferrer"
    folded = await answer.locator(".quote-body").bounding_box()
    await page.get_by_role("button", name="Show the whole quotation").click()
    opened = await answer.locator(".quote-body").bounding_box()
    assert folded
    assert opened
    assert opened["height"] > 2 * folded["height"]
    await page.get_by_role("button", name="Hidden text: show it").press("Enter")
    await expect(answer.locator(".spoiler")).to_have_class("spoiler shown")
    await page.get_by_role("button", name="Note", exact=True).click()
    await expect(page.locator("#toast")).to_have_text("Heard")
    await page.get_by_role("button", name="Warn").click()
    await expect(page.locator("#alert")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator(".theirs").last).to_contain_text("The second page")
    await expect(page.locator(".key")).to_have_count(0)
    await expect(page.get_by_text("edited")).to_be_visible()


async def test_a_document_is_shown_with_its_caption(page: Page) -> None:
    await say(page, "file")
    first, second = page.locator(".theirs").nth(0), page.locator(".theirs").nth(1)
    await expect(second).to_contain_text("Once more")
    await expect(first.locator("strong")).to_have_text("Lesson")
    await expect(first).to_contain_text("Lesson notes")
    for message in (first, second):
        async with page.expect_download() as download:
            await message.get_by_role("link", name="notes.txt").click()
        assert (await (await download.value).path()).read_bytes() == b"abc"


async def test_the_menu_of_commands_works_by_keyboard(page: Page) -> None:
    field = page.get_by_role("textbox", name="Message")
    await expect(page.get_by_role("button", name="Commands")).to_be_visible()
    await field.press_sequentially("/")
    await expect(page.get_by_role("option")).to_have_count(2)
    await field.press_sequentially("he")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Tab")
    await expect(field).to_have_value("/help ")
    await field.fill("/")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Welcome")).to_be_visible()


async def test_people_are_switched_and_keep_their_own_chats(page: Page) -> None:
    await say(page, "from Alex")
    await expect(page.get_by_text("You said: from Alex")).to_be_visible()
    await page.get_by_role("button", name="Switch person").click()
    await page.get_by_role("textbox", name="New person’s name").fill("Bo")
    await page.keyboard.press("Enter")
    await expect(page.locator("#head-person")).to_have_text("Bo")
    await expect(page.locator(".message")).to_have_count(0)
    await say(page, "from Bo")
    await expect(page.get_by_text("You said: from Bo")).to_be_visible()
    await page.get_by_role("button", name="Switch person").click()
    await page.get_by_role("button", name="Alex").click()
    await expect(page.get_by_text("You said: from Alex")).to_be_visible()
    await expect(page.get_by_text("from Bo")).to_have_count(0)


async def test_a_developer_makes_trouble(page: Page) -> None:
    await say(page, "type")
    await expect(page.get_by_text("Viva is typing…")).to_be_visible()
    await page.get_by_role("button", name="Developer’s tools", exact=True).click()
    await page.locator("#fault-failure").select_option("500")
    await expect(page.locator("#fault-banner")).to_contain_text("fails with 500")
    await page.get_by_role("button", name="Mend the network").click()
    await expect(page.locator("#fault-banner")).to_be_hidden()
    await page.get_by_role("switch", name="blocks the bot").check()
    await page.get_by_role("button", name="Close the developer’s tools").click()
    await page.get_by_role("button", name="Unblock the bot").click()
    await say(page, "back again")
    await expect(page.get_by_text("You said: back again")).to_be_visible()


async def test_a_quiz_is_answered_and_explained(page: Page) -> None:
    await say(page, "quiz")
    quiz = page.get_by_role("region", name="Which towns?")
    await expect(quiz).to_contain_text("No answers yet")
    await expect(quiz).not_to_contain_text("Look at a map.")
    await quiz.get_by_role("button", name="Oslo").press("Enter")
    await expect(page.get_by_text("You chose [0]")).to_be_visible()
    await expect(quiz).to_be_focused()
    await expect(quiz).to_contain_text("Not correct")
    await expect(quiz.get_by_role("listitem").nth(0)).to_contain_text("your answer, wrong")
    await expect(quiz.get_by_role("listitem").nth(1)).to_contain_text("correct")
    await expect(quiz.locator("strong")).to_have_text("Look")
    await expect(quiz.get_by_role("button")).to_have_count(0)
    await page.reload()
    await expect(quiz).to_contain_text("your answer, wrong")


async def test_a_quiz_of_several_answers_is_ticked_by_keyboard(page: Page) -> None:
    await say(page, "quiz of several")
    quiz = page.get_by_role("region", name="Which towns?")
    vote = quiz.get_by_role("button", name="Vote")
    await expect(vote).to_be_disabled()
    await quiz.get_by_role("checkbox", name="Oslo").press("Space")
    await quiz.get_by_role("checkbox", name="Bergen").press("Space")
    await vote.press("Enter")
    await expect(page.get_by_text("You chose [0, 2]")).to_be_visible()
    await expect(quiz).to_contain_text("Correct")
    await expect(quiz.get_by_text("your answer, correct")).to_have_count(2)


async def test_a_vote_is_taken_back_and_a_closed_quiz_shows_its_end(page: Page) -> None:
    await say(page, "poll")
    poll = page.get_by_role("region", name="How was it?")
    await poll.get_by_role("button", name="Bad").click()
    await expect(poll.get_by_role("listitem").nth(1)).to_contain_text("your answer")
    await poll.get_by_role("button", name="Retract vote").click()
    await expect(page.get_by_text("You chose []")).to_be_visible()
    await poll.get_by_role("button", name="Good").click()
    await expect(page.get_by_text("You chose [0]")).to_be_visible()
    await say(page, "close")
    closed = page.get_by_role("region", name="Gone")
    await expect(closed).to_contain_text("Final results")
    await expect(closed.get_by_role("listitem").nth(1)).to_contain_text("correct")
    await expect(closed.get_by_role("button")).to_have_count(0)


async def test_a_location_is_shared_from_a_keyboard_and_from_the_composer(page: Page) -> None:
    await say(page, "where")
    keys = page.get_by_role("group", name="The bot’s keyboard")
    await expect(page.get_by_placeholder("Your town")).to_be_visible()
    await keys.get_by_role("button", name="On the map").press("Enter")
    await page.get_by_role("button", name="Kathmandu").press("Enter")
    await expect(page.get_by_text("You are at 27.7172, 85.324")).to_be_visible()
    await expect(page.locator(".mine").last).to_contain_text("27.7172° N, 85.3240° E")
    await expect(keys).to_be_hidden()
    await page.get_by_role("button", name="The bot’s keyboard").click()
    await keys.get_by_role("button", name="There", exact=True).click()
    await expect(page.get_by_text("You said: There")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("You said: There")).to_be_visible()
    await expect(keys).to_be_hidden()
    await page.get_by_role("button", name="Share a location").click()
    await page.get_by_label("Latitude").fill("-33.5")
    await page.get_by_label("Longitude").fill("200")
    await page.keyboard.press("Enter")
    await expect(page.locator("#place")).to_be_visible()  # no such longitude
    await page.get_by_label("Longitude").fill("-70.25")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("You are at -33.5, -70.25")).to_be_visible()


async def test_what_the_owner_offers_is_done_as_often_as_pressed(page: Page) -> None:
    notice = page.locator("#head-notice")
    await expect(notice).to_be_hidden()
    await page.get_by_role("button", name="Developer’s tools", exact=True).click()
    button = page.get_by_role("button", name="Next day")
    for _ in range(5):
        await button.click()  # no notice is in the way
    await expect(page.locator("#toast")).to_have_text("It is now 30 November, 08:00 for learners")
    await expect(notice).to_have_text("It is now 30 November, 08:00 for learners")
    await expect(button).to_be_focused()
    await page.reload()
    await expect(notice).to_have_text("It is now 30 November, 08:00 for learners")


async def test_nothing_is_wider_than_a_small_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 640})
    await say(page, "show")
    await say(page, "quiz")
    await say(page, "where")
    await say(page, "W" * 200)
    await expect(page.get_by_text("You said: WWW")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    assert await page.evaluate("document.getElementById('scroller').scrollWidth") <= 360


async def test_what_is_said_while_the_chat_is_fetched_stays(page: Page) -> None:
    said = asyncio.Event()

    async def late(route: Route) -> None:
        before = await route.fetch()
        await said.wait()
        await route.fulfill(response=before)

    await page.route("**/page/*/chats/*", late)
    await page.reload()
    await expect(page.locator("#head-status")).to_have_text("bot")
    await say(page, "hello")
    await expect(page.get_by_text("You said: hello")).to_be_visible()
    said.set()
    await expect(page.get_by_role("heading", name="Viva", level=1)).to_be_visible()
    await expect(page.get_by_text("You said: hello")).to_be_visible()
