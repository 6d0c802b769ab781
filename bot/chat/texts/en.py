"""What the tutor says, in English. Short, warm, plain, exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, time
    from zoneinfo import ZoneInfo

# --- who the tutor is: the profile and the command menu ---------------------------------------

DESCRIPTION = (
    "Ask a question in your own words and get the passage of the course that answers it, "
    "with the lesson named. Or read the lessons here, section by section, or listen to them."
)
SHORT_DESCRIPTION = "A tutor that answers from the course, and says so when the course does not."
COMMANDS = {
    "lessons": "Read the lessons",
    "quiz": "Today's questions",
    "progress": "What I know by now",
    "listen": "Hear it: today's questions, then the lesson",
    "settings": "Daily questions, voice, time zone, pause",
    "help": "What I can do",
    "privacy": "What I keep of you",
    "start": "Begin",
}
COURSE_COMMAND = {"course": "Choose a course"}

# --- buttons ----------------------------------------------------------------------------------

LESSONS = "Lessons"
ALL_LESSONS = "All lessons"
ALL_COURSES = "All courses"
CONTENTS = "Contents"
START_READING = "Start reading"
BACK = "‹ Back"
NEXT = "Next ›"
FINISH = "Finish"
SHOW_IN_LESSON = "Show in lesson"
OTHER_PLACES = "Other places"
NOT_HELPFUL = "Not helpful"
BACK_TO_ANSWER = "‹ Back to the answer"
READ_LESSON = "Open the lesson"


def continue_reading(lesson: str) -> str:
    """Button: on with the lesson at the kept place."""
    return f"Continue: {lesson}"


def continue_at(number: int, of: int) -> str:
    """Button on a lesson's first page."""
    return f"Continue at {number} of {of}"


def next_lesson(title: str) -> str:
    """Button after the end of a lesson."""
    return f"Next: {title}"


# --- start and help ---------------------------------------------------------------------------


def welcome(courses: list[str]) -> str:
    """Answer to /start: three lines of what it can do."""
    what = courses[0] if len(courses) == 1 else "the course"
    return (
        f"Ask me anything about {what}: I show the passage that answers it.\n"
        "Read the lessons here, section by section: I keep your place.\n"
        "If the course does not say, I tell you so."
    )


EXAMPLE = "For example, tap the question below, or type your own."
HELP = (
    "Write a question in your own words, for example “who won, and when?”. "
    "I answer with a sentence of the course, the passage around it, and where it stands. "
    "You can go on from there: “and why?”.\n\n"
    "/lessons – read the course; I keep your place\n"
    "/quiz – a few questions on what you have read, chosen by what you are about to forget\n"
    "/progress – what you know by now; /settings – daily questions at your hour, voice, /pause\n"
    "/privacy – what I keep of you; /export gives it to you, /delete ends it\n"
    "/help – this text"
)
HELP_LISTEN = "/listen – hear it: today's questions, then the lesson; with nothing to tap"
HELP_BY_VOICE = (
    "Instead of writing you can send voice notes: a question, an answer, or “quiz me”, “next”, "
    "“repeat”, “stop”."
)
HELP_COURSE = "/course – choose between the courses"
HELP_AUTHOR = (
    "Under an answer, Not helpful tells the author of the course that something is missing."
)

# --- lessons ----------------------------------------------------------------------------------

CHOOSE_LESSON = "Choose a lesson."
CHOOSE_COURSE = "Choose a course. Questions and /lessons then go to it."
READ = "read"
OBJECTIVES = "What you will learn"
SOURCES = "Sources"
LESSON_FINISHED = "That was the whole lesson."
COURSE_FINISHED = "That was the last lesson of the course."


def minutes(count: int) -> str:
    """How long a lesson takes."""
    return f"{count} min"


def lesson(number: int, title: str) -> str:
    """A lesson by name."""
    return f"Lesson {number} · {title}"


def position(number: int, of: int) -> str:
    """Where one is among the sections."""
    return f"{number} of {of}"


