"""What is written, as a person would say it."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.speech.speakable import of_words
from bot.speech.spoken import RULES, spoken, without_furniture
from retrieval.lessons import read_courses

MUST_HEAR = tomllib.loads((Path(__file__).parent / "must_hear.toml").read_text(encoding="utf-8"))
TOKENS = {written: said for of in MUST_HEAR.values() for written, said in of.items()}
LESSONS = Path(__file__).parents[2] / "lessons"

SAID = {
    "numbers": {
        "1,000 or 1,024": "one thousand or one thousand twenty four",
        "1.2 million": "one point two million",
        "3,000,000": "three million",
        "0.05": "zero point zero five",
        "Python 3.11.7": "Python three point one one point seven",
        "agent 007": "agent zero zero seven",
        "12345678901234567": "one two three four five six seven eight nine zero one two three four five six seven",
        "-5 or −5": "minus five or minus five",
        "a 39-fold rise": "a thirty nine fold rise",
        "2nd, 21st, 20th century": "second, twenty first, twentieth century",
        "top-5": "top five",
        "3–5, pp. 3-5": "three to five, pages three to five",
        "10k steps, 60M": "ten thousand steps, sixty million",
        "٣ and ４ and ⅔ and 2½": "three and four and two thirds and two and one half",
    },
    "times and percentages": {
        "10–50x faster": "ten to fifty times faster",
        "10-50x faster": "ten to fifty times faster",
        "2x, 3×": "two times, three times",
        "15.3%": "fifteen point three percent",
        "15.3 percent": "fifteen point three percent",
        "5–10%": "five to ten percent",
        "1/2, 3/4, 2/3": "one half, three quarters, two thirds",
        "7/12": "seven out of twelve",
        "24/7": "twenty four seven",
    },
    "money": {
        "$4B": "four billion dollars",
        "$80B+": "more than eighty billion dollars",
        "$1.5M": "one point five million dollars",
        "$4 billion": "four billion dollars",
        "€5 and £3": "five euros and three pounds",
        "$1": "one dollar",
        "$4.50": "four dollars and fifty cents",
        "$0.99": "ninety nine cents",
        "12.50 dollars an hour": "twelve dollars and fifty cents an hour",
        "$4–80B": "four to eighty billion dollars",
        "$900M–$2B": "nine hundred million to two billion dollars",
        "a $44 million bid": "a forty four million dollar bid",
        "$4/hour": "four dollars per hour",
    },
    "years and dates": {
        "2012–2017": "twenty twelve to twenty seventeen",
        "2015-17": "twenty fifteen to twenty seventeen",
        "Word2Vec (2013): vectors": "Word to Vec, twenty thirteen: vectors",
        "the 1990s and '90s": "the nineteen nineties and nineties",
        "the 2000s": "the two thousands",
        "in 1956, or 1905": "in nineteen fifty six, or nineteen oh five",
        "in 2009": "in two thousand nine",
        "1066 units": "one thousand sixty six units",
        "1200 units": "one thousand two hundred units",
        "In 2012 researchers argued": "In twenty twelve researchers argued",
        "described 2012 as a turn": "described twenty twelve as a turn",
        "more than 2000": "more than two thousand",
        "The report of 1973 explains": "The report of nineteen seventy three explains",
        "a vocabulary of 1200 words": "a vocabulary of one thousand two hundred words",
        "Llama 2 of July 2023": "Llama two of July twenty twenty three",
        "15 March 2016": "the fifteenth of March, twenty sixteen",
        "on the 15th of March": "on the fifteenth of March",
        "March 15, 2016": "March fifteenth, twenty sixteen",
        "March 9–15": "March ninth to fifteenth",
        "Sept. 3": "September third",
        "2016-03-15": "March fifteenth, twenty sixteen",
        "3/15/2016 and 15/3/2016": "March fifteenth, twenty sixteen and March fifteenth, twenty sixteen",
        "March 2016": "March twenty sixteen",
        "14:30, 9:05 a.m., 2:00": "fourteen thirty, nine oh five AM, two o'clock",
        "1:23:45": "one twenty three forty five",
    },
    "units": {
        "30 min, 1 min": "thirty minutes, one minute",
        "5 km": "five kilometers",
        "a 5 km run": "a five kilometer run",
        "8 GB at 3.5 GHz": "eight gigabytes at three point five gigahertz",
        "44 kHz": "forty four kilohertz",
        "20 °C": "twenty degrees Celsius",
        "100 km/h": "one hundred kilometers per hour",
        "90 s": "ninety seconds",
    },
    "names with numbers": {
        "GTX 580": "GTX five eighty",
        "RTX 3090": "RTX thirty ninety",
        "IBM 701": "IBM seven oh one",
        "a Boeing 747, a 747": "a Boeing seven forty seven, a seven forty seven",
        "747 people": "seven hundred forty seven people",
        "GPT-3, GPT-3.5": "G P T three, G P T three point five",
        "Caltech-101": "Caltech one oh one",
        "ICML 2009": "ICML two thousand nine",
        "seq2seq": "seq to seq",
        "H2O, 3D": "H two O, three D",
        "A* and R@1": "A star and R at one",
        "C++ and C#": "C plus plus and C sharp",
        "Face++.": "Face plus plus.",
        "#1, No. 4": "number one, number four",
        "v. 2": "version two",
        "World War II": "World War two",
        "the Mark I": "the Mark one",
        "Henry VIII": "Henry the eighth",
    },
    "formulas": {
        "x^2 + y^2 = z^2": "x squared plus y squared equals z squared",
        "O(n²)": "O of n squared",
        "n = 40": "n equals forty",
        "p < 0.05": "p is less than zero point zero five",
        "in <5 minutes": "in less than five minutes",
        "10⁸": "ten to the power of eight",
        "$x^2$": "x squared",
        "$\\frac{a}{b} \\times \\alpha$": "a over b times alpha",
        "μ ≈ 5 ± 1": "mu is about five plus or minus one",
        "4x4, 19×19": "four by four, nineteen by nineteen",
        "2.5 × 3": "two point five times three",
        "4 → 80": "four to eighty",
        "~60 and ≈60": "about sixty and about sixty",
    },
    "abbreviations": {
        "e.g. this, i.e. that": "for example this, that is that",
        "tea, milk, etc.": "tea, milk, and so on.",
        "CPUs vs. GPUs": "CPUs versus GPUs",
        "Mata v. Avianca": "Mata versus Avianca",
        "cf. Dr. Who": "compare Doctor Who",
        "Silver et al. say": "Silver and colleagues say",
        "in the U.S.": "in the US.",
        "R&D": "R and D",
        "and/or": "and or",
        "Nvidia Corp. sells": "Nvidia Corporation sells",
    },
    "addresses": {
        "see https://example.org/a?b=1.": "see example dot org.",
        "www.example.org": "example dot org",
        "image-net.org": "image-net dot org",
        "ann@example.org": "ann at example dot org",
        "train.py": "train dot py",
    },
    "marks": {
        '"AlexNet moment" — a result': "AlexNet moment, a result",
        "his 'trick'": "his trick",
        "it's his parents' house": "it's his parents' house",
        "it’s": "it's",
        "• tea 🙂": "tea",
        "DALL·E": "DALL E",
        "pages · words": "pages, words",
        "what it says [3].": "what it says.",
        "the word(s)": "the words",
        "the label is _____ today": "the label is blank today",
        "the right label is …": "the right label is.",
        "Early signs (three of them) pointed": "Early signs, three of them, pointed",
        "won 4–1": "won four to one",
        "the McCulloch–Pitts neuron": "the McCulloch Pitts neuron",
    },
    "left alone": {
        same: same
        for same in (
            "drôle", "CIA", "US", "AI.", "it's", "I", "No, I said.", "ReLU", "GPUs, CPUs and GANs",
            "a multi-year plan", "Is it? Yes!", "Rémi Coulom", "Fei-Fei Li", "vitamin C", "Stop",
        )
    },
}  # fmt: skip
"""By kind: what is written, and what is said."""

PAIRS = [(written, said) for kind in SAID.values() for written, said in kind.items()]


@pytest.mark.parametrize(("written", "said"), PAIRS)
def test_it_is_said_as_a_person_would(written: str, said: str) -> None:
    assert spoken(written) == said


def test_the_hard_tokens_of_the_course_are_said_as_they_must_be_heard() -> None:
    (course,) = read_courses(LESSONS).courses
    wrong = {}
    for written, words in TOKENS.items():
        said = " ".join(line.text for line in of_words(written, course))
        if said.rstrip(".") != words:
            wrong[written] = said
    assert wrong == {}


def test_every_lesson_has_hard_tokens_of_its_own() -> None:
    (course,) = read_courses(LESSONS).courses
    for lesson in course.lessons:
        parts = (lesson.title, *(f"{each.heading} {each.text}" for each in lesson.sections))
        text = " ".join(" ".join(parts).split())
        assert sum(token in text for token in MUST_HEAR[lesson.id]) >= 12, lesson.id


HARD = [written for written, _ in PAIRS] + [
    *TOKENS,
    " ",
    ".",
    ",",
    "e",
    ".g.",
    "(",
    "$",
    "5",
    "Dr.",
    "'",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(HARD)).map("".join)))
def test_what_is_spoken_stays_as_it_is_and_holds_no_figure_and_no_sign(text: str) -> None:
    said = spoken(text)
    assert spoken(said) == said
    assert not any(letter.isdigit() for letter in said)
    marks = {letter for letter in said if not letter.isalpha()}
    assert marks <= set(" ,;:.!?'-")


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)


def test_another_language_keeps_its_words_and_figures() -> None:
    said = without_furniture("• 1956 kostete es 12,5 € 🙂 – „viel“")
    assert said == "1956 kostete es 12,5 € – „viel“"
    assert all(unicodedata.category(letter) != "So" for letter in said)
