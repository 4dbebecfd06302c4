"""Whether a statement can still be withdrawn. Who may, the rooms above ask: they publish, and they withdraw."""

from __future__ import annotations

from greenmine.publiclog.models import Content, Leaf


class CannotWithdraw(Exception):
    """A statement cannot be withdrawn; the sentence says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


def check_can_withdraw(leaf: int, reason: str) -> Leaf:
    """The leaf; CannotWithdraw without a reason, where there is none, or where it was withdrawn before."""
    if not reason.strip():
        raise CannotWithdraw("撤下公开信息须写明理由。", "A statement is withdrawn for a stated reason.")
    found = Leaf.objects.select_for_update().filter(pk=leaf).first()
    if found is None:
        raise CannotWithdraw(f"公开日志中没有第 {leaf} 条。", f"The public log holds no leaf {leaf}.")
    if not Content.objects.filter(leaf=found).exists():
        raise CannotWithdraw("该条公开信息此前已撤下。", "This statement was withdrawn before.")
    return found
