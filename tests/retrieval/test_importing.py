"""An author's document into a lesson: what is recognised, what is kept, what is refused."""

from __future__ import annotations

import io
import re
import resource
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from docx.shared import Inches
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture
from reportlab.lib import pdfencrypt
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from retrieval.courses import Lesson, ListBlock, Table
from retrieval.errors import ImportFailed
from retrieval.importing import Imported, import_document, write_imported
from retrieval.lessons import read_courses
from retrieval.markdown import read_markdown
from retrieval.pieces import escaped
from retrieval.recognising import minutes_aloud

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.courses import Section
    from retrieval.errors import Problem

PAGE = """\
Lesson 7
25 min

Bridges That Stand: 1850–1900

Listen to the full lesson
AI Narration
Quick Summary

Iron made long bridges possible. Steel made them safe.

What you will learn
  • ·Say what iron changed
  • ·Name three kinds: beam, arch, suspension

Bridges That Stand (1850–1900)

Before iron, a bridge was as long as its stones allowed. Then came the forge.

Iron 1850: The First Surprise

An engineer hung a road from chains — and it held.

The test was simple:

  • Old limit: 30 m
  • New limit: 300 m
  • Nobody believed it *at first*

  1. Build it
     a) no
  2) Load it with_sand

What Came After

- outer
  - inner
    goes on
– last

Key Insights

  ‣ Iron pulls, stone pushes
  ·Steel does both

Why It Matters

You cross one every day (as opposed to <b>never</b>). 1. is no list here.
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, str | bytes], Imported]:
    """Imports a document of that name and content."""

    def import_it(name: str, content: str | bytes) -> Imported:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_document(path)

    return import_it


def as_lesson(imported: Imported, folder: Path) -> tuple[Lesson, tuple[Problem, ...]]:
    """The lesson as it is read back from an empty course, and what `viva check` says of it."""
    write_imported(imported, folder / "bridges")
    reading = read_courses(folder)
    assert not any(problem.fatal for problem in reading.problems)
    (course,) = reading.courses
    (lesson,) = course.lessons
    return lesson, reading.problems


def headings(sections: tuple[Section, ...]) -> list[str]:
    return [" > ".join(section.path) for section in sections]


def test_a_page_of_a_course_becomes_a_lesson_without_a_fault(
    tmp_path: Path, read: Callable[[str, str], Imported]
) -> None:
    imported = read("page.txt", PAGE)
    assert imported.unsure == ()
    assert "left out: Listen to the full lesson; AI Narration" in imported.recognised[-1]
    lesson, problems = as_lesson(imported, tmp_path / "lessons")
    assert problems == ()
    assert (lesson.id, lesson.number, lesson.minutes, lesson.file) == (
        "bridges-that-stand-1850-1900",
        7,
        25,
        "07-bridges-that-stand-1850-1900.md",
    )
    assert lesson.title == "Bridges That Stand: 1850–1900"
    assert lesson.summary == "Iron made long bridges possible. Steel made them safe."
    assert lesson.objectives == (
        "Say what iron changed",
        "Name three kinds: beam, arch, suspension",
    )
    assert [section.id for section in lesson.reading] == [
        "introduction",
        "iron-1850-the-first-surprise",
        "what-came-after",
        "key-insights",
        "why-it-matters",
    ]


def test_bullets_of_every_kind_are_items(
    tmp_path: Path, read: Callable[[str, str], Imported]
) -> None:
    lesson, _ = as_lesson(read("page.txt", PAGE), tmp_path / "lessons")
    iron, after, insights = lesson.reading[1:4]
    lists = [block for block in iron.blocks if isinstance(block, ListBlock)]
    assert lists[0].text == "Old limit: 30 m\nNew limit: 300 m\nNobody believed it *at first*"
    assert lists[0].items[0].runs[0].bold
    assert [(item.number, item.runs[0].text) for item in lists[1].items] == [
        (1, "Build it a) no"),
        (2, "Load it with_sand"),
    ]
    (nested,) = after.blocks
    assert isinstance(nested, ListBlock)
    assert [item.depth for item in nested.items] == [0, 1, 0]
    assert nested.text == "outer\ninner goes on\nlast"
    assert insights.text == "Iron pulls, stone pushes\nSteel does both"


def test_text_is_kept_literally(tmp_path: Path, read: Callable[[str, str], Imported]) -> None:
    lesson, problems = as_lesson(read("page.txt", PAGE), tmp_path / "lessons")
    assert problems == ()
    assert lesson.reading[-1].text == (
        "You cross one every day (as opposed to <b>never</b>). 1. is no list here."
    )


def test_wrapped_lines_are_joined(tmp_path: Path, read: Callable[[str, str], Imported]) -> None:
    text = """\