def part(number: int, of: int) -> str:
    """Which page of a long section."""
    return f"part {number} of {of}"


def course_chosen(title: str) -> str:
    """After a course was chosen."""
    return f"{title} it is. Ask me anything about it, or open /lessons."


# --- questions --------------------------------------------------------------------------------

CLOSEST = "I am not sure the course answers this. The closest place:"
NOT_IN_COURSE = "The course does not say."
NEAREST = "These sections come nearest:"
OTHERS = "Other places in the course:"
NO_OTHERS = "No other place comes near."
NOTED = "Noted for the author. Thank you."
NOTED_BEFORE = "This is noted already."


def asked(question: str) -> str:
    """Shows which question an example button asked."""
    return f"“{question}”"


def example_question(lesson: str) -> str:
    """Where no heading of the course is a question."""
    return f"What is the lesson “{lesson}” about?"


# --- daily questions: setting them up ---------------------------------------------------------

BEGIN_DAILY = "Daily questions"
NO_DAILY = "No, thank you"
OFFER_DAILY = (
    "New: I can send you a few questions a day on what you have read, just before you would "
    "forget it. Shall I?"
)
NO_DAILY_SAID = "As you like. /settings is there if you change your mind, and /quiz at any time."
WHAT_TIME = "A few questions a day, at your own hour. What time is it where you are?"
WHICH_ZONE = "What time is it where you are?"
OTHER_ZONE = "Somewhere else"
WHERE_ARE_YOU = "Write the name of your city, or share your location. I keep only the time zone."
SHARE_LOCATION = "Share my location"
NO_SUCH_CITY = "I do not know that place. Try a larger city nearby: /zone Lisbon"
WHICH_HOUR = "At what time shall I write?"
OTHER_HOURS = "Another time"
DAILY_SET = "That is set."
CHOOSE_LESSON_BUTTON = "Choose a lesson"
NO_DAILY_YET = "You get no daily questions yet. It takes three taps to set them up."


def zone_time(place: str, now: datetime) -> str:
    """Button: a time zone, by a city and the time it is there."""
    return f"{place} · {now:%H:%M}"


def zone_set(place: str) -> str:
    """After a zone was chosen."""
    return f"{place} time it is."


def begin_with(number: int, title: str) -> str:
    """Button: the course's first lesson."""
    return f"Begin with lesson {number}: {title}"


def next_message(
    at: datetime | None, zone: ZoneInfo | None, hour: time | None, now: datetime
) -> str:
    """When the next daily message comes, in the learner's own time; within minutes of the hour."""
    if at is None or zone is None or hour is None:
        return ""
    local = at.astimezone(zone)
    place = str(zone).rpartition("/")[2].replace("_", " ")
    days = (local.date() - now.astimezone(zone).date()).days
    day = f"on {local:%A}, {local.day} {local:%B},"
    when = {0: "today", 1: "tomorrow"}.get(days, day)
    return f"The next questions come {when} at {hour:%H:%M} ({place})."


# --- settings ---------------------------------------------------------------------------------

SETTINGS = "Settings"
SET_HOUR = "Time of day"
SET_ZONE = "Time zone"
SET_RETENTION = "How sure to be"
SET_NEW = "New a day"
PAUSE = "Pause"
RESUME = "Go on with daily questions"
BACK_TO_SETTINGS = "‹ Settings"
HIDE_STREAK = "Hide the streak"
SHOW_STREAK = "Show the streak"
PAUSED = "Paused: I send no daily questions until you want them again. /quiz works all the same."
HOW_SURE = "How much of it do you want to know at any time? The more, the more minutes a day."
HOW_MANY_NEW = "How many new questions a day?"


def retention(share: float, minutes: float) -> str:
    """Button: a share of what was learned, to be held, and what that takes."""
    seconds = max(10, round(minutes * 6) * 10)
    about = f"{minutes:.0f} min" if minutes >= 2 else f"{seconds} s"
    return f"{share:.0%} · about {about} a day"


