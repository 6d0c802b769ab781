"""Where the links and pictures of a lesson lead: only into the course's own folder."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from retrieval.markdown import Fault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from retrieval.markdown import Target

__all__ = ["PICTURE_BYTES", "check_links", "picture_path"]

PICTURE_BYTES = 10 * 1000 * 1000
"""Telegram takes photos of up to 10 MB."""

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif")


def check_links(
    links: Iterable[Target], file: str, folder: Path, sections: Mapping[str, Collection[str] | None]
) -> list[Fault]:
    """What is wrong with a lesson's links.

    `sections` gives the section ids of each lesson file of the course, None for a file that could
    not be read: what its sections would be is not known.
    """
    faults = []
    for link in links:
        fault = _fault_of_link(link.address, file, folder, sections)
        if fault:
            faults.append(Fault(link.line, fault))
    return faults


def picture_path(picture: Target, folder: Path) -> tuple[str | None, Fault | None]:
    """The picture's path inside the course's folder, or None and what is wrong with it."""
    path, fault = _inside(picture.address, folder)
    if path is not None:
        fault = _fault_of_picture(folder / path)
    if path is None or fault:
        said = f"the picture {picture.address} {fault or 'leads nowhere: give it a file'}"
        return None, Fault(picture.line, said)
    return path, None


def _fault_of_link(
    address: str, file: str, folder: Path, sections: Mapping[str, Collection[str] | None]
) -> str | None:
    path, fault = _inside(address, folder)
    if fault:
        return f"the link {address} {fault}"
    target = path or file
    section = unquote(urlsplit(address).fragment)
    known = sections.get(target, ())
    if not section or known is None or section in known:
        return None
    if target not in sections:
        return f"the link {address} names a section, but {target} is no lesson of this course"
    return f"the link {address} leads to no section of {target}: it has {', '.join(known)}"


def _inside(address: str, folder: Path) -> tuple[str | None, str | None]:
    """The address as a path in the folder and, if it is none, why. Both None: only a `#part`."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None, "must be a file in the course's folder: put it there"
    path = unquote(parts.path)
    if not path:
        return None, None
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or "\\" in path:
        return None, "must stay inside the course's folder: write it relative, without '..'"
    return _existing(pure, folder)


def _existing(pure: PurePosixPath, folder: Path) -> tuple[str | None, str | None]:
    try:
        found = (folder / pure).is_file()
        real = Path(os.path.realpath(folder / pure))
    except (OSError, ValueError):
        # A name too long for the disk, or one with a NUL in it.
        return None, "is not a file's name: mend it"
    if not found:
        return None, f"leads nowhere: there is no file {pure} in the course's folder"
    if not real.is_relative_to(os.path.realpath(folder)):
        return None, "leads out of the course's folder: copy the file into it"
    return str(pure), None


def _fault_of_picture(path: Path) -> str | None:
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        return f"is not a picture Telegram shows: use one of {', '.join(PICTURE_SUFFIXES)}"
    size = path.stat().st_size
    if size == 0:
        return "is an empty file: put the picture there again"
    if size >= PICTURE_BYTES:
        return f"has {size / 1e6:.0f} MB, and Telegram takes less than 10: make it smaller"
    return None
