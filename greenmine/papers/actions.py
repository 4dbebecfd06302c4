"""What can happen to a paper: it is made of named fields, signed, numbered, served, and replaced by a corrected one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from PIL import Image, ImageOps

from greenmine.accounts.models import Organisation, Person
from greenmine.evidence import actions as evidence
from greenmine.evidence.models import Provenance
from greenmine.evidence.places import path_of
from greenmine.ledger import actions as ledger
from greenmine.papers import kinds, permissions, writing
from greenmine.papers.composing import CannotMake, checked, compose
from greenmine.papers.models import Paper
from greenmine.papers.permissions import CannotIssue

__all__ = ["CannotIssue", "CannotMake", "make", "number", "serve", "sign"]

WIDEST_PIXELS = 1400
QUALITY = 80


@transaction.atomic
def make(
    kind: str,
    fields: Mapping[str, Any],
    *,
    subject: tuple[str, str],
    region_code: str,
    by: Person,
    organisation: Organisation,
    on: date,
    enterprise: str = "",
    addressed_to: str = "",
    replaces: Paper | None = None,
) -> Paper:
    """Make a paper (拟稿): its fields are checked, Word and PDF are kept. CannotMake says what is missing or wrong.

    `enterprise` is the key of the enterprise it concerns, `addressed_to` the key of the organisation it is for. A picture
    field holds {provenance, caption}; a table its rows; a day a date. A correction names the paper it `replaces`.
    """
    found = kinds.kind(kind)
    permissions.check_can_make(by, found, organisation, on=on)
    if replaces is not None:
        permissions.check_can_replace(replaces, found, organisation)
    paper = Paper(
        kind=kind,
        kind_text=found.text,
        fields=checked(found, fields),
        subject_kind=subject[0],
        subject_key=subject[1],
        region_code=region_code,
        organisation=organisation.key,
        organisation_name=organisation.name,
        enterprise=enterprise,
        addressed_to=addressed_to,
        made_by=by.name,
        made_by_id=by.pk,
        made_on=on,
        replaces=replaces,
    )
    content = compose(found, paper.fields, organisation=organisation.name, pictures=_shown)
    paper.title = content.title.replace("\n", "")[:300]
    paper.content_hash = content.digest
    _keep(paper, by=by, on=on)
    paper.save()
    ledger.record(
        "papers.made",
        subject=subject,
        by=by,
        organisation=organisation,
        on=on,
        cite=found.provisions,
        region_code=region_code,
        payload={"paper": paper.pk, "content": paper.content_hash, "replaces": replaces.pk if replaces else None},
        sentence={
            "zh": f"拟稿《{found.title['zh']}》：{paper.title}",
            "en": f"drafted a paper: {found.title['en']}",
        },
    )
    return paper


@transaction.atomic
def sign(paper: Paper, *, by: Person, on: date) -> Paper:
    """Sign a paper (签发): who and when; what stands in it does not change any more."""
    _lock(paper)
    permissions.check_can_sign(by, paper, on=on)
    paper.state, paper.signed_by, paper.signed_on = Paper.State.SIGNED, by.name, on
    _keep(paper, by=by, on=on)
    paper.save()
    _record("papers.signed", paper, by, on, zh="签发", en="signed")
    return paper


@transaction.atomic
def number(paper: Paper, *, by: Person, on: date) -> Paper:
    """Give a paper its number (编号): counted for its kind, its organisation and the year, 〔2026〕1号."""
    _lock(paper)
    permissions.check_can_number(by, paper, on=on)
    Organisation.objects.select_for_update().get(key=paper.organisation)  # one number at a time
    given = Paper.objects.filter(kind=paper.kind, organisation=paper.organisation, year=on.year)
    paper.year, paper.sequence = on.year, (given.aggregate(last=Max("sequence"))["last"] or 0) + 1
    paper.number = f"{permissions.kind_of(paper).numbering}〔{on.year}〕{paper.sequence}号"
    paper.state, paper.numbered_on = Paper.State.NUMBERED, on
    _keep(paper, by=by, on=on)
    paper.save()
    _record("papers.numbered", paper, by, on, zh="编号", en="numbered")
    return paper


@transaction.atomic
def serve(
    paper: Paper,
    *,
    day: date,
    way: str,
    by: Person,
    on: date,
    receipt: evidence.Upload | Provenance | None = None,
    received_by: str = "",
) -> Paper:
    """Register that a paper was served (送达登记): day, way and receipt. Clocks that begin at service begin on that day."""
    _lock(paper)
    permissions.check_can_serve(by, paper, on=on)
    permissions.check_service(paper, day=day, way=way, received_by=received_by, has_receipt=receipt is not None, on=on)
    if receipt is not None:
        paper.receipt = _receipt(paper, receipt, by=by, on=on)
    paper.state, paper.served_on, paper.served_way = Paper.State.SERVED, day, way
    paper.received_by = received_by.strip()[:200]
    paper.save()
    way_words = Paper.Way(way).label
    _record("papers.served", paper, by, on, zh=f"{way_words}（{day}）", en=f"served on {day} ({way})")
    return paper


def _record(verb: str, paper: Paper, by: Person, on: date, *, zh: str, en: str) -> None:
    organisation = Organisation.objects.get(key=paper.organisation)
    name = f"{paper.title}（{paper.number}）" if paper.number else paper.title
    ledger.record(
        verb,
        subject=(paper.subject_kind, paper.subject_key),
        by=by,
        organisation=organisation,
        on=on,
        cite=permissions.kind_of(paper).provisions,
        region_code=paper.region_code,
        payload={"paper": paper.pk, "content": paper.content_hash, "pdf": paper.pdf.file_id},
        sentence={"zh": f"{zh}：{name}", "en": f"{en}: {paper.number or permissions.kind_of(paper).title['en']}"},
    )


def _lock(paper: Paper) -> None:
    """Read the paper again under a lock: two people do not sign the same paper at once."""
    paper.refresh_from_db(from_queryset=Paper.objects.select_for_update())


def _keep(paper: Paper, *, by: Person, on: date) -> None:
    """Write both files and keep them as they are, by hash."""
    content = compose(
        permissions.kind_of(paper),
        paper.fields,
        organisation=paper.organisation_name,
        number=paper.number,
        signed_on=paper.signed_on,
        pictures=_shown,
    )
    laid = writing.lay_out(content)
    paper.notes = list(laid.notes)
    name = _file_name(paper)
    for ending, data in (("docx", writing.docx(content)), ("pdf", laid.pdf)):
        kept = evidence.keep(
            Written(f"{name}.{ending}", data),
            by=by,
            on=on,
            subject=(paper.subject_kind, paper.subject_key),
            title=paper.title[:200],
            region_code="",  # papers are handed out by the rights of their kind, not by region alone
        )
        setattr(paper, ending, kept)


def _file_name(paper: Paper) -> str:
    """The title, and the number where there is one, as a file name that every system takes."""
    whole = f"{paper.number} {paper.title}".strip()
    return "".join(sign if sign.isprintable() and sign not in '\\/:*?"<>|' else "_" for sign in whole)[:80]


def _shown(provenance: int) -> bytes | None:
    """A kept picture as it stands in a paper: upright, no larger than a page shows, without what the camera wrote into it."""
    kept = Provenance.objects.filter(pk=provenance).first()
    path = path_of(kept.file_id) if kept else None
    if path is None or not path.exists():
        return None
    try:
        with Image.open(path) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
            picture.thumbnail((WIDEST_PIXELS, WIDEST_PIXELS))
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=QUALITY)
            return out.getvalue()
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _receipt(paper: Paper, receipt: evidence.Upload | Provenance, *, by: Person, on: date) -> Provenance:
    if isinstance(receipt, Provenance):
        return receipt
    about = (paper.subject_kind, paper.subject_key)
    return evidence.keep(receipt, by=by, on=on, subject=about, title="送达回证", region_code="")


@dataclass
class Written:
    """A file of our own, offered to evidence as an upload would be."""

    name: str
    data: bytes

    def chunks(self) -> Iterable[bytes]:
        """The content in one piece."""
        return (self.data,)