def new_a_day(count: int) -> str:
    """Button: new questions a day."""
    return f"{count} new" if count else "None for now"


def chosen_now(label: str) -> str:
    """Button: the choice that holds at present."""
    return f"✓ {label}"


def settings_summary(
    *, zone: str, hour: str, retention: float, new: int, cap: int, paused: bool, following: str
) -> str:
    """Answer to /settings."""
    state = "Paused: none come until you want them again." if paused else following
    return (
        f"Daily questions at {hour}, {zone} time.\n"
        f"At most {cap} a day, {new or 'none'} of them new, so that you remember "
        f"{retention:.0%}.\n{state}"
    )


# --- the quiz ---------------------------------------------------------------------------------

DONT_KNOW = "I don't know"
ONCE_MORE = "Once more"
REVEAL = "Show the answer"
HAD_IT = "I had it"
HAD_IT_NOT = "Not yet"
OWN_VERDICTS = {"right": "✓ Good.", "wrong": "It will come."}
COMPARE = "Compare with yours:"
THE_ANSWER = "The answer: "
VERDICTS = {
    "right": "✓ Right.",
    "wrong": "✗ Not quite.",
    "dont-know": "No harm in that.",
}
HOW_TO_ANSWER = {
    "short": "Write your answer.",
    "number": "Write the number.",
    "cloze": "Write what belongs in the gap.",
    "order": "Write the letters in the right order, for example BAC.",
}
I_WAS_RIGHT = "I was right"
I_WAS_ASKING = "It was a question"
MORE = "More…"
UNDO = "Take my answer back"
SET_ASIDE = "Don't ask this again"
REPORT = "Something is wrong with it"
TAKE_BACK = "Ask it again after all"
READ_AGAIN = "Read the section again"
MY_PROGRESS = "My progress"
MORE_QUESTIONS = "A few more"
QUIZ_ON_THIS = "Quiz me on this"
QUIZ_ON_LESSON = "Quiz on this lesson"
QUIZ_NOW = "Quiz me now"
NO_PICTURE = "The picture could not be drawn just now. Please try /progress again later."
REGRADED = "Then it counts as right. The author hears of it."
UNDONE = "Taken back. It is asked once more below."
TOO_LATE_TO_UNDO = "That answer can no longer be taken back."
ANSWERED_BEFORE = "This question is answered already."
QUESTION_GONE = "This question is no longer in the course."
IS_SET_ASIDE = "Set aside: I will not ask it again."
IS_BACK = "It will be asked again."
LEECH = (
    "This one keeps slipping away, so I set it aside. Reading the section again often helps more "
    "than one more try."
)
OWN_CARD_MADE = "It is among your questions now. You will say yourself whether you knew it."
SMALL_PLATE = "A small plate today; the rest comes little by little."
WELCOME_BACK = f"Good to see you. {SMALL_PLATE}"
QUIET_DAY = "Nothing to repeat today. A good day to read on."
LAST_NOTE = (
    "I will be quiet from now on. Whenever you like, /quiz begins where you stopped, and "
    "/settings turns daily questions off or on."
)


def moved_to(moment: datetime, zone: ZoneInfo | None) -> str:
    """After the learners' clock was moved, for a trial."""
    local = moment.astimezone(zone) if zone else moment
    place = str(zone).rpartition("/")[2].replace("_", " ") if zone else "UTC"
    return f"For learners it is now {local:%A}, {local.day} {local:%B}, {local:%H:%M} ({place})."


def question_of(number: int, of: int) -> str:
    """Above a question: which of how many."""
    return f"Question {number} of {of}" if of else "Question"


def lesson_number(number: int) -> str:
    """Above a question: where it comes from."""
    return f"Lesson {number}"


def section_of(number: int, heading: str) -> str:
    """Under an explanation: where the passage stands."""
    return f"Lesson {number} · {heading}"


def next_date(due: date, days: int) -> str:
    """When a question is asked again."""
    if days > 1:
        return f"Again in {days} days, on {due.day} {due:%B}."
    return "Again tomorrow." if days == 1 else "Again today."


