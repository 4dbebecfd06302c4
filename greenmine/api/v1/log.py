"""The public log: checkpoints, proofs, leaves. Keep a checkpoint elsewhere; docs/verify_public_log.py does the rest."""

# ruff: noqa: ARG001 -- every operation is handed its request
from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import Path, Query, Router

from greenmine.api.refusals import missing
from greenmine.api.v1 import shapes
from greenmine.directory.published import proofs_log

router = Router(tags=["log · 公开日志"])
NDJSON = "application/x-ndjson"
Size = Annotated[int, Query(ge=1, le=shapes.LARGEST)]
REFUSALS = {404: shapes.Error, 422: shapes.Error}


@router.get(
    "/checkpoint",
    url_name="checkpoint",
    response={200: shapes.NewestCheckpoint, **REFUSALS},
    summary="最新检查点 · newest checkpoint",
)
def checkpoint(request: HttpRequest) -> dict[str, Any]:
    """The newest signed checkpoint, and the keys by which it can be checked.

    最新的签名检查点和核对用的公钥。
    """
    page = proofs_log.log_page(1)
    return {**_checkpoint(page.checkpoint), "keys": list(page.keys)}


@router.get(
    "/checkpoint.txt",
    url_name="checkpoint_text",
    response={200: None, **REFUSALS},
    summary="检查点文本 · checkpoint to keep",
)
def checkpoint_text(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as a signed note: the text to keep elsewhere.

    最新检查点原文，请另处保存。
    """
    return HttpResponse(
        _checkpoint(proofs_log.log_page(1).checkpoint)["note"], content_type="text/plain; charset=utf-8"
    )


@router.get(
    "/checkpoints",
    url_name="checkpoints",
    response={200: shapes.Checkpoints, 422: shapes.Error},
    summary="历次检查点 · checkpoints",
)
def checkpoints(
    request: HttpRequest,
    before: Annotated[
        int | None, Query(ge=1, le=shapes.LARGEST, description="cursor: `next` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """All checkpoints, newest first.

    历次检查点，新的在前。
    """
    rows = proofs_log.checkpoints_before(before, limit + 1)
    page = rows[:limit]
    return {"checkpoints": [_checkpoint(one) for one in page], "next": page[-1].size if len(rows) > limit else None}


@router.get(
    "/log/proofs/{number}",
    url_name="log_proof",
    response={200: shapes.LogProof, **REFUSALS},
    summary="存在性证明 · inclusion proof",
)
def log_proof(
    request: HttpRequest,
    number: Annotated[int, Path(ge=1, le=shapes.LARGEST)],
    size: Annotated[
        int | None, Query(ge=1, le=shapes.LARGEST, description="of the checkpoint; the newest where left out")
    ] = None,
) -> dict[str, Any]:
    """That a number stands under a checkpoint.

    证明某一序号在某一检查点之下。
    """
    try:
        return proofs_log.proof(number, size)
    except proofs_log.NoSuchProof as refused:
        raise missing(refused.zh, refused.en) from refused


@router.get(
    "/log/consistency",
    url_name="log_consistency",
    response={200: shapes.LogConsistency, **REFUSALS},
    summary="一致性证明 · consistency proof",
)
def log_consistency(
    request: HttpRequest, old: Size, new: Annotated[int | None, Query(ge=1, le=shapes.LARGEST)] = None
) -> dict[str, Any]:
    """That the log of an earlier checkpoint is the beginning of a later one.

    证明较早检查点的日志是较晚检查点日志的开头部分。
    """
    try:
        return proofs_log.consistency(old, new)
    except proofs_log.NoSuchProof as refused:
        raise missing(refused.zh, refused.en) from refused


@router.get("/log/leaves", url_name="log_leaves", response={200: None, 422: shapes.Error}, summary="日志记录 · leaves")
def log_leaves(
    request: HttpRequest,
    after: Annotated[int, Query(ge=0, le=shapes.LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> HttpResponse:
    """Leaves after a number, one JSON object a line (application/x-ndjson): append them to the file you keep.

    某一序号之后的记录，每行一条 JSON，可续写到自己保存的文件后面。
    """
    lines = proofs_log.leaves(after, limit)
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=NDJSON)


@router.get("/log.ndjson", url_name="log_export", response={200: None}, summary="整个日志 · the whole log")
def log_export(request: HttpRequest) -> HttpResponseBase:
    """The whole log, one leaf a line: what docs/verify_public_log.py reads.

    整个日志，每行一条，供核验脚本读取。
    """
    return StreamingHttpResponse((f"{line}\n" for line in proofs_log.export()), content_type=NDJSON)


def _checkpoint(found: Any) -> dict[str, Any]:
    if found is None:
        raise missing("公开日志还没有检查点。", "The public log has no checkpoint yet.")
    return {"size": found.size, "sha256": found.sha256, "sm3": found.sm3, "at": found.at, "note": found.note}
