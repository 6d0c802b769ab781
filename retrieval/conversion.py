"""An author's document into text: what it is checked for, and how it is decoded or converted.

markitdown is imported only when it is needed, with three of its converters, without its plugins,
and is given bytes, never an address: nothing is fetched.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.errors import ImportFailed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SUFFIXES", "Converted", "convert"]

DOCUMENT_BYTES = 20 * 1000 * 1000
UNPACKED_BYTES = 50 * 1000 * 1000
PACKING_RATIO = 200
"""Text packs about tenfold; a member that packs over two hundredfold is made to fill the memory."""

PLAIN_SUFFIXES = (".txt", ".text")
MARKDOWN_SUFFIXES = (".md", ".markdown")
HTML_SUFFIXES = (".html", ".htm")
SUFFIXES = (*PLAIN_SUFFIXES, *MARKDOWN_SUFFIXES, *HTML_SUFFIXES, ".pdf", ".docx")

_PDF_HAS_NO_MARKS = "a pdf marks no headings, lists or tables: look whether they came out right"
_PAGE_FURNITURE = ("nav", "footer", "button", "template")
_PICTURE = re.compile(r"!\[((?:\\.|[^\]\\])*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_INNER_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\((?!https?://|mailto:)[^()\s]*\)")
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Converted:
    """A document's text. `marked` says whether it is Markdown or plain text.

    `title` is what the document's own properties call it, which is often wrong.
    """

    text: str
    marked: bool
    title: str = ""
    unsure: tuple[str, ...] = ()


def convert(path: Path) -> Converted:
    """The document's text. Raises ImportFailed, saying what to do, when there is none to have."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise ImportFailed(f"{path}: '{path.suffix}' cannot be imported: save it as one of {known}")
    raw = _bytes_of(path)
    if suffix in PLAIN_SUFFIXES + MARKDOWN_SUFFIXES:
        text, unsure = _decoded(raw, path)
        converted = Converted(_clean(text), suffix in MARKDOWN_SUFFIXES, unsure=unsure)
    elif suffix in HTML_SUFFIXES:
        converted = _from_html(raw, path)
    elif suffix == ".pdf":
        text, _ = _through_markitdown(raw, path)
        cleaned = _clean(re.sub(r"\(cid:\d+\)", "•", text))
        converted = Converted(cleaned, marked=False, unsure=(_PDF_HAS_NO_MARKS,))
    else:
        _refuse_bomb(raw, path)
        converted = _unlinked(*_through_markitdown(raw, path))
    if not re.search(r"\w", converted.text):
        scan = " (is it a scan? a scan has to go through text recognition first)"
        raise ImportFailed(f"{path}: there is no text in it{scan if suffix == '.pdf' else ''}")
    return converted


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ImportFailed(f"{path}: this is not a file: name the documents themselves")
        if size > DOCUMENT_BYTES:
            raise ImportFailed(f"{path}: over 20 MB: take pictures out, or part it into lessons")
        return path.read_bytes()
    except OSError as error:
        raise ImportFailed(f"{path}: cannot be read: {error.strerror}") from error


def _decoded(raw: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    if b"\0" in raw:
        raise ImportFailed(f"{path}: this is not UTF-8 text: save it as UTF-8 text and try again")
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as error:
        said = "this is not UTF-8 text: save it as UTF-8 text and try again"
        raise ImportFailed(f"{path}: {said}") from error
    return text, ("it is not UTF-8 and was read as Windows-1252: look at accents and quotes",)


def _clean(text: str) -> str:
    """Plain line ends, a page's end as a paragraph's, and nothing that cannot be seen."""
    text = re.sub(r"\r\n?|[\x85\u2028]", "\n", text)
    text = re.sub(r"[\x0c\u2029]", "\n\n", text).replace("\u00ad\n", "").replace("\u00ad", "")
    return _INVISIBLE.sub("", text).replace("\u00a0", " ")


def _from_html(raw: bytes, path: Path) -> Converted:
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    text, unsure = _decoded(raw, path)
    try:
        soup = BeautifulSoup(text, "html.parser")
        for furniture in soup(_PAGE_FURNITURE):
            furniture.decompose()
        page = str(soup).encode()
    except (ParserRejectedMarkup, RecursionError) as error:
        said = "no HTML, or nested too deep: save it as plain text and try again"
        raise ImportFailed(f"{path}: {said}") from error
    return _unlinked(*_through_markitdown(page, path), unsure)


def _refuse_bomb(raw: bytes, path: Path) -> None:
    """Look at what a Word file would unpack to before anything unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        said = "no Word document, or a broken or protected one: open it and save it anew as .docx"
        raise ImportFailed(f"{path}: {said}") from error
    big = [member for member in members if member.file_size > 1000 * 1000]
    bomb = any(member.file_size > PACKING_RATIO * max(1, member.compress_size) for member in big)
    if bomb or sum(member.file_size for member in members) > UNPACKED_BYTES:
        raise ImportFailed(f"{path}: it unpacks to far too much: save its text alone and try again")


def _through_markitdown(raw: bytes, path: Path) -> tuple[str, str]:
    """Markdown and the document's own title."""
    from markitdown import FileConversionException, MarkItDown, StreamInfo
    from markitdown.converters import DocxConverter, HtmlConverter, PdfConverter

    reader = MarkItDown(enable_builtins=False, enable_plugins=False)
    word = DocxConverter()  # type: ignore[no-untyped-call]
    for converter in (HtmlConverter(), PdfConverter(), word):
        reader.register_converter(converter)
    suffix = path.suffix.lower()
    info = StreamInfo(extension=suffix, charset="utf-8" if suffix in HTML_SUFFIXES else None)
    try:
        # Without escape_misc a literal <b> or "1." of the text would turn into markup.
        found = reader.convert_stream(
            io.BytesIO(raw), stream_info=info, escape_misc=True, strict=True
        )
    except FileConversionException as error:
        failed = [attempt.exc_info for attempt in error.attempts or () if attempt.exc_info]
        causes = [kind.__name__ for kind, *_ in failed]
        said = f"it cannot be read ({', '.join(dict.fromkeys(causes))}): save it anew and try again"
        if "PDFPasswordIncorrect" in causes:
            said = "it is locked with a password: save a copy without one"
        raise ImportFailed(f"{path}: {said}") from error
    return str(found.markdown), str(found.title or "").strip()


def _unlinked(markdown: str, title: str, unsure: tuple[str, ...] = ()) -> Converted:
    """Without pictures and links that led to other files: they do not come with the document."""
    notes = [*unsure]
    markdown, pictures = _PICTURE.subn(r" \1 ", markdown)
    if pictures:
        notes.append(
            f"{pictures} picture(s) left out, their alternative texts kept: put the files "
            "into the course's folder and write ![what it shows](file.png)"
        )
    markdown, links = _INNER_LINK.subn(r"\1", markdown)
    if links:
        notes.append(f"{links} link(s) to other pages became plain text")
    return Converted(_clean(re.sub(r"</?u>", "", markdown)), True, title, tuple(notes))
