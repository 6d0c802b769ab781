from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram.error import BadRequest

from bot.local.files import UPLOAD_BYTES, plain_name
from bot.local.images import size_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx
    from telegram import Bot

    from bot.local.people import Person
    from bot.local.server import LocalServer


async def test_a_file_goes_up_and_comes_down(bot: Bot, ada: Person) -> None:
    content = bytes(range(256)) * 1000
    sent = await bot.send_document(
        ada.id, content, filename="übung 1.bin", caption="<b>x</b>", parse_mode="HTML"
    )
    assert sent.document
    assert (sent.document.file_name, sent.document.file_size) == ("übung 1.bin", len(content))
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == content


async def test_a_photo_is_sent_again_by_its_id(
    bot: Bot, ada: Person, picture: Callable[[int, int], bytes]
) -> None:
    sent = await bot.send_photo(ada.id, picture(40, 30))
    again = await bot.send_photo(ada.id, sent.photo[-1].file_id, caption="again")
    assert (again.photo[-1].width, again.photo[-1].height) == (40, 30)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    with pytest.raises(BadRequest, match="Can't use file of type photos as documents"):
        await bot.send_document(ada.id, sent.photo[-1].file_id)


async def test_a_document_is_sent_again_by_its_id(bot: Bot, ada: Person) -> None:
    sent = await bot.send_document(ada.id, b"abc", filename="a.txt", caption="first")
    assert sent.document
    again = await bot.send_document(
        ada.id, sent.document.file_id, caption="<b>again</b>", parse_mode="HTML"
    )
    assert again.document == sent.document
    first, second = ada.chat()[-2:]
    assert (first["caption"], second["caption"]) == ("first", "again")
    assert second["document"]["file_name"] == "a.txt"


async def test_a_stale_id_is_refused_until_the_file_comes_again(
    bot: Bot, ada: Person, server: LocalServer, picture: Callable[[int, int], bytes]
) -> None:
    document = (await bot.send_document(ada.id, b"abc", filename="a.txt")).document
    photo = (await bot.send_photo(ada.id, picture(4, 4))).photo[-1]
    assert document
    for file_id in (document.file_id, photo.file_id):
        server.switchboard.files.forget(file_id)
    stale = "Wrong file_id or the file is temporarily unavailable"
    with pytest.raises(BadRequest, match=stale):
        await bot.send_document(ada.id, document.file_id)
    with pytest.raises(BadRequest, match=stale):
        await bot.send_photo(ada.id, photo.file_id)
    anew = (await bot.send_document(ada.id, b"abc", filename="a.txt")).document
    assert anew
    await bot.send_document(ada.id, anew.file_id)


async def test_a_file_too_big_to_download_is_refused(bot: Bot, ada: Person) -> None:
    sent = await bot.send_document(ada.id, bytes(20 * 2**20 + 1))
    assert sent.document
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(sent.document.file_id)


async def test_an_upload_over_50_mb_is_refused(raw: httpx.AsyncClient, ada: Person) -> None:
    answer = await raw.post(
        "sendDocument", data={"chat_id": ada.id}, files={"document": bytes(UPLOAD_BYTES + 1)}
    )
    assert answer.status_code == 413


async def test_a_photo_of_an_odd_shape_is_refused(bot: Bot, ada: Person, picture: Any) -> None:
    for size in ((9000, 1001), (21, 1), (0, 5)):
        with pytest.raises(BadRequest, match="Photo_invalid_dimensions"):
            await bot.send_photo(ada.id, picture(*size))


async def test_a_path_leads_nowhere_else(
    server: LocalServer, bot: Bot, ada: Person, raw: httpx.AsyncClient
) -> None:
    sent = await bot.send_document(ada.id, b"x", filename="a.txt")
    assert sent.document
    path = (await bot.get_file(sent.document.file_id)).file_path
    assert path
    number = path.rpartition("_")[2]
    base = f"{server.base_file_url}{server.token}"
    for other in (
        "documents/../../token",
        "..%2f..%2ftoken",
        f"photos/file_{number}",
        "documents/file_9.txt",
        "",
    ):
        assert (await raw.get(f"{base}/{other}")).status_code == 404
    assert (
        await raw.get(f"{server.base_file_url}1:foreign-token/documents/file_1.txt")
    ).status_code == 401


async def test_a_content_that_was_lost_is_told(
    server: LocalServer, bot: Bot, ada: Person, tmp_path: Path, raw: httpx.AsyncClient
) -> None:
    sent = await bot.send_document(ada.id, b"x", filename="a.txt")
    assert sent.document
    path = (await bot.get_file(sent.document.file_id)).file_path
    for file in (tmp_path / "local" / "files").iterdir():
        file.unlink()
    answer = await raw.get(str(path))
    assert answer.status_code == 404
    assert "send the file again" in answer.json()["description"]


def test_names_lose_their_folders() -> None:
    assert plain_name("../../etc/passwd") == "passwd"
    assert plain_name("C:\\a\\b.txt") == "b.txt"
    assert plain_name("") == "file"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"GIF89a" + bytes([3, 0, 2, 0]), ("image/gif", 3, 2)),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x07", ("image/jpeg", 7, 5)),
        (b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + bytes([8, 0, 0, 6, 0, 0]), ("image/webp", 9, 7)),
        (b"RIFF\0\0\0\0WEBPVP8L" + bytes(4) + b"\x2f" + bytes([2, 64, 0, 0]), ("image/webp", 3, 2)),
        (b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + bytes([4, 0, 3, 0]), ("image/webp", 4, 3)),
        (b"\xff\xd8\xff\xe0", None),
        (b"%PDF", None),
    ],
)
def test_sizes_are_read_from_the_first_bytes(
    head: bytes, found: tuple[str, int, int] | None
) -> None:
    assert size_of(head) == found