The arch

How it works

An arch leads the weight of the road down into its two feet, as an engi-
neer had to know long before it could be proved.
A new paragraph starts.

- an item that is as long as the page is wide, and so it has to go on
over here
"""
    lesson, _ = as_lesson(read("arch.txt", text), tmp_path / "lessons")
    assert lesson.reading[0].heading == "How it works"
    assert lesson.reading[0].text.split("\n\n") == [
        "An arch leads the weight of the road down into its two feet, "
        "as an engineer had to know long before it could be proved.",
        "A new paragraph starts.",
        "an item that is as long as the page is wide, and so it has to go on over here",
    ]


def test_what_is_missing_is_said_and_checked_for(
    tmp_path: Path, read: Callable[[str, str], Imported]
) -> None:
    imported = read("the_arch.txt", "an arch " * 300 + "stands.\n")
    assert [note.split(":")[0] for note in imported.unsure] == [
        "no title was found",
        "no number was found",
        "no minutes were found",
        "no summary was found",
        "no objectives were found",
        "no headings were found",
    ]
    lesson, problems = as_lesson(imported, tmp_path / "lessons")
    assert (lesson.title, lesson.number, lesson.minutes) == ("The arch", 1, 5)
    assert [problem.message.split(":")[0] for problem in problems] == [
        "'objectives' is missing",
        "'summary' is missing",
    ]


def test_minutes_are_those_of_reading_aloud() -> None:
    assert [minutes_aloud(words) for words in (0, 130, 131, 10**6)] == [1, 1, 2, 600]


def test_half_a_lesson_does_not_stay_on_a_full_disk(
    tmp_path: Path, read: Callable[[str, bytes], Imported]
) -> None:
    imported = read("page.txt", PAGE.encode())
    write_imported(imported, tmp_path / "bridges").unlink()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(ImportFailed, match="cannot be written"):
            write_imported(imported, tmp_path / "bridges")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert write_imported(imported, tmp_path / "bridges").is_file()


def test_a_next_number_is_taken_and_nothing_overwritten(
    tmp_path: Path, read: Callable[[str, str], Imported]
) -> None:
    folder = tmp_path / "lessons" / "old-bridges"
    assert write_imported(read("a.txt", PAGE), folder).name.startswith("07-")
    later = write_imported(read("b.txt", "The arch\n\nIt stands on its own two feet."), folder)
    assert later.name == "08-the-arch.md"
    course = (folder / "course.toml").read_text(encoding="utf-8")
    assert course == 'id = "old-bridges"\ntitle = "Old bridges"\n'
    before = later.read_bytes()
    with pytest.raises(ImportFailed, match=r"08-the-arch\.md has the id 'the-arch' already"):
        write_imported(read("c.txt", "The arch\n\nAnother text."), folder)
    assert later.read_bytes() == before
    (folder / "09-the-beam.md").write_text("a draft", encoding="utf-8")
    with pytest.raises(ImportFailed, match="is there already: take it away or rename it"):
        write_imported(read("d.txt", "Lesson 9\n\nThe beam\n\nIt lies."), folder)


def test_a_course_needs_a_proper_id(tmp_path: Path, read: Callable[[str, str], Imported]) -> None:
    with pytest.raises(ImportFailed, match="cannot be a course's id"):
        write_imported(read("a.txt", PAGE), tmp_path / "My Course")


def test_markdown_keeps_its_own_front_matter(
    tmp_path: Path, read: Callable[[str, str], Imported]
) -> None:
    front = "---\nid: arch\nnumber: 3 # third\ntitle: The arch\n---\n"
    imported = read("arch.md", front + "\n## Stones\n\nWords *here*.\n")
    assert imported.markdown == front + "\n## Stones\n\nWords *here*.\n"
    assert write_imported(imported, tmp_path / "bridges").name == "03-arch.md"


def test_markdown_with_the_front_matter_of_another_program(
    tmp_path: Path, read: Callable[[str, str], Imported]
) -> None:
    text = "---\nlayout: post\ntitle: The arch\nsummary: It stands.\n---\n\n## Stones\n\nWords.\n"
    imported = read("arch.md", text)
    assert "left out of the front matter: layout" in imported.unsure
    lesson, _ = as_lesson(imported, tmp_path / "lessons")
    assert (lesson.id, lesson.title, lesson.summary) == ("the-arch", "The arch", "It stands.")


def test_markdown_headings_are_taken_as_given(
    tmp_path: Path, read: Callable[[str, str], Imported]
) -> None:
    text = """\
# Lesson 4: The arch

25 minutes

# Objectives

You will be able to:

