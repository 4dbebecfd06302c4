"""Mines: list with filters and words, one mine, its proof of standing."""

# ruff: noqa: ARG001 -- every operation is handed its request
from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema

from greenmine.api.clock import today
from greenmine.api.refusals import missing
from greenmine.api.v1 import shapes
from greenmine.directory.published import proofs, proofs_paper, queries
from greenmine.directory.published.models import PublishedMine

router = Router(tags=["mines · 矿山"])
Key = Annotated[str, Path(max_length=24, description="permanent number of the mine · 矿山编号")]
TierAsked = Annotated[shapes.Tier | None, Query(description="the highest it holds where left out · 名录级别")]
REFUSALS = {404: shapes.Error, 422: shapes.Error}


class MinesAsked(Schema):
    """Filters of the list; all that are given have to hold."""

    words: Annotated[
        str, Query(max_length=200, description="words in name, holder, place, mineral or numbers · 检索词")
    ] = ""
    tier: Annotated[shapes.Tier | None, Query(description="tier of the directory · 名录级别")] = None
    standing: Annotated[shapes.Standing | None, Query(description="standing in it · 状态")] = None
    place: Annotated[
        str | None, Query(pattern=shapes.PLACE, description="province, prefecture or county, GB/T 2260 · 行政区划代码")
    ] = None
    mineral: Annotated[str | None, Query(max_length=64, description="code of a mineral · 矿种代码")] = None
    scale: Annotated[shapes.Scale | None, Query(description="scale · 规模")] = None
    year: Annotated[int | None, Query(ge=1900, le=2199, description="year of entry · 入名录年份")] = None
    after: Annotated[
        int, Query(ge=0, le=shapes.LARGEST, description="cursor: `next` of the page before · 翻页游标")
    ] = 0
    limit: Annotated[int, Query(ge=1, le=200, description="rows on a page · 每页条数")] = 50


@router.get(
    "/mines", url_name="mines", response={200: shapes.Mines, 422: shapes.Error}, summary="矿山列表 · list of mines"
)
def mines(request: HttpRequest, asked: Query[MinesAsked]) -> dict[str, Any]:
    """Published mines, the longest published first; a page begins after the cursor.

    已公开的矿山，先公开的在前；从游标之后开始。
    """
    wanted = queries.Asked(
        words=asked.words, tier=asked.tier or "", standing=asked.standing or "", place=asked.place or "",
        mineral=asked.mineral or "", scale=asked.scale or "", year=asked.year,
    )  # fmt: skip
    rows = list(queries.mines(wanted).filter(pk__gt=asked.after).order_by("pk")[: asked.limit + 1])
    page = rows[: asked.limit]
    return {"mines": [mine_of(row) for row in page], "next": page[-1].pk if len(rows) > asked.limit else None}


@router.get(
    "/mines/{key}", url_name="mine", response={200: shapes.MineDetail, **REFUSALS}, summary="一座矿山 · one mine"
)
def mine(request: HttpRequest, key: Key) -> dict[str, Any]:
    """Everything that is published about a mine; its statements are asked for with `statements?mine=`.

    一座矿山的全部公开内容；其公开信息用 statements?mine= 查询。
    """
    found = queries.mine(key)
    if found is None:
        raise missing(f"公开名录中没有编号为 {key} 的矿山。", f"No mine {key} stands in the published directory.")
    detail = found.detail
    return {
        **mine_of(found),
        "standings": detail.standings,
        "results": detail.results,
        "why": detail.why,
        "commitments": detail.commitments,
        "notices": [row.notice.number for row in queries.notice_rows_of(key)],
    }


@router.get(
    "/mines/{key}/proof",
    url_name="proof",
    response={200: shapes.Signed, **REFUSALS},
    summary="名录状态证明 · proof of standing",
)
def proof(request: HttpRequest, key: Key, tier: TierAsked = None) -> dict[str, Any]:
    """The signed, dated proof of the standing of a mine today. Its payload names the index under which the status list tells whether it still holds.

    矿山当日名录状态的签名证明；其中的序号对应状态清单，可随时核对是否仍然有效。
    """
    return _proof(key, tier)


@router.get(
    "/mines/{key}/proof.pdf",
    url_name="proof_paper",
    response={200: None, **REFUSALS},
    summary="证明打印件 · proof to print",
)
def proof_paper(request: HttpRequest, key: Key, tier: TierAsked = None) -> HttpResponse:
    """The same proof on paper (application/pdf).

    同一证明的打印件（PDF）。
    """
    document = _proof(key, tier)
    name = document["payload"]["number"]
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(proofs_paper.pdf(document), content_type="application/pdf", headers=headers)


def _proof(key: str, tier: str | None) -> dict[str, Any]:
    try:
        return proofs.proof_of(key, on=today(), tier=tier or "")
    except proofs.NoProof as refused:
        raise missing(refused.zh, refused.en) from refused


def mine_of(row: PublishedMine) -> dict[str, Any]:
    """A published row as it leaves."""
    point = None
    if row.longitude is not None:
        point = {"longitude": row.longitude, "latitude": row.latitude, "exact": row.released}
    return {
        "key": row.key, "name": row.name, "holder": row.holder, "credit_code": row.credit_code, "province": row.province,
        "prefecture": row.prefecture, "region_code": row.region_code, "place": row.place, "mineral": row.mineral,
        "mineral_words": {"zh": row.mineral_zh, "en": row.mineral_en}, "scale": row.scale, "tier": row.tier,
        "standing": row.standing, "number": row.number, "entered_on": row.entered_on, "point": point, "changed_on": row.changed_on,
    }  # fmt: skip
