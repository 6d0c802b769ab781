"""The shelf: recordings are found again whole, or made anew; it never grows past its bound."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.speech.kept import Kept, KeptAudio


def key(of: object) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def shelf(tmp_path: Path) -> KeptAudio:
    return KeptAudio(tmp_path / "audio")


def test_a_recording_is_found_again(shelf: KeptAudio, tmp_path: Path) -> None:
    shelf.put(key(1), "opus", b"sound", 12.345)
    assert shelf.get(key(1), "opus") == Kept(b"sound", 12.345)
    assert KeptAudio(tmp_path / "audio").get(key(1), "opus") == Kept(b"sound", 12.345)
    assert shelf.get(key(1), "aac") is None
    assert shelf.get(key(2), "opus") is None


@pytest.mark.parametrize("damage", [b"", b"soun", b"Sound", b"sound and more"])
def test_a_damaged_recording_is_made_anew(shelf: KeptAudio, tmp_path: Path, damage: bytes) -> None:
    shelf.put(key(1), "opus", b"sound", 1)
    [file] = files(tmp_path)
    file.write_bytes(damage)
    assert shelf.get(key(1), "opus") is None
    assert files(tmp_path) == []
    shelf.put(key(1), "opus", b"sound", 1)
    assert shelf.get(key(1), "opus") == Kept(b"sound", 1)


def test_another_recording_of_the_same_takes_the_place_of_the_first(
    shelf: KeptAudio, tmp_path: Path
) -> None:
    shelf.put(key(1), "opus", b"sound", 1)
    shelf.put(key(1), "opus", b"another", 2)
    assert shelf.get(key(1), "opus") == Kept(b"another", 2)
    assert len(files(tmp_path)) == 1


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    shelf = KeptAudio(tmp_path, most_bytes=12_000)
    for n in range(10):
        path = shelf.put(key(n), "opus", bytes(1000), 1)
        assert path is not None
        os.utime(path, (n, n))
    shelf.get(key(0), "opus")  # used now
    shelf.put(key(10), "opus", bytes(1000), 1)
    assert [n for n in range(11) if shelf.get(key(n), "opus") is None] == [1, 2]


def test_it_stays_under_its_bound_whatever_several_processes_add(tmp_path: Path) -> None:
    shelves = [KeptAudio(tmp_path, most_bytes=100_000) for _ in range(3)]
    for n in range(300):
        shelves[n % 3].put(key(n), "opus", bytes(1000), 1)
        assert sum(file.stat().st_size for file in files(tmp_path)) <= 100_000
    assert shelves[0].get(key(299), "opus") is not None


def test_unfinished_files_of_the_dead_are_swept(tmp_path: Path) -> None:
    shelf = KeptAudio(tmp_path, most_bytes=1000)
    dead, alive = shelf.unfinished(), shelf.unfinished()
    os.utime(dead, (0, 0))
    shelf.put(key(1), "opus", bytes(2000), 1)
    assert (dead.exists(), alive.exists()) == (False, True)


def test_a_shelf_that_cannot_be_written_keeps_nothing_and_harms_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "audio").write_text("not a folder")
    shelf = KeptAudio(tmp_path / "audio")
    assert shelf.put(key(1), "opus", b"sound", 1) is None
    assert shelf.get(key(1), "opus") is None
    assert "could not be kept" in caplog.text


FULL = """
import resource, sys
from pathlib import Path
from bot.speech.kept import KeptAudio
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # what the system says then is "too large"
shelf = KeptAudio(Path(sys.argv[1]))
assert shelf.put("a" * 64, "opus", bytes(5000), 1) is None
assert shelf.get("a" * 64, "opus") is None
assert shelf.put("b" * 64, "opus", bytes(500), 1) is not None
"""


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], check=True, timeout=30)
    assert [file.stat().st_size for file in files(tmp_path)] == [500]


BUSY = """
import sys, hashlib, random
from pathlib import Path
from bot.speech.kept import KeptAudio
shelf = KeptAudio(Path(sys.argv[1]), most_bytes=30_000)
dice = random.Random(sys.argv[2])
for _ in range(300):
    n = dice.randrange(20)
    key, sound = hashlib.sha256(b"%d" % n).hexdigest(), b"%d" % n * 2000
    kept = shelf.get(key, "opus")
    assert kept is None or kept.content == sound
    if kept is None:
        shelf.put(key, "opus", sound, n)
"""


def test_several_processes_use_one_shelf(tmp_path: Path) -> None:
    busy = [subprocess.Popen([sys.executable, "-c", BUSY, str(tmp_path), str(n)]) for n in range(3)]
    assert [process.wait(timeout=60) for process in busy] == [0, 0, 0]
    assert not list(tmp_path.glob("*.part"))
