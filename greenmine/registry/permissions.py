"""Who may do what in the registry: officials within their region, an enterprise for its own mines, operators nothing."""

from __future__ import annotations

from typing import Any

from greenmine.registry.models import ImportBatch


class NotAllowed(PermissionError):
    """Why a person may not, in words; shown on the button and returned by the server alike."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def check_in_region(region_prefix: str, region_code: str) -> None:
    """Refuse what lies outside a person's region; nothing without a known region is anybody's but the ministry's."""
    if not region_code.startswith(region_prefix):
        raise NotAllowed("该矿山不在您的管辖范围内", "this mine lies outside your region")


def check_can_commit(batch: ImportBatch) -> None:
    """An import may be written once its preview is there and no row waits for a person."""
    if batch.state != ImportBatch.State.PREVIEW:
        raise NotAllowed(
            f"该导入{batch.get_state_display()}，不能写入",
            f"this import is {batch.state} and cannot be written",
        )
    waiting = batch.matches.filter(how="ambiguous").count()
    if waiting and not batch.good_rows_only:
        raise NotAllowed(
            f"还有 {waiting} 行待人工识别",
            f"{waiting} rows still wait to be recognised by a person",
        )
    if batch.bad_rows and not batch.good_rows_only:
        raise NotAllowed(
            f"有 {batch.bad_rows} 行存在问题：请改正后重新上传，或选择只导入合格行",
            f"{batch.bad_rows} rows have problems: correct the file, or import the good rows only",
        )


def check_can_undo(batch: ImportBatch) -> None:
    """Only what was written can be taken back."""
    if batch.state != ImportBatch.State.COMMITTED:
        raise NotAllowed("只有已导入的批次可以撤销", "only a committed import can be undone")


def can(check: Any, *arguments: Any) -> tuple[bool, str]:
    """(allowed, why not) of any of the checks above, for a button."""
    try:
        check(*arguments)
    except NotAllowed as refused:
        return False, refused.zh
    return True, ""
