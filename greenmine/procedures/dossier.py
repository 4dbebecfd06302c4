"""The dossier of a case (卷宗): everything about it in one archive that opens without this program.

History as a page and as JSON, papers, evidence, the records of the ledger, the picture, and the table it ran.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from pathlib import PurePosixPath
from typing import Any

from greenmine.evidence.models import Provenance
from greenmine.evidence.places import path_of
from greenmine.law.steps import draw, picture_svg
from greenmine.law.steps.bpmn import export
from greenmine.ledger.models import Record
from greenmine.papers.models import Paper
from greenmine.procedures import opinions
from greenmine.procedures.models import Case, CaseStep
from greenmine.procedures.running import table_of

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same case gives the same archive
LANGUAGES = ("zh", "en")
KNOWN_FILES = ("id", "number", "title", "kind", "state", "signed_by", "signed_on", "served_on", "served_way")


def dossier(case: Case, *, on: date) -> bytes:
    """The archive as bytes. Whoever asks has checked that the reader may see the case."""
    content = _content(case, on)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        _add(out, "history.json", json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True))
        _add(out, "history.html", _page(content))
        table = table_of(case)
        passed = {row.to for row in _steps(case)} | {row.origin for row in _steps(case)}
        drawing = draw(table, case.state, frozenset(passed))
        for language in LANGUAGES:
            _add(out, f"picture.{language}.svg", picture_svg(drawing, language))
        _add(out, "table.yaml", case.kept.content)
        _add(out, "table.bpmn", export(table))
        for name, sha256 in _files(case):
            try:
                _add(out, name, path_of(sha256).read_bytes())
            except OSError:
                _add(out, f"{name}.missing.txt", f"{sha256}\n")
    return archive.getvalue()


def _content(case: Case, on: date) -> dict[str, Any]:
    """Everything in plain values."""
    table = table_of(case)
    return {
        "number": case.number,
        "title": case.title,
        "procedure": {"id": table.id, "title": dict(table.title), "digest": case.kept_id},
        "about": [case.subject_kind, case.subject_key],
        "region_code": case.region_code,
        "organisation": case.organisation,
        "state": {"id": case.state, **table.states[case.state].title},
        "opened_on": case.opened_on.isoformat(),
        "closed_on": _day(case.closed_on),
        "withdrawn_on": _day(case.withdrawn_on),
        "readings": case.readings,
        "made_on": on.isoformat(),
        "steps": [_step(case, row) for row in _steps(case)],
        "opinions": [
            {
                "round": one.round, "department": one.department, "asked_on": one.asked_on.isoformat(),
                "due_on": _day(one.due_on), "given_on": _day(one.given_on), "standing": one.standing(on),
                "standing_words": opinions.STANDINGS[one.standing(on)], "verdict": one.verdict, "text": one.text,
                "by": one.by_name, "organisation": one.organisation_name,
            }
            for one in case.opinions.order_by("entry", "id")
        ],
        "supervisions": [
            {"by": one.organisation_name, "reason": one.reason, "on": one.on.isoformat(), "result": one.result}
            for one in case.supervisions.order_by("id")
        ],
        "copies": [{"to": one.organisation_name, "on": one.on.isoformat()} for one in case.copies.order_by("id")],
        "migrations": [
            {
                "from": one.from_table, "to": one.to_table, "reason": one.reason, "by": one.by_name,
                "on": one.on.isoformat(), "undone_on": _day(one.undone_on),
            }
            for one in case.migrations.order_by("id")
        ],
        "papers": [_paper(one) for one in _papers(case)],
        "records": [
            {
                "id": one.pk, "verb": one.verb, "on": one.on.isoformat(), "at": one.at.isoformat(), "zh": one.zh,
                "en": one.en, "cite": one.cite, "by": one.by.get("name", ""), "hash": one.hash, "previous": one.previous,
            }
            for one in _records(case)
        ],
    }  # fmt: skip


def _step(case: Case, row: CaseStep) -> dict[str, Any]:
    table = table_of(case)
    known = row.step in table.steps or row.step.startswith(":") or (table.opening is not None and row.step == "open")
    title = dict(table.step(row.step).title) if known else {"zh": row.step, "en": row.step}
    return {
        "order": row.order, "step": row.step, "title": title, "from": row.origin, "to": row.to,
        "by": row.by_name, "behalf_of": row.behalf_of_name, "organisation": row.organisation_name,
        "on": row.on.isoformat(), "counts_from": row.counts_from.isoformat(), "given": row.payload,
    }  # fmt: skip


def _steps(case: Case) -> list[CaseStep]:
    return list(case.steps.order_by("order"))


def _papers(case: Case) -> list[Paper]:
    """The papers about the case, those its steps name, and of its subject those of the table's kinds made while it ran."""
    about_case = Paper.objects.filter(subject_kind="case", subject_key=case.number)
    named = {str(row.payload.get("paper")) for row in _steps(case) if row.payload.get("paper")}
    of_steps = Paper.objects.filter(pk__in=[int(one) for one in named if one.isascii() and one.isdecimal()][:500])
    kinds = {step.paper for step in table_of(case).steps.values() if step.paper}
    of_subject = Paper.objects.filter(
        subject_kind=case.subject_kind, subject_key=case.subject_key, made_on__gte=case.opened_on, kind__in=kinds
    )
    if case.closed_on is not None:
        of_subject = of_subject.filter(made_on__lte=case.closed_on)
    found = {
        one.pk: one
        for rows in (about_case, of_steps, of_subject)
        for one in rows.select_related("docx__file", "pdf__file")
    }
    return [found[key] for key in sorted(found)]


