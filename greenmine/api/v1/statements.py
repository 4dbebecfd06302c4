"""Statements, notices, and changes since a number of the log."""

# ruff: noqa: ARG001 -- every operation is handed its request
from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from greenmine.api.refusals import missing
from greenmine.api.v1 import shapes
from greenmine.directory.published import proofs_log, queries
from greenmine.directory.published.models import PublicFile, PublishedNotice, Statement

router = Router(tags=["statements · 公开信息"])
Number = Annotated[str, Path(max_length=24)]
After = Annotated[int, Query(ge=0, le=shapes.LARGEST, description="cursor: `next` of the page before · 翻页游标")]
Limit = Annotated[int, Query(ge=1, le=200, description="rows on a page · 每页条数")]
PlaceAsked = Annotated[str | None, Query(pattern=shapes.PLACE, description="province, GB/T 2260 · 省级行政区划代码")]
Code = Annotated[str | None, Query(max_length=24)]
REFUSALS = {404: shapes.Error, 422: shapes.Error}


@router.get(
    "/statements",
    url_name="statements",
    response={200: shapes.Statements, 422: shapes.Error},
    summary="公开信息 · statements",
)
def statements(
    request: HttpRequest, mine: Code = None, notice: Code = None, kind: Annotated[shapes.Kind | None, Query()] = None,
    place: PlaceAsked = None, after: After = 0, limit: Limit = 50,
) -> dict[str, Any]:  # fmt: skip
    """Published statements, oldest first. A withdrawn one keeps number, day, reason and place in the log, and loses its text.

    公开信息，先公开的在前；撤下的只保留编号、日期、理由和日志序号。
    """
    found = queries.statements(mine=mine or "", notice=notice or "", kind=kind or "", place=place or "")
    rows = list(_with_files(found).filter(pk__gt=after).order_by("pk")[: limit + 1])
    page = rows[:limit]
    return {"statements": statements_of(page), "next": page[-1].pk if len(rows) > limit else None}


@router.get(
    "/statements/{number}",
    url_name="statement",
    response={200: shapes.Statement, **REFUSALS},
    summary="一条公开信息 · one statement",
)
def statement(request: HttpRequest, number: Number) -> dict[str, Any]:
    """One published statement.

    一条公开信息。
    """
    return statements_of([_statement(number)])[0]


@router.get(
    "/statements/{number}/proof",
    url_name="statement_proof",
    response={200: dict[str, Any], **REFUSALS},
    summary="公开信息的存在性证明 · its place in the log",
)
def statement_proof(
    request: HttpRequest, number: Number, size: Annotated[int | None, Query(ge=1, le=shapes.LARGEST)] = None
) -> dict[str, Any]:
    """Salt and text as they were hashed (while it is published), and the path to the root of a checkpoint, the newest where none is named.

    该条的盐值和原文（未撤下时），以及到检查点根的路径；不指定检查点时用最新的。
    """
    try:
        return proofs_log.proof_of_statement(_statement(number), size)
    except proofs_log.NoSuchProof as refused:
        raise missing(refused.zh, refused.en) from refused


@router.get(
    "/statements/{number}/files/{sha256}",
    url_name="statement_file",
    response={200: None, **REFUSALS},
    summary="随附文件 · a paper of it",
)
def statement_file(
    request: HttpRequest, number: Number, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
) -> HttpResponse:
    """A paper published with the statement, by its hash.

    随公开信息发布的文件，按哈希值取用。
    """
    found = PublicFile.objects.filter(statement__number=number, sha256=sha256).first()
    if found is None:
        raise missing("该条公开信息没有这个文件。", "This statement has no such file.")
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Content-Disposition"] = f'attachment; filename="{sha256[:16]}"'
    return answer


