"""A mine's page (一矿一档): identity, standing, findings by what they demand, what is missing, facts, timeline."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from greenmine.editions.edition import Edition
from greenmine.evaluation import queries as evaluation
from greenmine.evaluation import reading
from greenmine.evaluation.judging import Judgement
from greenmine.evaluation.workbook import outcome_words
from greenmine.facts import queries as facts
from greenmine.law import Finding, NoRuleInForce, Sheet, ValueProblem
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine
from greenmine.web.authority import undecided
from greenmine.web.components.clock import day_asked, today
from greenmine.web.components.desk import current_edition
from greenmine.web.components.templatetags.regime import both, label_of, language
from greenmine.web.components.workbooks import workbook_response

TIMELINE_SHOWS = 30
ASIDE = ("lapsed", "needs_confirmation", "low_confidence", "yielded", "remedied")


@dataclass(frozen=True)
class Group:
    """Findings that demand the same of the reader."""

    id: str
    title: str
    findings: list[Finding]
    open: bool = False
    counted: bool = True
    help: str = ""


@login_required
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The whole page, judged anew for the day asked (today by default)."""
    mine = mine_or_404(request, number)
    edition, on, at = current_edition(), day_asked(request), timezone.now()
    seen = undecided.shown(request, edition)
    judgement = reading.judge_mine(edition, mine.key, on=on, known_at=at, seen=seen)
    missing = missing_rows(edition, judgement)
    context = {
        "mine": _header(mine, edition, on),
        "on": on,
        "is_today": on == today(),
        "standing": judgement.standing,
        "decided_by": [edition.rule(rule) for rule in judgement.standing.decided_by],
        "provincial_entry": _shown(edition, judgement.sheet, "provincial_entry"),
        "national_entry": _shown(edition, judgement.sheet, "national_entry"),
        "groups": grouped(judgement),
        "missing": missing,
        "next_change": reading.next_change(edition, judgement, on=on),
        "facts": fact_rows(edition, judgement.sheet),
        "timeline": timeline(edition, mine, inside=undecided.is_inside(request)),
    }
    return render(request, "authority/mine.html", context)


@login_required
def explanation(request: HttpRequest, number: str, rule: str) -> HttpResponse:
    """The explanation tree of one finding, as a fragment that can also be opened alone."""
    mine = mine_or_404(request, number)
    edition, on = current_edition(), day_asked(request)
    context: dict[str, Any] = {"on": on, "edition": edition.id}
    try:
        edition.rule(rule)
        context["explanation"] = reading.explain_finding(
            edition, mine.key, rule, on=on, known_at=timezone.now(), seen=undecided.shown(request, edition)
        )
    except NoRuleInForce as refused:
        context["refused"] = refused
    except KeyError:
        raise Http404 from None
    return render(request, "authority/explanation.html", context)


@login_required
def export(request: HttpRequest, number: str) -> HttpResponse:
    """The mine's findings, missing facts and known facts as a workbook."""
    mine = mine_or_404(request, number)
    edition, on = current_edition(), day_asked(request)
    seen = undecided.shown(request, edition)
    judgement = reading.judge_mine(edition, mine.key, on=on, known_at=timezone.now(), seen=seen)
    titles = [_("事项"), _("判定"), _("期限"), _("义务主体"), _("缺少的事实"), _("标记"), _("理由"), _("依据")]
    findings = [_finding_cells(edition, found) for found in judgement.findings]
    facts_known = [
        [row["label"], row["value"], row["source"], row["since"] or ""] for row in fact_rows(edition, judgement.sheet)
    ]
    missing = [
        [row["label"], row["name"], row["findings"], row["evidence"]] for row in missing_rows(edition, judgement)
    ]
    sheets = [
        (_("判定"), titles, findings),
        (_("缺少的事实"), [_("事实"), _("代码"), _("涉及判定数"), _("可用的佐证")], missing),
        (_("已知事实"), [_("事实"), _("值"), _("来源"), _("起算日")], facts_known),
    ]
    return workbook_response(f"{mine.name}-{on.isoformat()}.xlsx", sheets)


def mine_or_404(request: HttpRequest, number: str) -> Mine:
    """The mine with this number, if the person may see it; otherwise it does not exist for them."""
    found = registry.mines_for(request.user).filter(key=number).first()
    if found is None:
        raise Http404
    return found


def grouped(judgement: Judgement) -> list[Group]:
    """The findings by what they demand: grounds, breaches, days ahead, unknowns, then what stands beside."""
    own = [found for found in judgement.findings if found.rule.bound == "enterprise"]
    beside = [found for found in own if set(found.flags) & set(ASIDE) and _says_something(found)]
    plain = [found for found in own if not set(found.flags) & set(ASIDE)]
    authority = [found for found in judgement.findings if found.rule.bound != "enterprise" and _says_something(found)]
    grounds = [found for found in plain if found.rule.kind == "removal" and str(found.outcome) == "breached"]
    failing = [found for found in plain if found.rule.kind != "removal" and str(found.outcome) == "breached"]
    inapplicable = [found for found in judgement.findings if not _says_something(found)]
    return [
        Group("grounds", _("涉嫌存在移出情形（待确认）"), grounds, open=True),
        Group("breached", _("不符合"), failing, open=True),
        Group("pending", _("未到期"), _of(plain, "pending"), open=True),
        Group("unknown", _("待核实"), _of(plain, "unknown")),
        Group("satisfied", _("符合"), _of(plain, "satisfied")),
        Group("beside", _("带标记，另计"), beside, counted=False, help=_("原定期限届满、按默认口径、依据待核、另有规定优先或已补正的判定，不影响状态")),
        Group("authority", _("不属企业义务"), authority, counted=False, help=_("义务主体是主管部门，不计入企业的不足")),
        Group("not_applicable", _("不适用"), inapplicable, counted=False),
    ]  # fmt: skip


