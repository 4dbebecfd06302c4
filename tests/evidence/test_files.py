"""Files are kept once under their hash; what a file is, its content says."""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from greenmine.evidence import actions, public_copies, queries
from greenmine.evidence.contents import NotKept, recognise
from greenmine.evidence.models import File, Provenance
from greenmine.evidence.places import path_of

ON = date(2026, 11, 20)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path) -> None:
    settings.DATA = tmp_path


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), "green").save(out, kind)
    return out.getvalue()


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def kept(cast, name: str, content: bytes) -> Provenance:
    return actions.keep(SimpleUploadedFile(name, content), by=cast.county, on=ON, subject=("mine", "M00000001"))


def test_the_same_content_is_kept_once_and_every_bringing_remembered(cast) -> None:
    first, second = kept(cast, "许可证.pdf", PDF), kept(cast, "副本.pdf", PDF)
    assert first.file_id == second.file_id
    assert (File.objects.count(), Provenance.objects.count()) == (1, 2)
    assert path_of(first.file_id).read_bytes() == PDF
    assert [row.name for row in queries.about("mine", "M00000001")] == ["副本.pdf", "许可证.pdf"]


def test_a_changed_file_is_found(cast) -> None:
    file = kept(cast, "许可证.pdf", PDF).file
    assert queries.is_whole(file)
    path_of(file.sha256).write_bytes(PDF + b"x")
    assert not queries.is_whole(file)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("a.PNG", picture(), "image/png"),
        ("a.jpeg", picture("JPEG"), "image/jpeg"),
        ("a.ofd", packed(**{"OFD.xml": b"<x/>"}), "application/ofd"),
        ("a.zip", packed(**{"a.shp": b"x"}), "application/zip"),
        ("a.csv", "矿山名称,矿种\n".encode("gb18030"), "text/csv"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
def test_content_of_the_kinds_we_keep_is_recognised(tmp_path, name, content, media_type) -> None:
    file = tmp_path / "incoming"
    file.write_bytes(content)
    assert recognise(file, name).media_type == media_type


def bomb() -> bytes:
    """A zip whose member says it unfolds to two gigabytes."""
    content = bytearray(packed(**{"xl__workbook.xml": b"0" * 1000}))
    where = content.rfind(b"PK\x01\x02")
    content[where + 24 : where + 28] = (2 * 1024**3 - 1).to_bytes(4, "little")
    return bytes(content)


def huge_picture() -> bytes:
    """A PNG header of 60,000 by 60,000 pixels."""
    head = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    chunk = (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")
    data = b"IDAT"
    return b"\x89PNG\r\n\x1a\n" + chunk + (0).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.pdf", b"", "是空的"),
        ("照片.jpg", PDF, "的内容是 pdf，与扩展名不符"),
        ("程序.pdf", b"MZ\x90\0" + b"\0" * 100, "类型不能作为佐证材料"),
        ("页面.pdf", b"<!DOCTYPE html><script>alert(1)</script>", "类型不能作为佐证材料"),
        ("表.xlsx", packed(**{"xl__workbook.xml": b"<x/>", "xl__vbaProject.bin": b"x"}), "含有宏"),
        ("炸弹.xlsx", bomb(), "解开后过大"),
        ("断.xlsx", packed(**{"xl__workbook.xml": b"<x/>"})[:60], "不完整或已损坏"),
        ("巨图.png", huge_picture(), "可能已损坏|过大"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",  # a zip carries the time it was made
)
def test_what_should_not_be_kept_is_refused_in_words_and_leaves_nothing(
    cast, tmp_path, name, content, sentence
) -> None:
    with pytest.raises(NotKept, match=sentence):
        kept(cast, name, content)
    assert [file for file in Path(tmp_path).rglob("*") if file.is_file()] == []


def test_a_file_over_the_limit_is_refused_before_it_is_kept(cast, settings) -> None:
    settings.UPLOAD_BYTES = 1024 * 1024
    with pytest.raises(NotKept, match="超过 1 MB"):
        kept(cast, "大.pdf", PDF + b"0" * 1024 * 1024)


def test_a_public_copy_shows_the_picture_and_nothing_of_where_it_was_taken(cast) -> None:
    taken = Image.new("RGB", (40, 20), "green")
    described = Image.Exif()
    described[0x010F] = "Huawei"
    described[0x0112] = 6  # turned: the camera was held upright
    described.get_ifd(0x8825)[2] = (36.0, 33.0, 12.0)
    out = io.BytesIO()
    taken.save(out, "JPEG", exif=described)
    assert b"Huawei" in out.getvalue()
    original = kept(cast, "现场.jpg", out.getvalue()).file

    copy = public_copies.public_copy(original)

    assert b"Huawei" not in copy
    assert b"Exif" not in copy
    with Image.open(io.BytesIO(copy)) as seen:
        assert (seen.size, dict(seen.getexif())) == ((20, 40), {})
    assert b"Huawei" in path_of(original.sha256).read_bytes()


def test_no_public_copy_is_made_of_what_is_no_picture(cast) -> None:
    with pytest.raises(NotKept, match="不是可读的图片"):
        public_copies.public_copy(kept(cast, "许可证.pdf", PDF).file)


def test_who_opened_a_file_is_remembered(cast, sign_in) -> None:
    found = actions.keep(
        SimpleUploadedFile("许可证.pdf", PDF),
        by=cast.county,
        on=ON,
        subject=("mine", "M00000001"),
        region_code="620422",
    )
    assert sign_in(cast.other_county).get(f"/files/{found.pk}/").status_code == 404
    assert list(queries.openings("mine", "M00000001")) == []
    assert sign_in(cast.county).get(f"/files/{found.pk}/").status_code == 200
    assert [(row.name, row.organisation_kind) for row in queries.openings("mine", "M00000001")] == [
        ("王经办", "authority")
    ]
