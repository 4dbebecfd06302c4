"""What acts of the directory tell the public (对外公开): a mine's standing, notices, statements. Nothing undecided leaves here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from greenmine.assessment import scoring
from greenmine.assessment.models import Assessment
from greenmine.assessment.queries.views import frozen_of
from greenmine.directory.models import Entry, NoticeMine, PublicNotice
from greenmine.directory.published import writing
from greenmine.directory.published.writing import DimensionResult, OpenFile, PublicMine, TierStanding
from greenmine.editions import queries as editions
from greenmine.evidence.places import path_of
from greenmine.facts import queries as facts
from greenmine.gates import actions as passing
from greenmine.gates import queries as gates
from greenmine.gates import replaying
from greenmine.papers.models import Paper
from greenmine.registry import queries as registry
from greenmine.registry.models import Mine


def publish(mine_key: str, *, on: date) -> None:
    """A mine as the public sees it from now on; one that never entered a directory and is on no notice is not public."""
    mine = registry.standing_mines().select_related("holder").filter(key=mine_key).first()
    if mine is None:
        return
    standings = _standings(mine_key)
    if not standings:
        writing.unlist(mine_key)
        return
    writing.publish_mine(
        PublicMine(
            key=mine.key, name=mine.name, region_code=mine.region_code, mineral=mine.mineral, scale=_scale(mine),
            holder=mine.holder.name if mine.holder else "", credit_code=mine.holder.credit_code if mine.holder else "",
            standings=standings, why=_why(mine_key, on), longitude=float(mine.longitude) if mine.longitude is not None else None,
            latitude=float(mine.latitude) if mine.latitude is not None else None, **_results(mine_key),
        ),
        on=on,
    )  # fmt: skip


def _standings(mine_key: str) -> list[TierStanding]:
    """The latest entry of each tier; where none stands, the notice that runs. A proposed removal is no standing."""
    found: dict[str, TierStanding] = {}
    for entry in Entry.objects.filter(mine=mine_key).select_related("notice").order_by("id"):
        found[entry.tier] = TierStanding(
            tier=entry.tier, standing="changing" if entry.changing and entry.stands else entry.shown_state, number=entry.number,
            entered_on=entry.entered_on, until=entry.left_on, decision_number=entry.decision_number,
            certificate_number=entry.certificate_number, owner=entry.owner_name, reason=_reason(entry),
        )  # fmt: skip
    running = NoticeMine.objects.filter(mine=mine_key, notice__state=PublicNotice.State.RUNNING)
    if not any(one.until is None for one in found.values()) and running.exists():
        found[""] = TierStanding(tier="", standing="notice")
    return list(found.values())


def _reason(entry: Entry) -> dict[str, str]:
    if entry.stands:
        return {}
    last = entry.events.filter(kind__in=("removed", "ended"), public=True).order_by("-id").first()
    return {"zh": last.zh, "en": last.en} if last else {}


def _scale(mine: Mine) -> str:
    """The size class as the law reads it today; nothing where it is not known."""
    edition = editions.active()
    sheet = facts.stored_sheets(edition, "mine", [mine.key]).get(mine.key)
    return str(sheet.shown("scale", edition.dictionary) or "") if sheet is not None else ""


def _results(mine_key: str) -> dict[str, Any]:
    """The last third-party assessment as it was submitted, dimension by dimension; nothing where there is none."""
    last = (
        Assessment.objects.filter(mine=mine_key, party=Assessment.Party.THIRD_PARTY, state=Assessment.State.SUBMITTED)
        .order_by("-submitted_on", "-id")
        .first()
    )
    frozen = frozen_of(last) if last is not None else None
    if last is None or frozen is None:
        return {}
    standard = scoring.standard_of(last)
    names = {one.id: dict(one.name) for one in standard.dimensions}
    return {
        "results": [
            DimensionResult(
                title=names.get(one["id"], {"zh": one["id"], "en": one["id"]}),
                points=one["low"] if one["low"] == one["high"] else None, possible=one["possible"][1],
            )
            for one in frozen["result"]["dimensions"]
        ],
        "results_of": {
            "zh": f"第三方评估（{standard.title['zh']}），{last.submitted_on}",
            "en": f"third-party assessment ({standard.title['en']}), {last.submitted_on}",
        },
    }  # fmt: skip


def _why(mine_key: str, on: date) -> dict[str, Any]:
    """Why it is listed, in words the public may read: what was known then, who decided, on which opinions."""
    entry = Entry.objects.filter(mine=mine_key, left_on__isnull=True).order_by("-id").first()
    if entry is None:
        return {}
    if entry.legacy:
        return {
            "decision": {"zh": entry.decision_number, "en": entry.decision_number},
            "entered_on": entry.entered_on,
            "basis": entry.source,
        }
    return replaying.for_public(replaying.why_listed(entry, on=on))


def notice_begun(notice: PublicNotice, rows: Sequence[NoticeMine]) -> None:
    """The notice itself, with its list, its days and where objections go."""
    writing.publish_notice(
        writing.PublicNoticeRow(
            number=notice.number, stage=notice.stage, office=notice.organisation_name, organisation=notice.organisation,
            region_code=notice.region_code, title={"zh": notice.title, "en": f"Public notice {notice.number}"},
            from_on=notice.from_on, until_on=notice.until_on, contact=notice.contact,
            mines=[
                writing.NoticeMine(
                    mine=row.mine, name=row.mine_name, holder=row.holder_name, region_code=row.region_code,
                    result={"zh": row.result, "en": row.result},
                )
                for row in rows
            ],
        )
    )  # fmt: skip


def notice_closed(notice: PublicNotice, zh: str, en: str, *, on: date) -> None:
    """How a notice ended."""
    withdrawn = notice.state == PublicNotice.State.WITHDRAWN
    writing.close_notice(notice.number, {"zh": zh, "en": en}, on=on, withdrawn=withdrawn)


def state(
    kind: str, entry: Entry, *, on: date, zh: str, en: str, body: Mapping[str, Any], papers: Sequence[Paper] = ()
) -> str:
    """A statement about an entry, into the public log; its number."""
    made = writing.state(
        kind, mine=entry.mine, region_code=entry.region_code, on=on, title={"zh": zh, "en": en},
        body={"entry_number": entry.number, "tier": entry.tier, "mine": entry.mine_name, "holder": entry.holder_name, **body},
        office=entry.owner_name, files=[open_file(one) for one in papers],
        spare=(entry.mine_name, entry.holder_name, entry.owner_name),
    )  # fmt: skip
    return str(made.number)


def open_file(paper: Paper) -> OpenFile:
    """A signed paper copied for the public: the office's own announcement, which names no private person."""
    return OpenFile(
        name=f"{paper.number or paper.title}.pdf",
        media_type="application/pdf",
        content=path_of(paper.pdf.file_id).read_bytes(),
    )


def publish_passes(mine_key: str, *, on: date) -> int:
    """Each pass of a closed gate on a written ground becomes public when the mine goes on notice or enters."""
    count = 0
    for one in gates.passes_of(mine_key).filter(published_on__isnull=True).order_by("id"):
        made = writing.state(
            "gate_pass", mine=mine_key, region_code=one.region_code, on=on,
            title={"zh": "书面说明理由后通过关口核验", "en": "a closed gate was passed on a written ground"},
            body={
                "gate": one.gate, "ground": one.ground, "office": one.organisation_name, "on": one.on,
                "lines": [
                    {"what": line["what"], "outcome": line["outcome"]} for line in one.check_passed.closing
                ],
            },
            office=one.organisation_name,
        )  # fmt: skip
        passing.mark_published(one, statement=str(made.number), on=on)
        count += 1
    return count