1. Say what an arch is
2. Build one

# Stones {#stones}

A [link][1] and **bold**.

| Stone | Weight |
|-------|--------|
| Big   | 3 t    |

## Shape

### Round

Round is old.

# Sources

- A book

[1]: https://example.org/arch
"""
    lesson, problems = as_lesson(read("arch.md", text), tmp_path / "lessons")
    assert [problem.message.split(":")[0] for problem in problems] == ["'summary' is missing"]
    assert (lesson.number, lesson.minutes, lesson.title) == (4, 25, "The arch")
    assert lesson.objectives == ("Say what an arch is", "Build one")
    assert headings(lesson.reading)[0] == "Stones"
    assert headings(lesson.reading)[1] == "Stones > Shape: Round"
    assert lesson.reading[0].id == "stones"
    assert any(isinstance(block, Table) for block in lesson.reading[0].blocks)
    assert "https://example.org/arch" in repr(lesson.reading[0].blocks)


def test_html_loses_its_furniture_and_keeps_its_text(
    tmp_path: Path, read: Callable[[str, str], Imported]
) -> None:
    page = """\
<html><head><title>Site</title><style>p {}</style></head><body>
<nav><a href="/">Home</a></nav>
<h1>The arch</h1><p>1. Stones &lt;b&gt; and *stars* stay <u>as</u> they are.</p>
<h2>Shape</h2><p>See <a href="https://example.org/a">this</a> and <a href="b.html">that</a>.</p>
<ul><li>one<ul><li>two</li></ul></li></ul>
<p><img src="arch.png" alt="An arch"></p>
<button>Next lesson</button><footer>Imprint</footer></body></html>"""
    imported = read("arch.html", page)
    assert "Home" not in imported.markdown
    assert "Imprint" not in imported.markdown
    assert [note[:20] for note in imported.unsure[:2]] == [
        "1 picture(s) left ou",
        "1 link(s) to other p",
    ]
    lesson, _ = as_lesson(imported, tmp_path / "lessons")
    assert lesson.title == "The arch"
    introduction, shape = lesson.reading
    assert introduction.text == "1. Stones <b> and *stars* stay as they are."
    assert shape.text == "See this and that.\n\none\ntwo\n\nAn arch"


def word_document() -> bytes:
    document = docx.Document()
    document.add_heading("The arch", 0)
    document.add_paragraph("Lesson 5")
    document.add_heading("Summary", 1)
    document.add_paragraph("Stones lean on stones.")
    document.add_heading("Shape", 1)
    document.add_paragraph("# 1 in <every> 3_or_4 falls.")
    document.add_paragraph("Round", style="List Bullet")
    document.add_paragraph("Pointed", style="List Bullet")
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "Stone|s", "3 t"
    picture = io.BytesIO()
    Picture.new("RGB", (9, 9)).save(picture, "PNG")
    document.add_picture(picture, Inches(1))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def test_a_word_document_is_read(tmp_path: Path, read: Callable[[str, bytes], Imported]) -> None:
    imported = read("arch.docx", word_document())
    assert imported.unsure[0].startswith("1 picture(s) left out")
    lesson, problems = as_lesson(imported, tmp_path / "lessons")
    assert [problem.message.split(":")[0] for problem in problems] == ["'objectives' is missing"]
    assert (lesson.title, lesson.number, lesson.summary) == (
        "The arch",
        5,
        "Stones lean on stones.",
    )
    (shape,) = lesson.reading
    assert shape.text.startswith("# 1 in <every> 3_or_4 falls.\n\nRound\nPointed\n\n")
    assert "Stone|s" in shape.text


def pdf_document(password: str | None = None) -> bytes:
    styles = getSampleStyleSheet()
    long = "A road leans on its arch, and the arch leans on its feet, as far as the eye can see. "
    made = io.BytesIO()
    story = [
        Paragraph("The arch", styles["Title"]),
        Paragraph("Lesson 5", styles["Normal"]),
        Paragraph("30 min", styles["Normal"]),
        Paragraph("Shape", styles["Heading2"]),
        Paragraph(long * 3, styles["Normal"]),
        PageBreak(),
        Paragraph("1. Stones", styles["Heading2"]),
        Paragraph("They are heavy.", styles["Normal"]),
    ]
    SimpleDocTemplate(made, encrypt=password and pdfencrypt.StandardEncryption(password)).build(
        story
    )
    return made.getvalue()


def test_a_pdf_is_read_by_its_shape(tmp_path: Path, read: Callable[[str, bytes], Imported]) -> None:
    imported = read("arch.pdf", pdf_document())
    assert any("a pdf marks no headings" in note for note in imported.unsure)
    lesson, _ = as_lesson(imported, tmp_path / "lessons")
    assert (lesson.title, lesson.number, lesson.minutes) == ("The arch", 5, 30)
    assert headings(lesson.reading) == ["Shape", "Stones"]
    long = "A road leans on its arch, and the arch leans on its feet, as far as the eye can see."
    assert lesson.reading[0].text == " ".join([long] * 3)


def empty_pdf() -> bytes:
    made = io.BytesIO()
    page = canvas.Canvas(made)
    page.showPage()
    page.save()
    return made.getvalue()


def bomb(size: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * size)
    return made.getvalue()


def broken_word_document() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("readme.txt", "no Word document")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("lesson.odt", lambda: b"x", r"'\.odt' cannot be imported: save it as one of \.txt"),
        ("lesson", lambda: b"x", "cannot be imported"),
        ("empty.txt", lambda: b"\n \n", "there is no text in it$"),
        ("empty.docx", lambda: b"", "no Word document"),
        ("utf16.txt", lambda: "text".encode("utf-16"), "save it as UTF-8"),
        ("binary.md", lambda: b"\x81\x8d\x8f", "save it as UTF-8"),
        ("big.txt", lambda: b"x" * 20_000_001, "over 20 MB"),
        ("broken.md", lambda: b"---\nid: 'x\n---\ntext", "broken.md:2: the front matter cannot"),
        ("locked.pdf", lambda: pdf_document("secret"), "locked with a password"),
        ("broken.pdf", lambda: b"%PDF-1.4 junk", r"cannot be read \(PDFSyntaxError\)"),
        ("scan.pdf", empty_pdf, "is it a scan?"),
        ("old.docx", lambda: b"\xd0\xcf\x11\xe0 old Word", "no Word document"),
        ("broken.docx", broken_word_document, "it cannot be read"),
        ("ratio.docx", lambda: bomb(2_000_000), "unpacks to far too much"),
        ("broken.html", lambda: b"a <![ b", "no HTML, or nested too deep"),
        ("deep.html", lambda: b"<div>" * 5000 + b"x", "cannot be read|nested too deep"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_advice(
    tmp_path: Path, name: str, make: Callable[[], bytes], says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    with pytest.raises(ImportFailed, match=says):
        import_document(path)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="cannot be read: No such file"):
        import_document(tmp_path / "none.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(ImportFailed, match="this is not a file"):
        import_document(tmp_path / "folder.txt")


def test_a_file_that_is_not_utf8_is_read_with_a_warning(
    read: Callable[[str, bytes], Imported],
) -> None:
    imported = read("arch.txt", "The arch\n\nCafé “Bridge”.\n".encode("cp1252"))
    assert "Café “Bridge”." in imported.body
    assert imported.unsure[0].startswith("it is not UTF-8 and was read as Windows-1252")


WORD = st.text(alphabet="abXY*_`#[]()<>&;!|\\~-+=:.?'\"{}é“—19$^/", min_size=1, max_size=7)
LINE = st.lists(WORD, min_size=1, max_size=12).map(" ".join)
MARKS = st.sampled_from(["- ", "* ", "• ", "·", "  – ", "    ‣ ", "•·"])
PARTS = st.one_of(
    LINE.map("p {}".format),
    st.lists(st.tuples(MARKS, LINE), min_size=1, max_size=4).map(
        lambda items: "\n".join(f"{mark}i {line}" for mark, line in items)
    ),
    st.sampled_from(["Key Insights", "Quick Summary", "What you will learn", "AI Narration"]),
)


def words(*texts: str) -> Counter[str]:
    return Counter(word for text in texts for word in re.findall(r"[^\W_]+", text))


@settings(max_examples=200, deadline=None)
@given(LINE, st.lists(PARTS, min_size=1, max_size=9))
def test_every_word_of_the_text_is_in_the_lesson(title: str, parts: list[str]) -> None:
    source = [f"Title t {title}", *parts, "Last words. They end here."]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.txt"
        path.write_text("\n\n".join(source), encoding="utf-8")
        imported = import_document(path)
        told = [line for line in imported.recognised if line.startswith("left out: ")]
        lesson, _ = as_lesson(imported, Path(folder))
    read = [lesson.title, lesson.summary, *lesson.objectives, *told]
    for section in lesson.reading:
        read += [section.text, *(section.path if section.id != "introduction" else ())]
    labels = {"Quick Summary", "What you will learn", "AI Narration", "Key Insights"}
    missing = words(*(part for part in source if part not in labels)) - words(*read)
    assert not missing


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_escaped_text_reads_as_itself(text: str) -> None:
    (part,) = read_markdown(escaped(text)).parts
    assert "".join(block.text for block in part.blocks) == text
