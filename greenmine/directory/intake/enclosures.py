"""Files sent with a letter (附件): told by their content, pictures made anew without what a camera wrote into them."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from PIL import Image, ImageOps

from greenmine.directory.intake import figures
from greenmine.directory.intake.models import Enclosure
from greenmine.directory.intake.permissions import CannotSend
from greenmine.directory.intake.sealing import seal
from greenmine.evidence.contents import NotKept, recognise
from greenmine.registry.confined import TooMuch, confined

TAKEN = (".pdf", ".jpg", ".png", ".docx", ".xlsx", ".txt", ".ofd")
PICTURES = {".jpg": "JPEG", ".png": "PNG"}
MEGABYTE = 1024 * 1024
SECONDS, MEGABYTES = 20, 400  # for making one picture anew


class Upload(Protocol):
    """A file as a form brings it."""

    name: Any
    size: Any

    def chunks(self) -> Iterable[bytes]:
        """The content piece by piece."""
        ...


def read(uploads: Sequence[Upload], limits: figures.Limits) -> list[Enclosure]:
    """The files as they will be kept; CannotSend names the one that cannot."""
    if len(uploads) > limits.files:
        raise CannotSend(f"最多可附 {limits.files} 份材料", f"at most {limits.files} files")
    return [_read(upload, order, limits) for order, upload in enumerate(uploads, 1)]


def _read(upload: Upload, order: int, limits: figures.Limits) -> Enclosure:
    content = bytearray()
    for chunk in upload.chunks():
        content += chunk
        if len(content) > limits.megabytes * MEGABYTE:
            raise CannotSend(
                f"第 {order} 份材料超过 {limits.megabytes} MB，请压缩或拆分",
                f"file {order} is larger than {limits.megabytes} MB; compress or split it",
            )
    name = Path(str(upload.name)).name
    ending, media_type = _kind(bytes(content), name)
    kept = _clean(bytes(content), ending, order)
    return Enclosure(
        order=order, name=f"材料{order}{ending}", media_type=media_type, size=len(kept),
        sha256=hashlib.sha256(content).hexdigest(), content=kept,
        sealed=seal(len(name.encode()).to_bytes(4, "big") + name.encode() + bytes(content)),
    )  # fmt: skip


def _kind(content: bytes, name: str) -> tuple[str, str]:
    with tempfile.NamedTemporaryFile() as waiting:
        waiting.write(content)
        waiting.flush()
        try:
            found = recognise(Path(waiting.name), name)
        except NotKept as refused:
            raise CannotSend(refused.zh, refused.en) from None
    if found.ending not in TAKEN:
        kinds = "、".join(ending[1:] for ending in TAKEN)
        raise CannotSend(
            f"文件“{name[:60]}”的类型不能接收，可用：{kinds}", f"“{name[:60]}” is not taken; these are: {kinds}"
        )
    return found.ending, found.media_type


def _clean(content: bytes, ending: str, order: int) -> bytes:
    """A picture without place, time and camera; anything else as it is. Made in a child with limits: a few kilobytes may unfold into a gigabyte."""
    if ending not in PICTURES:
        return content
    try:
        return confined(lambda: _bare(content, ending), seconds=SECONDS, megabytes=MEGABYTES)
    except TooMuch:
        raise CannotSend(
            f"第 {order} 份材料的图片过大，请缩小后再上传", f"the picture in file {order} is too large; make it smaller"
        ) from None
    except Exception:  # noqa: BLE001 -- a damaged picture makes its reader raise anything
        raise CannotSend(f"第 {order} 份材料不是完整的图片", f"file {order} is no whole picture") from None


def _bare(content: bytes, ending: str) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(content)) as opened:
        upright = ImageOps.exif_transpose(opened)
        plain = upright.convert("RGBA" if ending == ".png" and "A" in upright.getbands() else "RGB")
        bare = Image.new(plain.mode, plain.size)
        bare.paste(plain)
        bare.save(out, PICTURES[ending], quality=92)
    return out.getvalue()
