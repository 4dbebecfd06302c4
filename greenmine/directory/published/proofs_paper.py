"""The proof of standing on paper (名录状态证明书): the same content as the signed document, to print; the document itself is the proof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from greenmine.papers.content import Content, Paragraph, Table
from greenmine.papers.writing import pdf as written


def content_of(document: Mapping[str, Any]) -> Content:
    """What stands on the paper."""
    proof = document["payload"]
    rows = (
        ("矿山名称", proof["mine"]["name"]),
        ("矿山编号", proof["mine"]["key"]),
        ("所在地", proof["mine"]["place"]),
        ("矿业权人", proof["holder"] or "—"),
        ("统一社会信用代码", proof["credit_code"] or "—"),
        ("名录及状态", proof["words"]["zh"]),
        ("名录编号", proof["entry_number"] or "—"),
        ("入名录日期", proof["entered_on"] or "—"),
        ("公告文号", proof["decision_number"] or "—"),
        ("证书编号", proof["certificate_number"] or "—"),
        ("名录管理机关", proof["owner"] or "—"),
        ("公开日志", _log(proof)),
        ("状态清单序号", str(proof["status_list"]["index"])),
    )
    signatures = tuple(
        (one["algorithm"], f"公钥 {one['public_key']}　签名 {one['signature']}") for one in document["signatures"]
    )
    return Content(
        title="绿色矿山名录状态证明",
        number=proof["number"],
        blocks=(
            Paragraph(
                f"截至{proof['as_of']}，下列矿山在绿色矿山名录中的公开状态如下。本证明有效期至{proof['valid_until']}；"
                "其间状态如有变化，以公众查询平台发布的名录状态清单为准。"
            ),
            Table(rows, widths=(2, 5)),
            Paragraph(
                "本件供打印查阅。核验请使用同编号的电子证明文件，其签名如下，可在公众查询平台“证明核验”或用公开密钥自行核对。"
            ),
            Table(signatures, widths=(1, 6)),
        ),
        signed_on=date.fromisoformat(proof["as_of"]),
    )


def _log(proof: Mapping[str, Any]) -> str:
    log = proof["log"]
    if log is None:
        return "入名录时尚无公开日志"
    return f"第{log['number']}号（{log['statement']}）" if log["number"] else f"等待编号（{log['statement']}）"


def pdf(document: Mapping[str, Any]) -> bytes:
    """The paper as PDF."""
    return written(content_of(document))
