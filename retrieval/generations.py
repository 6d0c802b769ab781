"""Index files: a generation is built aside, and one atomic rename of the manifest makes it current.

    index/manifest.json              which generation is current, with the sha256 of its files
    index/generations/000007-1f2e3d4c/
        content.json                 courses, chunks, and the foreign questions
        passages.faiss sentences.faiss foreign.faiss
        assets/                      the lessons' pictures

A reader checks every byte against the manifest before it parses anything: FAISS loads 94 % of
single flipped bits silently. The generation before the current one is kept, so that a process that
is just opening it is not left without files.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from retrieval.answering import Floors  # noqa: TC001 - these three are read at run time
from retrieval.chunking import Chunk  # noqa: TC001
from retrieval.courses import Course  # noqa: TC001
from retrieval.errors import IndexDamaged, IndexMissing
from retrieval.vectors import VectorIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = [
    "FORMAT",
    "Generation",
    "Manifest",
    "damage",
    "manifest_path",
    "read_generation",
    "read_manifest",
    "write_generation",
]

FORMAT = 3  # raised whenever a file below changes its form
KEPT_GENERATIONS = 2
INDEXES = ("passages", "sentences", "foreign")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made of and with.

    `fingerprint` stands for the lessons, the model and every setting: equal fingerprints, equal
    index. `files` maps names inside the generation's folder to their sha256.
    """

    format: int
    generation: str
    fingerprint: str
    model: str
    dimension: int
    floors: dict[str, Floors]
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a generation beside its vectors; row n of each index belongs to text n here."""

    courses: tuple[Course, ...]
    chunks: tuple[Chunk, ...]
    foreign: tuple[str, ...]


_MANIFEST = TypeAdapter(Manifest)
_CONTENT = TypeAdapter(Content)


@dataclass(frozen=True)
class Generation:
    """A generation read into memory; `folder` still holds the pictures."""

    manifest: Manifest
    folder: Path
    content: Content
    passages: VectorIndex
    sentences: VectorIndex
    foreign: VectorIndex


def manifest_path(index: Path) -> Path:
    """The one file whose replacement makes a generation current."""
    return index / "manifest.json"


def read_manifest(index: Path) -> Manifest:
    """The manifest, proven whole by the checksum it carries.

    Raises IndexMissing when nothing was built yet, IndexDamaged when it cannot be trusted.
    """
    path = manifest_path(index)
    try:
        sealed = json.loads(path.read_bytes())
        body, checksum = sealed["manifest"], sealed["checksum"]
        if body.get("format") != FORMAT:
            raise IndexDamaged(path, "it was made by another version of Viva")
        if checksum != _sha256(_canonical(body)):
            raise IndexDamaged(path, "its checksum is wrong")
        return _MANIFEST.validate_python(body)
    except FileNotFoundError:
        raise IndexMissing(f"There is no index in {index} yet: run `viva build`.") from None
    except OSError as error:
        raise IndexDamaged(path, f"it cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # whatever stands in a damaged file, it is no manifest (ValidationError is a ValueError)
        raise IndexDamaged(path, "it is damaged") from None


def read_generation(index: Path) -> Generation:
    """The current generation, every file checked before it is parsed.

    Raises IndexMissing or IndexDamaged. When a build swaps generations meanwhile, the newer one is
    read instead.
    """
    manifest = read_manifest(index)
    try:
        return _read(index, manifest)
    except IndexDamaged:
        newer = read_manifest(index)
        if newer.generation == manifest.generation:
            raise
        return _read(index, newer)


def damage(index: Path) -> list[IndexDamaged]:
    """Every file of the current generation that is not what was built.

    Raises like `read_manifest` when there is no manifest to go by.
    """
    manifest = read_manifest(index)
    folder = _folder(index, manifest.generation)
    found = []
    for name, sha in manifest.files.items():
        try:
            _verified(folder / name, sha)
        except IndexDamaged as error:
            found.append(error)
    return found


def _read(index: Path, manifest: Manifest) -> Generation:
    folder = _folder(index, manifest.generation)
    data = {name: _verified(folder / name, sha) for name, sha in manifest.files.items()}
    try:
        return Generation(
            manifest,
            folder,
            _CONTENT.validate_json(data["content.json"]),
            *(VectorIndex.from_bytes(data[f"{name}.faiss"]) for name in INDEXES),
        )
    except (KeyError, ValidationError) as error:
        raise IndexDamaged(folder, "it does not fit this version of Viva") from error


def _verified(path: Path, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise IndexDamaged(path, "the file is missing") from None
    except OSError as error:
        raise IndexDamaged(path, f"the file cannot be read ({error.strerror})") from None
    if _sha256(data) != sha256:
        raise IndexDamaged(path, "the file is not the one that was built")
    return data


def write_generation(
    index: Path,
    made_of: Mapping[str, Any],
    content: Content,
    vectors: Mapping[str, VectorIndex],
    assets: Mapping[str, Path],
) -> Manifest:
    """Write a generation aside, then make it current. Killed at any point, the old one stands.

    `made_of` holds the manifest's fingerprint, model, dimension and floors; `vectors` the indexes
    by name; `assets` the pictures' files by the name they get in the generation.
    """
    files = {
        "content.json": _CONTENT.dump_json(content),
        **{f"{name}.faiss": vectors[name].to_bytes() for name in INDEXES},
        **{name: path.read_bytes() for name, path in assets.items()},
    }
    name = f"{_next_number(index):06d}-{made_of['fingerprint'][:8]}"
    _write_folder(index, name, files)
    sums = {file: _sha256(data) for file, data in files.items()}
    manifest = Manifest(format=FORMAT, generation=name, files=sums, **made_of)
    _swap_manifest(index, manifest)
    _remove_old(index, name)
    return manifest


def _write_folder(index: Path, name: str, files: Mapping[str, bytes]) -> None:
    aside = _folder(index, f"{name}.building")
    shutil.rmtree(aside, ignore_errors=True)
    for file, data in files.items():
        (aside / file).parent.mkdir(parents=True, exist_ok=True)
        _write_synced(aside / file, data)
    aside.rename(_folder(index, name))
    _sync_folder(index / "generations")


def _swap_manifest(index: Path, manifest: Manifest) -> None:
    body = _MANIFEST.dump_python(manifest, mode="json")
    sealed = {"manifest": body, "checksum": _sha256(_canonical(body))}
    aside = index / "manifest.json.new"
    _write_synced(aside, json.dumps(sealed, indent=1).encode())
    aside.replace(manifest_path(index))
    _sync_folder(index)


def _remove_old(index: Path, current: str) -> None:
    """Forget all but the newest generations, and what killed builds left behind."""
    names = sorted(path.name for path in (index / "generations").iterdir())
    whole = [name for name in names if not name.endswith(".building")]
    kept = {current, *whole[-KEPT_GENERATIONS:]}
    for name in set(names) - kept:
        shutil.rmtree(_folder(index, name), ignore_errors=True)


def _next_number(index: Path) -> int:
    folder = index / "generations"
    folder.mkdir(parents=True, exist_ok=True)
    return 1 + max(_numbers(folder), default=0)


def _numbers(folder: Path) -> Iterator[int]:
    for path in folder.iterdir():
        with contextlib.suppress(ValueError):
            yield int(path.name[:6])


def _folder(index: Path, generation: str) -> Path:
    return index / "generations" / generation


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _canonical(body: Any) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