def round_went(right: int, of: int) -> str:
    """At the end of a round."""
    if right == of:
        return f"Done: all {of} right." if of > 1 else "Done: right."
    return f"Done: {right} of {of} right. The rest comes again soon."


def nothing_to_ask(nothing_met: bool) -> str:
    """When there is no question."""
    if nothing_met:
        return "There is nothing to ask yet: read a section first."
    return "Nothing more to ask for today."


# --- progress: the picture, and the same in words ----------------------------------------------

PROGRESS = "Your progress"
REMEMBERED_TODAY = "What you would remember today"
REMEMBERED_KEY = "remembered"
MET_KEY = "met"
TO_MEET_KEY = "still to meet"
TODAY = "today"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNNAMED_LESSON = "a lesson"
STREAK_BEGINS = "Your next answer\nbegins a streak."
NO_PROGRESS = "Your picture begins\nwith your first answer."
NO_PROGRESS_HOW = "/quiz asks you the first question\nwhenever you like."
NO_PROGRESS_WORDS = (
    "Nothing is answered yet. Your progress begins with the first answer: "
    "/quiz asks you a question whenever you like."
)


def day_in_picture(number: int, month: int) -> str:
    """A day without its year, in little room."""
    return f"{number} {MONTHS[month - 1]}"


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def days_off(count: int) -> str:
    """Beside the streak: missed days that cost nothing."""
    return f"{counted(count, 'day')} off in hand" if count else "every seventh day earns one off"


def days_in_a_row(days: int) -> str:
    """Behind the number of a streak."""
    return "day in a row" if days == 1 else "days in a row"


def share_of(asked: int) -> str:
    """Below the share that was remembered."""
    return f"of {asked:,} remembered"


def remembered_of_met(remembered: int, met: int) -> str:
    """Beside a lesson's bar."""
    return f"{remembered:,} of {met:,}" if met else "not begun"


def more_lessons(count: int) -> str:
    """Below the lessons that are shown."""
    return f"and {counted(count, 'more lesson')}"


def last_weeks(weeks: int) -> str:
    """Above the calendar."""
    return f"The last {weeks} weeks"


def answers_on_days(answers: int, days: int) -> str:
    """Beside the calendar."""
    return f"{counted(answers, 'answer')} on {counted(days, 'day')}"


def next_days(days: int) -> str:
    """Above the days to come."""
    return f"The next {days} days"


def about_a_day(answers: int, days: int) -> str:
    """Beside the days to come, from all the answers expected on them."""
    if answers < days:
        return f"{counted(answers, 'answer')} in all"
    return f"about {counted(round(answers / days), 'answer')} a day"


def lesson_in_words(title: str, remembered: int, met: int, questions: int) -> str:
    """How a lesson stands, for who listens."""
    if not met:
        return f"{title}: not begun, {counted(questions, 'question')} to meet."
    left = f", {questions - met} still to meet" if questions > met else ""
    return f"{title}: you would remember about {remembered} of {met} today{left}."


def weeks_in_words(weeks: int, answers: int, days: int) -> str:
    """The calendar, for who listens."""
    return f"In the last {weeks} weeks you gave {answers_on_days(answers, days)}."


def retention_in_words(recalled: int, counted_: int) -> str:
    """How often the learner was right, for who listens."""
    return f"Asked again on a later day, you remembered {recalled} of {counted_}."


def ahead_in_words(today: int, answers: int, days: int) -> str:
    """The days to come, for who listens."""
    if not answers:
        return f"Nothing is due in the next {days} days."
    now = f"{counted(today, 'question')} today" if today else "Nothing is due today"
    return f"{now}; {about_a_day(answers, days)} over the next {days} days."


def streak_in_words(days: int, off: int) -> str:
    """The streak, for who listens; never what was lost."""
    if not days:
        return "Your next answer begins a streak."
    kept = f", with {days_off(off)}" if off else ""
    return f"You have answered {counted(days, 'day')} in a row{kept}."