@router.get(
    "/changes",
    url_name="changes",
    response={200: shapes.Changes, 422: shapes.Error},
    summary="变更提醒 · changes since a number",
)
def changes(request: HttpRequest, after: After = 0, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> dict[str, Any]:
    """What was published after a number of the public log, oldest first. Numbers have no gaps: whoever keeps `next` misses nothing.

    公开日志某一序号之后的变化，先公开的在前；序号没有空缺，保存 next 即不会遗漏。
    """
    found = proofs_log.changes(after, limit)
    made = {one["number"]: one for one in statements_of([one.statement for one in found if one.statement is not None])}
    rows = [
        {"number": one.number, "kind": one.kind, "statement": made[one.statement.number] if one.statement else None}
        for one in found
    ]
    return {"changes": rows, "next": found[-1].number if found else after, "size": proofs_log.size()}


@router.get("/notices", url_name="notices", response={200: shapes.Notices, 422: shapes.Error}, summary="公示 · notices")
def notices(
    request: HttpRequest, state: Annotated[shapes.NoticeState | None, Query()] = None, place: PlaceAsked = None,
    after: After = 0, limit: Limit = 50,
) -> dict[str, Any]:  # fmt: skip
    """Public notices, oldest first.

    公示，先发布的在前。
    """
    rows = list(queries.notices(state or "", place or "").filter(pk__gt=after).order_by("pk")[: limit + 1])
    page = rows[:limit]
    return {"notices": [notice_of(row) for row in page], "next": page[-1].pk if len(rows) > limit else None}


@router.get(
    "/notices/{number}",
    url_name="notice",
    response={200: shapes.NoticeDetail, **REFUSALS},
    summary="一个公示 · one notice",
)
def notice(request: HttpRequest, number: Number) -> dict[str, Any]:
    """A public notice with its list of mines.

    一个公示及其矿山名单。
    """
    found = queries.notice(number)
    if found is None:
        raise missing(f"没有编号为 {number} 的公示。", f"There is no notice {number}.")
    rows = [
        {"key": row.mine, "name": row.name, "holder": row.holder, "region_code": row.region_code, "result": {"zh": row.result_zh, "en": row.result_en}}
        for row in found.rows.all()
    ]  # fmt: skip
    return {**notice_of(found), "mines": rows}


def _statement(number: str) -> Statement:
    found = _with_files(Statement.objects.filter(number=number)).first()
    if found is None:
        raise missing(f"没有编号为 {number} 的公开信息。", f"There is no statement {number}.")
    return found


def _with_files(found: QuerySet[Statement]) -> QuerySet[Statement]:
    """Without the content of the papers, which may be large."""
    return found.prefetch_related(Prefetch("files", PublicFile.objects.defer("content")))


def statements_of(rows: Sequence[Statement]) -> list[dict[str, Any]]:
    """Statements as they leave, with their numbers in the log."""
    numbers = proofs_log.positions(rows)
    return [
        {
            "number": row.number, "kind": row.kind, "mine": row.mine, "mine_name": row.mine_name, "notice": row.notice,
            "region_code": row.region_code, "on": row.on, "title": {"zh": row.title_zh, "en": row.title_en}, "body": row.body,
            "office": row.office, "by_enterprise": row.by_enterprise,
            "log_number": numbers.get(row.leaf) if row.leaf is not None else None,
            "withdrawn_on": row.withdrawn_on,
            "withdrawn": {"zh": row.withdrawn_zh, "en": row.withdrawn_en} if row.withdrawn_on else None,
            "files": [{"name": one.name, "media_type": one.media_type, "size": one.size, "sha256": one.sha256} for one in row.files.all()],
        }
        for row in rows
    ]  # fmt: skip


def notice_of(row: PublishedNotice) -> dict[str, Any]:
    """A notice as it leaves."""
    return {
        "number": row.number, "stage": row.stage, "state": row.state, "office": row.office, "region_code": row.region_code,
        "title": {"zh": row.title_zh, "en": row.title_en}, "contact": row.contact, "from_on": row.from_on, "until_on": row.until_on,
        "outcome": {"zh": row.outcome_zh, "en": row.outcome_en}, "closed_on": row.closed_on,
    }  # fmt: skip