def missing_rows(edition: Edition, judgement: Judgement) -> list[dict[str, Any]]:
    """Each missing fact with how many of the enterprise's findings it holds up and what would settle it."""
    counts = Counter(name for found in judgement.findings if found.rule.bound == "enterprise" for name in found.missing)
    rows = []
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        fact = edition.dictionary[name] if name in edition.dictionary else None
        rows.append(
            {
                "name": name,
                "label": label_of(name, language()),
                "findings": count,
                "stated_by": fact.stated_by if fact else (),
                "evidence": both(fact.evidence) if fact else "",
                "statable": bool(fact) and fact.kept_by != "system",
            }
        )
    return rows


def fact_rows(edition: Edition, sheet: Sheet) -> list[dict[str, Any]]:
    """The known facts with value, mark, source and day, and those on which equal sources conflict."""
    rows = []
    shown_with = facts.evidence_of(source.sequence for source in sheet.sources.values())
    for name in sorted({*sheet.values, *sheet.marks}):
        fact, source = edition.dictionary[name], sheet.sources.get(name)
        rows.append(
            {
                "name": name,
                "label": label_of(name, language()),
                "value": fact.words(sheet.values.get(name), language()),
                "mark": sheet.marks.get(name),
                "source": _source_words(edition, source),
                "since": source.since if source else None,
                "evidence": shown_with.get(source.sequence, ()) if source else (),
            }
        )
    return rows


def timeline(edition: Edition, mine: Mine, *, inside: bool) -> list[dict[str, Any]]:
    """What was stated and what changed, latest first; what is only proposed is seen `inside` alone."""
    lang = language()
    stated = [
        {
            "at": record.recorded_at,
            "day": record.recorded_at.date(),
            "text": _stated_words(edition, record, lang),
        }
        for record in facts.statements("mine", mine.key)[:TIMELINE_SHOWS]
        if inside or not undecided.is_proposal(record)
    ]
    changed = [
        {"at": change.known_at, "day": change.judged_on, "text": _change_words(edition, change, lang)}
        for change in evaluation.timeline(mine.key)[:TIMELINE_SHOWS]
    ]
    return sorted(stated + changed, key=lambda entry: entry["at"], reverse=True)[:TIMELINE_SHOWS]


def _finding_cells(edition: Edition, found: Finding) -> list[Any]:
    lang, words = language(), edition.words
    return [
        found.rule.title[lang],
        both(outcome_words(words, found)),
        found.due_on or "",
        both(words["actor"][found.rule.bound]),
        "、".join(label_of(name, lang) for name in found.missing),
        "、".join(both(words["flag"][flag]) for flag in found.flags),
        found.reason[lang],
        "、".join(edition.cite(provision) for provision in found.rule.provisions),
    ]


def _header(mine: Mine, edition: Edition, on: date) -> dict[str, Any]:
    """Identity (身份): number, names, place, holder with those who control it, rights, and what became of it."""
    chain = registry.control_chain(mine.holder, on=on) if mine.holder else []
    return {
        "number": mine.key,
        "name": mine.name,
        "former_names": [
            old.name for old in mine.names.filter(withdrawn_at__isnull=True).order_by("id") if old.name != mine.name
        ],
        "ledger_number": mine.ledger_number,
        "holder": mine.holder,
        "chain": chain,
        "sisters": registry.sister_mines(mine, on=on).count() if mine.holder else 0,
        "place": edition.divisions.full_name(mine.region_code) if mine.region_code else "",
        "longitude": mine.longitude,
        "latitude": mine.latitude,
        "rights": list(registry.rights_of(mine)),
        "areas": registry.boundaries_of(mine, on=on),
        "history": list(registry.history_of(mine)),
    }


def _shown(edition: Edition, sheet: Sheet, name: str) -> str:
    value = sheet.values.get(name)
    return "unknown" if value is None else str(edition.dictionary[name].show(value))


def _of(findings: Iterable[Finding], outcome: str) -> list[Finding]:
    return [found for found in findings if str(found.outcome) == outcome]


def _says_something(found: Finding) -> bool:
    return str(found.outcome) != "not_applicable"


def _source_words(edition: Edition, source: Any) -> str:
    if source is None:
        return ""
    actor = edition.words["actor"].get(source.source)
    return str(source.label or (both(actor) if actor else source.source))


def _stated_words(edition: Edition, record: Any, lang: str) -> str:
    fact = edition.dictionary[record.name] if record.name in edition.dictionary else None
    label = fact.label[lang] if fact else record.name
    who = record.stated_by or both(edition.words["actor"].get(record.source, {}))
    return _("%(who)s 填报 %(fact)s：%(value)s") % {
        "who": who,
        "fact": label,
        "value": _value_words(fact, record.value),
    }


def _value_words(fact: Any, stored: str) -> str:
    """A stored value as a screen says it; as it was stored where the dictionary no longer knows it."""
    raw = json.loads(stored)
    if fact is None:
        return str(raw)
    try:
        return str(fact.words(fact.parse(raw), language()))
    except ValueProblem:
        return str(raw)


def _change_words(edition: Edition, change: Any, lang: str) -> str:
    try:
        title = edition.rule(change.rule).title[lang]
    except KeyError:
        title = change.rule
    words = edition.words["outcome"]
    if not change.before:
        return _("首次判定“%(rule)s”：%(outcome)s") % {"rule": title, "outcome": both(words[change.outcome])}
    return _("“%(rule)s”由%(before)s变为%(outcome)s") % {
        "rule": title,
        "before": both(words[change.before]),
        "outcome": both(words[change.outcome]),
    }