# --- taking it along --------------------------------------------------------------------------


def also_right(answer: str, others: list[str]) -> str:
    """On the back of a card: the answer, and what else is accepted."""
    return f"{answer}\n(also: {', '.join(others)})"


# --- what is kept of a learner ----------------------------------------------------------------

PRIVACY = (
    "What I keep: your questions and what I answered, your place in each lesson, your answers to "
    "my questions, your settings, what you told the author, and the number Telegram gives me for "
    "you. That stays until you delete it. Of a voice note I keep the words, not the sound.\n"
    "The messages themselves, as they came and went, are kept for 7 days, in case something has "
    "to be repaired; that there were any, for 30.\n"
    "Authors see questions that went wrong, without names. Nothing goes to anybody else.\n\n"
    "/export – all of it, as a file\n"
    "/delete – delete it"
)
EXPORTED = "All that is kept of you."
EXPORTED_ANKI = "Your questions as a deck for Anki. Importing it again doubles nothing."
EXPORTED_REVIEWS = "Your reviews, in the columns of Anki's log."
NOT_EXPORTED = "The file could not be made just now. Please try /export again later."
ASK_TO_DELETE = "Delete all that is kept of you? Your places and questions are then gone for good."
DELETE_ALL = "Delete everything"
KEEP_ALL = "Keep it"
DELETED = "Deleted. If you write again, we begin anew."
NOTHING_DELETED = "Nothing was deleted."

# --- small talk -------------------------------------------------------------------------------

SMALL_TALK = {
    "greeting": "Hello. What would you like to know?",
    "thanks": "You are welcome.",
    "farewell": "Goodbye. Your place in the lessons is kept.",
    "how_are_you": "Well, thank you. What would you like to know?",
    "fine": "Good. Ask on whenever you like.",
    "short": "Write a question in a few words, and I will look it up in the course.",
}

# --- hearing it, and speaking -----------------------------------------------------------------

LISTEN = "Listen"
LISTEN_FROM_START = "Listen from the start"
LISTEN_SHORT = "Short version"
LISTEN_TO_NEXT = "Listen to the next lesson"
NEXT_SECTION = "Next section ›"
I_STOP_HERE = "I stop here"
HEARD_ALL = "I have heard it all"
HERE_IT_COMES = "Here it comes."
IN_SHORT = "in short"
AUDIO_BOOK = "The course as an audio book"
NOTHING_TO_READ = "You have met every section of the course. /quiz keeps it fresh."
NO_VOICE_NOW = "I could not say this aloud just now. The text above holds it all."
NO_VOICE_HERE = "No voice is installed where I run, so I cannot read aloud. The text is all there."
NO_EARS = "I cannot listen to voice notes where I run. Type it, and I answer."
HEARD_NOTHING = "I heard nothing in that note. Try again, a little closer to the microphone."
HEARD_NO_LETTER = (
    "I heard nothing in that note. A letter by itself is short: say “answer A”, for example."
)
TOO_LONG_TO_HEAR = "That is a long note. Ask in a minute or less, and I can follow."
BROKEN_RECORDING = "I could not open that recording. Please record it again, or type it."
CANNOT_HEAR_NOW = "I could not listen to that just now. Please try again in a moment, or type it."
CANNOT_HEAR_LANGUAGE = "By voice I understand only English so far. Type it, and I answer."
NOTHING_TO_REPEAT = "There is nothing to say again yet. Ask me something, or say “listen”."
BOOK_BEGUN = "I am making the audio book. It comes here when it is ready, in some minutes."
BOOK_UNDER_WAY = "The audio book is being made. It comes here when it is ready."
NO_BOOK = "The audio book could not be made just now. Please ask for it again later."
STOPPED = "I stop here. Say “go on” whenever you like."
WHICH_OPTION = "I did not catch which one. Say “answer B”, for example, or “I don't know”."
WHICH_ORDER = "I did not catch the order. Say all the letters one after another, or “I don't know”."
HOW_TO_RATE = "Did you have it? Say “I had it”, or “not yet”."
NOTHING_TO_REGRADE = "There is no answer of yours that I could count as right."
LAST_QUESTION = "This is the last question. If you don't know it, say so."
SAY_NEXT = "To hear more of the lesson, say: next."
CLOSEST_ALOUD = "I am not sure that the course answers this. The closest is this."
QUESTION_SOUND = "The question"
GAP_ALOUD = "blank"
HOW_TO_SAY = {
    "choice": "Which one is it? Say answer A, for example.",
    "true-false": "True or false?",
    "short": "Say your answer.",
    "number": "Say the number.",
    "cloze": "What belongs in the blank?",
    "order": "Say the letters in the right order.",
    "own": "Think of the answer, then say: show it.",
}
SET_HEARING = "Voice"
SET_SPEED = "Speed"
HOW_TO_HEAR = (
    "How shall I reply? The text always comes. With a voice note, you can hear it too. For the "
    "ears, everything is read to you, and you answer by voice."
)
HEARING = {
    "text": "Text",
    "both": "Text and a voice note",
    "voice": "For the ears",
}
HOW_FAST = "How fast shall I speak?"


