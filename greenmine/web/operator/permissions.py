"""When an edition may be made the law here: who may stands in the matrix, what must have been seen stands here."""

from __future__ import annotations

from datetime import date

from greenmine.editions.actions import CannotActivate
from greenmine.web.operator.models import EditionComparison


def check_can_activate(
    comparison: EditionComparison | None, *, active: str | None, candidate: str, seen: bool, on: date
) -> None:
    """Refuse unless this very difference, of today's texts and today's facts, was judged to the end and seen."""
    if active is None:
        return  # the first edition differs from nothing
    if comparison is None or (comparison.before, comparison.after) != (active, candidate):
        raise CannotActivate(
            "规则文件、本地补充或现行版本在比对之后已经改变，请重新比对。",
            "The files, the local additions or the active edition changed after this comparison; compare again.",
        )
    if comparison.state != EditionComparison.State.DONE:
        raise CannotActivate("比对尚未完成，完成后才能启用。", "The comparison is not finished; wait until it is.")
    if comparison.judged_on != on:
        raise CannotActivate(
            f"差异按 {comparison.judged_on} 计算，已不是今天的，请重新比对。",
            f"The difference is that of {comparison.judged_on}, not of today; compare again.",
        )
    if not seen:
        raise CannotActivate(
            "请先打开并查看差异，再启用。",
            "Open the difference and look at it first.",
        )
