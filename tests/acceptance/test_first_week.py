"""A learner's first days, played on the chat page in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from bot.chat.texts import en as texts
from retrieval import Library
from tests.acceptance.test_quiz import QUESTIONS
from tests.conftest import write_course
from tests.local.test_browser import CHROMIUM, FLAGS, say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from playwright.async_api import Locator, Page

RIGHT = ("two thousand", "True", "the distance")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt-get install chromium"),
]


@pytest_asyncio.fixture
async def page(
    tmp_path: Path, start_tutor: Callable[..., Any], faults: list[Any]
) -> AsyncIterator[Page]:
    """The page of a tutor with the small course, as it opens on a phone in England."""
    lessons, index = write_course(tmp_path / "lessons"), tmp_path / "index"
    (lessons / "kitchen-garden" / "01-bees.questions.md").write_text(QUESTIONS)
    Library.build(lessons, index)
    async with start_tutor(tmp_path / "home", lessons, index) as school, async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        school.server.offer("Next day", school.tutor.next_day)
        await page.goto(school.server.url)
        yield page
        await browser.close()
    assert said == []


def newest(page: Page) -> Locator:
    return page.locator(".message").last


async def tap(page: Page, label: str) -> None:
    await page.locator(".key", has_text=label).last.click()


async def next_day(page: Page) -> None:
    """The developer's button; the learners' clock stands in the head of the page."""
    await page.get_by_role("button", name="Developer’s tools", exact=True).click()
    await page.locator("#offers-list button").first.click()
    await expect(page.locator("#head-notice")).to_contain_text("For learners it is now")
    await page.get_by_role("button", name="Close the developer’s tools").click()


async def answer(page: Page) -> str:
    """Answers the newest question; "poll" or "typed"."""
    asked = newest(page)
    poll = asked.locator(".poll")
    if await poll.count():
        await asked.get_by_role("button", name=re.compile("|".join(RIGHT))).click()
        # The quiz itself says whether it was right, and why.
        await expect(page.locator(".poll.done").last).to_contain_text("Correct")
        return "poll"
    await say(page, "von Frisch")
    return "typed"


async def test_the_first_days_of_a_learner(page: Page) -> None:
    await page.get_by_role("button", name="Start", exact=True).click()
    await tap(page, texts.BEGIN_DAILY)
    await tap(page, "London")
    await tap(page, "08:00")
    await expect(newest(page)).to_contain_text(re.compile(r"The next questions come .* at 08:00"))
    await tap(page, "Begin with lesson 1")
    await tap(page, texts.START_READING)
    await expect(newest(page)).to_contain_text("A colony of honey bees")
    await tap(page, texts.NEXT)
    await expect(newest(page)).to_contain_text("waggle dance")

    await next_day(page)
    forms = set()
    for number in range(1, 5):
        await expect(newest(page)).to_contain_text(f"Question {number} of 4")
        forms.add(await answer(page))
        explained = page.locator(".theirs", has_text=texts.VERDICTS["right"])
        await expect(explained).to_have_count(number)
        await expect(explained.last).to_contain_text("Again in")
        await expect(explained.last.locator(".quote-body")).to_be_visible()
    assert forms == {"poll", "typed"}
    await expect(newest(page)).to_contain_text("all 4 right")
    await expect(newest(page)).to_contain_text("The next questions come tomorrow at 08:00")

    await tap(page, texts.MY_PROGRESS)
    picture = newest(page).get_by_role("img").first
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 600
    await expect(newest(page)).to_contain_text("4 of 4")

    await next_day(page)  # nothing is due, and a section waits
    await expect(newest(page)).to_contain_text(texts.QUIET_DAY)
    await next_day(page)
    await expect(newest(page)).to_contain_text("Question 1 of")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
