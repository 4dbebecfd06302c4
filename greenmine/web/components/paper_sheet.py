"""The text of a paper on a page (文书正文): who reviews or signs reads what he signs without opening a file."""

from __future__ import annotations

from typing import Any

from greenmine.papers import queries
from greenmine.papers.content import Block, Heading, Paragraph, Picture, SignatureLine, Table, labelled
from greenmine.papers.models import Paper

FORMS: tuple[tuple[type[Any], str], ...] = (
    (Heading, "heading"), (Paragraph, "paragraph"), (Table, "table"), (Picture, "picture"), (SignatureLine, "signature"),
)  # fmt: skip


def sheet_of(paper: Paper) -> dict[str, Any]:
    """What `components/paper_sheet.html` shows."""
    content = queries.content_of(paper)
    return {"content": content, "blocks": [(label, _form(block), block) for label, block in labelled(content.blocks)]}


def _form(block: Block) -> str:
    return next(name for kind, name in FORMS if isinstance(block, kind))
