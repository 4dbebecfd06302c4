"""Fields of a paper, a place for files, and how a Word file is read back."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ON = date(2026, 11, 20)
NOTICE: dict[str, Any] = {
    "party": "陇原评估咨询有限公司",
    "inquiry": "DC-2026-0001",
    "facts": ["2026年9月3日，评估组在现场停留 42 分钟。", "照片与另一矿山报告相同。"],
    "grounds": ["评估结论严重失实"],
    "measure": "列入黑名单，三年内评估服务不予采信",
    "plea_days": "5个工作日",
    "evidence": [["1", "现场影像", "评估报告", "与他矿影像重复"]],
}


@pytest.fixture(autouse=True)
def _files_of_this_test_alone(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path


@pytest.fixture
def notice(cast: Any) -> Any:
    """A prior notice drafted by the province's reviewer."""
    from greenmine.papers import actions

    return actions.make(
        "prior-notice",
        NOTICE,
        subject=("case", "DC-2026-0001"),
        region_code="620000",
        by=cast.province_reviewer,
        organisation=cast.province.memberships.get().organisation,
        on=ON,
        addressed_to=cast.agency.memberships.get().organisation.key,
    )


def jpeg(width: int = 600, height: int = 400, colour: str = "green") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


def part(document: bytes, name: str = "word/document.xml") -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return ET.fromstring(archive.read(name))


def paragraphs(document: bytes) -> list[str]:
    """The text of every paragraph as a word processor shows it."""
    found = []
    for paragraph in part(document).iter(f"{W}p"):
        pieces = []
        for piece in paragraph.iter():
            if piece.tag == f"{W}t":
                pieces.append(piece.text or "")
            elif piece.tag in {f"{W}br", f"{W}tab"}:
                pieces.append("\n" if piece.tag == f"{W}br" else "\t")
        found.append("".join(pieces))
    return found
