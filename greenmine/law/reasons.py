"""The reason of a finding (理由): one sentence in each language — what was compared with what, and the other reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from greenmine.law.days import iso
from greenmine.law.dictionary import NONE
from greenmine.law.folding import fold_term
from greenmine.law.force import ENTERED, counted_from
from greenmine.law.rules import Outcome
from greenmine.law.saying import Saying, deciding

if TYPE_CHECKING:
    from greenmine.law.findings import Finding
    from greenmine.law.judge import Judge

LEAVES = 4
REMEMBERED = 4096
Decided = dict[
    tuple[int, bool], list[tuple[Any, bool]]
]  # the deciding leaves of a condition, found once for both languages
HEADS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "removal": {
        "breached": ("涉嫌存在该情形（待确认）", "the ground seems present (to be confirmed)"),
        "satisfied": ("未见该情形", "the ground is not present"),
    },
    "sanction": {
        "breached": ("涉嫌存在该情形（待确认）", "the ground seems present (to be confirmed)"),
        "satisfied": ("未见该情形", "the ground is not present"),
    },
    "scope": {
        "satisfied": ("在适用范围内", "inside the scope"),
        "not_applicable": ("不在适用范围", "outside the scope"),
    },
    "benefit": {"satisfied": ("符合支持条件", "qualifies"), "not_applicable": ("不具备支持条件", "does not qualify")},
}
PLAIN = {
    "satisfied": ("符合", "satisfied"), "breached": ("不符合", "not satisfied"), "not_applicable": ("不适用", "not applicable"),
    "unknown": ("待核实，缺", "unknown, missing"),
}  # fmt: skip


def reason_of(finding: Finding) -> dict[str, str]:
    """The sentence; findings of one rule with the same values share it."""
    judge, values = finding.judge, finding.sheet.values
    extra = tuple(values.get(name) for name in ENTERED) if finding.situations else ()
    key = (
        finding.outcome,
        finding.flags,
        finding.due,
        finding.situations,
        tuple(values.get(name) for name in judge.mentioned),
        extra,
    )
    found = judge.reasons.get(key)
    if found is None:
        if len(judge.reasons) >= REMEMBERED:
            judge.reasons.clear()
        decided: Decided = {}
        found = judge.reasons[key] = {lang: _Reason(finding, lang, decided).text() for lang in ("zh", "en")}
    return found


class _Reason:
    """Writes one sentence in one language."""

    def __init__(self, finding: Finding, lang: str, decided: Decided) -> None:
        self.decided = decided
        self.finding, self.lang, self.zh = finding, lang, lang == "zh"
        self.judge: Judge = finding.judge
        self.values = finding.sheet.values
        self.saying = Saying(self.judge, lang, self.values)

    def text(self) -> str:
        parts = [self.main(), *self.situations(), *self.standing_notes()]
        return "；".join(parts) + "。" if self.zh else "; ".join(parts) + "."

    def main(self) -> str:
        finding = self.finding
        if finding.outcome is Outcome.UNKNOWN:
            missing = self.saying.join["list"].join(self.missing_words(name) for name in finding.missing)
            return f"{self.head()}：{missing}" if self.zh else f"{self.head()}: {missing}"
        applies = True if self.judge.ask_applies is None else self.judge.ask_applies(self.values)
        if applies is False:
            return self.because(*PLAIN["not_applicable"], self.judge.applies, False)
        if self.judge.timed:
            return self.timed()
        truth = self.judge.ask_body(self.values)
        if (
            self.judge.event
            and isinstance(event := self.values.get(self.judge.event), int)
            and event > self.judge.today
        ):
            label = self.saying.with_value(self.judge.event)
            return (
                f"{self.head()}：{label} 在判定日之后"
                if self.zh
                else f"{self.head()}: {label} is after the day judged for"
            )
        if truth is None:
            return self.head()
        return self.because(*self.heads(), self.judge.body, bool(truth))

    def missing_words(self, name: str) -> str:
        if name.startswith("value:"):
            return self.judge.day.values[name[6:]].title[self.lang]
        if name.startswith("in_force:"):
            return "文件施行日期" if self.zh else "the document's effective day"
        return self.saying.label(name)

    def phrase(self, leaf: Any, is_true: bool) -> str:
        """The phrase of a leaf; leaves that met the same values share it."""
        known, names = self.judge.phrases, self.judge.part(leaf)[1]
        key = (id(leaf), is_true, self.lang, *[self.values.get(name) for name in names])
        found = known.get(key)
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = known[key] = self.saying.leaf(leaf, is_true)
        return found

    def heads(self) -> tuple[str, str]:
        outcome = str(self.finding.outcome)
        return HEADS.get(self.finding.rule.kind, {}).get(outcome) or PLAIN[outcome]

    def head(self) -> str:
        return self.heads()[0 if self.zh else 1]

    def because(self, zh: str, en: str, node: Any, truth: bool) -> str:
        leaves = self.decided.get((id(node), truth))
        if leaves is None:
            leaves = deciding(node, lambda part: self.judge.part(part)[0](self.values), truth)
            self.decided[id(node), truth] = leaves
        phrases = list(dict.fromkeys(self.phrase(leaf, is_true) for leaf, is_true in leaves))
        shown = ("，" if self.zh else ", ").join(phrases[:LEAVES])
        if len(phrases) > LEAVES:
            shown += f" 等 {len(phrases)} 项" if self.zh else f" and {len(phrases) - LEAVES} more"
        head = zh if self.zh else en
        if not phrases or shown == "…":
            return head
        return f"{head}：{shown}" if self.zh else f"{head}: {shown}"

    def timed(self) -> str:
        judge, due = self.judge, self.finding.due
        if due is None:
            label = self.saying.join["list"].join(self.saying.label(name) for name in self.none_facts())
            return (
                f"不适用：{label}为无，无从起算" if self.zh else f"not applicable: {label} is none, so nothing is due"
            )
        day = iso(due)
        if self.finding.outcome is Outcome.NOT_APPLICABLE:
            return (
                f"不适用：期限 {day} 晚于文件期满日"
                if self.zh
                else f"not applicable: the due day {day} lies after the text's term"
            )
        head = f"应于 {day} 前（含当日）完成" if self.zh else f"due by {day} (that day included)"
        done = self.values.get(judge.done)
        if isinstance(done, int) and done <= judge.today:
            when = iso(done)
            late = done > due
            if self.zh:
                return f"{head}，{'迟至' if late else '已于'} {when} 完成"
            return f"{head}, done {'late, ' if late else ''}on {when}"
        days = judge.today - due
        if days > 0:
            return f"{head}，尚未完成，已逾期 {days} 日" if self.zh else f"{head}, not done, {days} days overdue"
        return f"{head}，尚未完成，未到期" if self.zh else f"{head}, not done, not yet due"

    def none_facts(self) -> list[str]:
        return [name for name in self.judge.mentioned if self.values.get(name) is NONE and name != self.judge.done] or [
            self.judge.done
        ]

    def situations(self) -> list[str]:
        return [text for situation in self.finding.situations if (text := getattr(self, f"_{situation}")())]

    def _clock(self) -> str:
        judge = self.judge
        start, begins = judge.ask_clock(self.values), judge.force.from_on
        if not isinstance(start, int) or begins is None or judge.due is None:
            return ""
        other = judge.closures.evaluate(fold_term(counted_from(judge.due, begins), judge.day))(self.values)
        if self.zh:
            return (
                f"起算日 {iso(start)} 早于文件施行日 {begins}，现按原起算日计；若自施行日起算，应于 {iso(other)} 前完成"
            )
        return f"the clock began on {iso(start)}, before the text was in force ({begins}); counted from that day instead it would be due by {iso(other)}"

    def _term(self) -> str:
        ends = self.judge.force.to_on
        if self.zh:
            return f"期限在文件期满日 {ends} 之后，现按继续计；若随文件届满，则不再要求"
        return f"the due day lies after the text's term ({ends}); were the duty to end with it, nothing would be due"

    def _look_back(self) -> str:
        event = self.saying.with_value(self.judge.event)
        if self.zh:
            return f"{event} 早于入库日或文件施行日，现按计入处理；若不溯及，则不构成"
        return f"{event} lies before entry or before the text was in force; were earlier events left out, it would be no ground"

    def standing_notes(self) -> list[str]:
        notes = []
        flags, rule, force = self.finding.flags, self.finding.rule, self.judge.force
        if "lapsed" in flags:
            notes.append(
                f"文件原定期限 {force.to_on} 已届满，效力待确认"
                if self.zh
                else f"the text's own term ended on {force.to_on}, its effect is to be confirmed"
            )
        if force.unconfirmed:
            notes.append(
                "文件未载明施行日期，待录入" if self.zh else "the text names no effective day; one must be entered"
            )
        if rule.needs_confirmation and "needs_confirmation" in flags and not self.judge.confirmed:
            notes.append(
                ("默认口径：" if self.zh else "default reading: ") + rule.needs_confirmation[self.lang].rstrip("。.")
            )
        if "yielded" in flags:
            notes.append("另有规定优先" if self.zh else "another provision goes first")
        return notes
