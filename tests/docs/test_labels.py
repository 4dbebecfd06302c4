"""What the guides print in bold as a label of a page stands on a page: a renamed button is noticed here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (
    "tutorials/assess-a-mine.md", "tutorials/list-a-mine.md", "how-to/run-a-batch.md", "how-to/handle-an-objection.md",
    "how-to/confirm-a-reading.md", "how-to/load-an-official-table.md", "how-to/carry-an-assessment-over.md",
)  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def shown() -> str:
    """Every template, view and word a page may draw from."""
    found = [
        *(ROOT / "greenmine").rglob("*.html"),
        *(ROOT / "greenmine").rglob("*.py"),
        *(ROOT / "rulebook" / "procedures").glob("*.yaml"),
        ROOT / "rulebook" / "facts.yaml",
        ROOT / "greenmine" / "accounts" / "matrix.yaml",
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


@pytest.mark.parametrize("page", PAGES)
def test_every_label_of_a_guide_stands_on_a_page(page: str, shown: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    labels = [label for label in re.findall(r"\*\*([^*\n]+)\*\*", text) if CHINESE.search(label)]
    assert labels
    assert [label for label in labels if label not in shown] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_guide_leads_somewhere(page: str) -> None:
    where = ROOT / "docs" / page
    links = re.findall(r"\]\(([^)#]+)\)", where.read_text(encoding="utf-8"))
    assert [link for link in links if not (where.parent / link).resolve().is_file()] == []