def book_part(title: str, number: int, of: int) -> str:
    """Under an audio book."""
    return title if of == 1 else f"{title}, {part(number, of)}"


def i_heard(words: str) -> str:
    """Shows what was understood of a voice note."""
    return f"I heard: {words}"


def from_lesson(number: int, title: str) -> str:
    """After an answer that is said: where it stands."""
    return f"That is from lesson {number}, {title}."


def compare_aloud(answer: str, explanation: str) -> str:
    """The answer to a question that learners rate themselves."""
    return f"{THE_ANSWER}{answer}. {explanation} Say: I had it, or: not yet."


def section_heard(number: int, at: int, of: int, heading: str) -> str:
    """Under a voice note: what it reads."""
    return f"Lesson {number} · {at} of {of} · {heading}"


def not_read_aloud(where: str) -> str:
    """In place of a voice note of a section."""
    return f"{where}\nI could not read this aloud just now. /lessons has it as text."


def place_kept(heading: str) -> str:
    """After "I stop here"."""
    return shortened_notice(f"Your place is kept: {heading}")


def shortened_notice(said: str) -> str:
    """Telegram shows 200 characters of a notice."""
    return said if len(said) <= 200 else said[:199] + "…"


def speed(factor: float) -> str:
    """Button: how fast the voice speaks."""
    return f"{factor:g} ×"


def speed_is(factor: float) -> str:
    """After the speed was changed by voice."""
    return "At my own speed again." if factor == 1 else f"From now on at {factor:g} times my speed."


# --- when something does not go as expected -----------------------------------------------------

UNKNOWN_COMMAND = "I do not know that command. /help lists what I can do."
NOT_TEXT = "I read text for now. Write your question in a message."
NOT_TEXT_NOR_VOICE = "I read text and listen to voice notes. Write your question, or say it."
IN_PRIVATE = "I work in a private chat: write to me there."
OLD_BUTTON = "That button is from an earlier version of me. /lessons and any question still work."
SECTION_GONE = "That part of the course has changed since. /lessons shows what there is now."
ANSWER_GONE = "I no longer have that answer. Ask again, and I will look it up."
NOT_READY = (
    "The course cannot be opened just now. Whoever runs this tutor can see why in its log. "
    "Please try again later."
)
CLOSED = "This tutor is private. Ask whoever runs it for the invitation, and send it to me."
SLOW_DOWN = "That is faster than I can follow. Give me a minute, then go on."
FAILED = "That did not work, and it is my fault. Please try again in a moment."


def still_reading(done: int, total: int) -> str:
    """While the index is built for the first time."""
    so_far = f" ({done * 100 // total} %)" if total else ""
    return (
        f"I am still reading the course{so_far}. "
        "Ask already if you like: the answer comes as soon as I have read it."
    )
