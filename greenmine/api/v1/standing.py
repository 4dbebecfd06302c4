"""For banks and markets: the status list, the check of a proof, and holders by their credit codes. Then the open data of each day."""

# ruff: noqa: ARG001 -- every operation is handed its request
from __future__ import annotations

from typing import Annotated, Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from ninja import Path, Router

from greenmine.api.clock import today
from greenmine.api.refusals import UNUSABLE, Refused, missing
from greenmine.api.v1 import shapes
from greenmine.directory.published import proofs, proofs_batch, proofs_open, proofs_status

router = Router(tags=["standing · 名录状态"])
REFUSALS = {404: shapes.Error, 422: shapes.Error}
IMMUTABLE = "public, max-age=86400, immutable"


@router.get("/status-list", url_name="status_list", response=shapes.Signed, summary="名录状态清单 · status list")
def status_list(request: HttpRequest) -> dict[str, Any]:
    """The dated, signed list of today: two bits for every mine and tier, encoded as W3C's Bitstring Status List.

    当日签名的状态清单：每座矿山每一级两位，按 W3C 位串状态清单编码，可缓存。
    """
    return proofs_status.newest(on=today())


@router.post(
    "/proofs/check",
    url_name="check_proof",
    response={200: shapes.Verdict, 400: shapes.Error, 422: shapes.Error},
    summary="核验证明 · check a proof",
)
def check_proof(request: HttpRequest, document: shapes.Document) -> dict[str, Any]:
    """Whether a proof was issued here, is unchanged, in its days, and still tells how the mine stands. Nothing is kept of the question.

    核验证明：是否由本系统签发、是否被改动、是否过期、状态是否已变；不留存查询内容。
    """
    verdict = proofs.verify(document.model_dump(), on=today())
    return {"good": verdict.good, "said": list(verdict.said), "standing_now": verdict.now}


@router.get(
    "/holders/{code}",
    url_name="holder",
    response={200: shapes.Holder, 422: shapes.Error},
    summary="按信用代码查询 · one holder",
)
def holder(request: HttpRequest, code: Annotated[str, Path(max_length=40)]) -> dict[str, Any]:
    """What is published of the mines of the holder with this unified social credit code.

    按统一社会信用代码查询矿业权人的公开矿山。
    """
    answers = proofs_batch.batch([code], on=today())
    return proofs_batch.as_json(answers[0]) if answers else {"code": code, "problem": None, "mines": []}


@router.post(
    "/holders",
    url_name="holders",
    response={200: shapes.Holders, 400: shapes.Error, 422: shapes.Error},
    summary="批量查询 · many holders",
)
def holders(request: HttpRequest, asked: shapes.Codes) -> dict[str, Any]:
    """The same for many codes at once. Nothing is kept of the question.

    一次查询多个统一社会信用代码；不留存查询内容。
    """
    try:
        answers = proofs_batch.batch(asked.codes, on=today())
    except proofs_batch.TooManyCodes as refused:
        raise Refused(UNUSABLE, refused.zh, refused.en) from refused
    return {"holders": [proofs_batch.as_json(one) for one in answers]}


@router.get("/open-data", url_name="open_data", response=shapes.OpenDays, summary="开放数据 · open data")
def open_data(request: HttpRequest) -> dict[str, Any]:
    """The days of which files are kept, with their hashes.

    保留的每日数据文件及其哈希值。
    """
    return {"days": proofs_open.kept()}


@router.get(
    "/open-data/{day}/{name}",
    url_name="open_file",
    response={200: None, **REFUSALS},
    summary="开放数据文件 · a file of a day",
)
def open_file(
    request: HttpRequest, day: Annotated[str, Path(max_length=10)], name: Annotated[str, Path(max_length=64)]
) -> HttpResponseBase:
    """One file of a day; it never changes.

    某一日的一个文件，发布后不再改动。
    """
    found = proofs_open.file_of(day, name)
    if found is None:
        raise missing(f"{day} 没有名为 {name} 的开放数据文件。", f"There is no open data file {name} of {day}.")
    media_type = proofs_open.MEDIA_TYPES.get(found.suffix, "application/octet-stream")
    answer = FileResponse(found.open("rb"), content_type=media_type, as_attachment=True, filename=f"{day}-{name}")
    answer["Cache-Control"] = IMMUTABLE
    answer["ETag"] = f'"{day}-{found.stat().st_size}"'
    return answer
