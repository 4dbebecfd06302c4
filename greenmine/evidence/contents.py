"""What a file is (文件类型): told by its content. Refuses, in words, what nobody should keep: programs, macros, bombs."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import puremagic
from PIL import Image

# By the ending under which content is recognised: what may be kept, and how it is served.
KEPT: Final = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".doc": "application/msword",
    ".ofd": "application/ofd",
    ".zip": "application/zip",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".json": "application/json",
}
SAME = {".jpeg": ".jpg", ".jfif": ".jpg", ".tiff": ".tif", ".geojson": ".json"}
TEXTS = {".csv", ".txt", ".json"}
MOST_PIXELS = 80_000_000
MOST_UNPACKED_BYTES = 1024 * 1024 * 1024
MOST_UNPACKED_TIMES = 120
MOST_MEMBERS = 20_000
HEAD_BYTES = 8192


class NotKept(Exception):
    """Why a file is not taken, in both languages: what is wrong, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Recognised:
    """What a content is."""

    ending: str
    media_type: str


def recognise(file: Path, name: str) -> Recognised:
    """What this file is by its content; NotKept where it is nothing we keep, or not what its name says."""
    claimed = Path(name).suffix.lower()
    claimed = SAME.get(claimed, claimed)
    if file.stat().st_size == 0:
        raise NotKept(f"文件“{name}”是空的，请重新选择。", f"“{name}” is empty; choose another file.")
    found = _by_content(file, name)
    if found not in KEPT:
        kinds = "、".join(sorted(ending[1:] for ending in KEPT))
        raise NotKept(
            f"文件“{name}”的类型不能作为佐证材料。可用：{kinds}。",
            f"“{name}” is of a kind that is not kept here. These are: {kinds}.",
        )
    if claimed != found:
        raise NotKept(
            f"文件“{name}”的内容是 {found[1:]}，与扩展名不符。请改正扩展名或换一个文件。",
            f"“{name}” is a {found[1:]} by its content, unlike its name. Correct the name or choose another file.",
        )
    return Recognised(found, KEPT[found])


def _by_content(file: Path, name: str) -> str:
    with file.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(file, name)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_compound(file, name)
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if (picture := _picture(head)) is not None:
        _check_picture(file, name)
        return picture
    ending = Path(name).suffix.lower()
    ending = SAME.get(ending, ending)
    return ending if ending in TEXTS and _is_text(head) else _guess(head)


def _picture(head: bytes) -> str | None:
    for start, ending in (
        (b"\xff\xd8\xff", ".jpg"),
        (b"\x89PNG\r\n\x1a\n", ".png"),
        (b"II*\0", ".tif"),
        (b"MM\0*", ".tif"),
    ):
        if head.startswith(start):
            return ending
    return None


def _guess(head: bytes) -> str:
    try:
        return str(puremagic.from_string(head))
    except puremagic.PureError:
        return ""


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head[: HEAD_BYTES - 4].decode(encoding)
        except UnicodeDecodeError as problem:
            if problem.end < len(head) - 8:
                continue
        return True
    return False


def _check_picture(file: Path, name: str) -> None:
    """Read the header only; a picture that would unfold into more pixels than any camera takes is refused."""
    try:
        with Image.open(file) as picture:
            width, height = picture.size
    except (OSError, Image.DecompressionBombError, ValueError) as problem:
        raise NotKept(f"图片“{name}”无法读取，可能已损坏。", f"The picture “{name}” cannot be read.") from problem
    if width * height > MOST_PIXELS:
        raise NotKept(
            f"图片“{name}”为 {width}×{height} 像素，过大。请缩小后再上传。",
            f"The picture “{name}” has {width}×{height} pixels, too many. Make it smaller.",
        )


def _kind_of_zip(file: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as problem:
        raise NotKept(f"文件“{name}”不完整或已损坏，请重新导出。", f"“{name}” is incomplete or damaged.") from problem
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if (
        len(members) > MOST_MEMBERS
        or unpacked > MOST_UNPACKED_BYTES
        or unpacked > MOST_UNPACKED_TIMES * max(packed, 1_000_000)
    ):
        raise NotKept(f"压缩文件“{name}”解开后过大，不予接收。", f"“{name}” unpacks to too much and is not taken.")
    names = {member.filename for member in members}
    if any(member.rsplit("/", 1)[-1].lower() == "vbaproject.bin" for member in names):
        raise NotKept(
            f"文件“{name}”含有宏，不予接收。请另存为不含宏的格式。",
            f"“{name}” holds macros and is not taken. Save it without macros.",
        )
    for marker, ending in (("xl/workbook.xml", ".xlsx"), ("word/document.xml", ".docx"), ("OFD.xml", ".ofd")):
        if marker in names:
            return ending
    return ".zip"


def _kind_of_compound(file: Path, name: str) -> str:
    """Old Office files: streams are named in UTF-16 in the directory; macros lie in a storage of their own name."""
    content = file.read_bytes()
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        raise NotKept(
            f"文件“{name}”含有宏，不予接收。请另存为不含宏的格式。",
            f"“{name}” holds macros and is not taken. Save it without macros.",
        )
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return ".xls"
    return ".doc" if "WordDocument".encode("utf-16-le") in content else ""


def picture_without_metadata(file: Path) -> bytes:
    """A photograph as pixels only, for showing: no place, no camera, no owner."""
    with Image.open(file) as picture:
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=88)
        return out.getvalue()