def _paper(paper: Paper) -> dict[str, Any]:
    return {name: _plain(getattr(paper, name)) for name in KNOWN_FILES} | {"fields": paper.fields}


def _records(case: Case) -> Iterable[Record]:
    return Record.objects.filter(subject_kind="case", subject_key=case.number).order_by("id")


def _files(case: Case) -> list[tuple[str, str]]:
    """Name in the archive and hash of every file: papers and evidence."""
    found = {}
    for paper in _papers(case):
        for kept in (paper.docx, paper.pdf, paper.official, paper.receipt):
            if kept is not None:
                found[f"papers/{paper.pk}-{_safe(kept)}"] = kept.file_id
    given = [pk for one in case.opinions.all() for pk in one.evidence]
    rows = Provenance.objects.filter(pk__in=given) | Provenance.objects.filter(
        subject_kind="case", subject_key=case.number
    )
    for kept in rows.order_by("id"):
        found[f"evidence/{kept.pk}-{_safe(kept)}"] = kept.file_id
    return sorted(found.items())


def _safe(kept: Provenance) -> str:
    """A name that stays within the archive."""
    name = PurePosixPath(kept.name.replace("\\", "/")).name
    return "".join(sign for sign in name if sign.isprintable() and sign not in ':*?"<>|') or kept.file_id[:12]


def _add(out: zipfile.ZipFile, name: str, content: str | bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o640 << 16
    out.writestr(entry, content)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _page(content: Mapping[str, Any]) -> str:
    """The history as one page without scripts, in Chinese, for whoever opens the archive."""
    steps = "".join(
        f"<tr><td>{one['order']}</td><td>{_e(one['on'])}</td><td>{_e(one['title']['zh'])}</td><td>{_e(one['organisation'])}</td>"
        f"<td>{_e(one['by'])}{_e('（代' + one['behalf_of'] + '）') if one['behalf_of'] else ''}</td>"
        f"<td>{_given(one['given'])}</td></tr>"
        for one in content["steps"]
    )
    said = "".join(
        f"<tr><td>{_e(one['organisation'] or one['department'])}</td><td>{_e(one['asked_on'])}</td><td>{_e(one['due_on'])}</td>"
        f"<td>{_e(one['standing_words']['zh'])}</td><td>{_e(opinions.VERDICTS.get(one['verdict'], {}).get('zh', ''))}</td>"
        f"<td>{_e(one['text'])}</td></tr>"
        for one in content["opinions"]
    )
    papers = "".join(f"<li>{_e(one['number'] or '')} {_e(one['title'])}</li>" for one in content["papers"])
    records = "".join(
        f"<tr><td>{one['id']}</td><td>{_e(one['on'])}</td><td>{_e(one['zh'])}</td><td><code>{_e(one['hash'][:16])}</code></td></tr>"
        for one in content["records"]
    )
    read = "".join(
        f"<li>{_e(one['question']['zh'])}：{_e(one['zh'])}（{_e(one['standing']['zh'])}）</li>"
        for one in content["readings"].values()
    )
    return (
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">'
        f"<title>{_e(content['number'])}</title></head><body>"
        f"<h1>{_e(content['procedure']['title']['zh'])} {_e(content['number'])}</h1>"
        f"<p>{_e(content['title'])}</p><p>目前状态：{_e(content['state']['zh'])}；立案 {_e(content['opened_on'])}"
        f"；办结 {_e(content['closed_on'] or '—')}；本卷生成于 {_e(content['made_on'])}</p>"
        f"<h2>程序口径</h2><ul>{read or '<li>无</li>'}</ul>"
        '<h2>办理经过</h2><table border="1"><tr><th>序</th><th>日期</th><th>事项</th><th>单位</th><th>经办</th><th>内容</th></tr>'
        f"{steps}</table><h2>部门意见</h2>"
        '<table border="1"><tr><th>部门</th><th>征求</th><th>期限</th><th>状态</th><th>意见</th><th>内容</th></tr>'
        f"{said}</table><h2>文书</h2><ul>{papers or '<li>无</li>'}</ul>"
        '<h2>行为台账</h2><table border="1"><tr><th>号</th><th>日期</th><th>记录</th><th>哈希</th></tr>'
        f"{records}</table></body></html>"
    )


def _given(payload: Mapping[str, Any]) -> str:
    return "<br>".join(
        f"{_e(name)}：{_e(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}"
        for name, value in payload.items()
    )


def _e(text: Any) -> str:
    return escape(str(text if text is not None else ""))
