"""What can happen to a paper: made of named fields, reviewed, checked, signed, numbered, sealed, served, corrected.

Each act is one transaction: the paper, its mark, its files, the ledger, and who is told. A crash leaves none of it.
"""

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
from greenmine.papers import kinds, permissions, telling, writing
from greenmine.papers.composing import CannotMake, checked, compose
from greenmine.papers.models import Paper, PaperMark
from greenmine.papers.permissions import CannotIssue

__all__ = [
    "CannotIssue", "CannotMake", "attach_official", "check_legality", "make", "make_receipt", "number", "return_draft",
    "review", "seal", "serve", "sign",
]  # fmt: skip

WIDEST_PIXELS = 1400
QUALITY = 80
LONGEST_TEXT = 4000
Act = PaperMark.Act


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
    _mark(paper, Act.MADE, by=by, on=on)
    if replaces is not None:
        telling.settle_returned(replaces, by=by)
    telling.tell_next(paper, by=by, on=on)
    return paper


@transaction.atomic
def review(paper: Paper, *, by: Person, on: date, text: str = "") -> Paper:
    """Review a draft (审核): another person than who drafted it agrees, with a sentence where there is one to say."""
    _lock(paper)
    permissions.check_can_review(by, paper, on=on)
    paper.state = Paper.State.REVIEWED
    paper.save(update_fields=["state"])
    _mark(paper, Act.REVIEWED, by=by, on=on, text=text)
    _record("papers.reviewed", paper, by, on, zh="审核通过", en="reviewed")
    telling.tell_next(paper, by=by, on=on)
    return paper


@transaction.atomic
def check_legality(paper: Paper, *, by: Person, on: date, text: str = "") -> Paper:
    """Check the legality of a reviewed draft (法制审核): a third person, with an opinion in words."""
    _lock(paper)
    permissions.check_can_check_legality(by, paper, on=on)
    paper.state = Paper.State.LEGAL
    paper.save(update_fields=["state"])
    _mark(paper, Act.LEGAL, by=by, on=on, text=text)
    _record("papers.checked", paper, by, on, zh="法制审核通过", en="legality checked")
    telling.tell_next(paper, by=by, on=on)
    return paper


@transaction.atomic
def return_draft(paper: Paper, text: str, *, by: Person, on: date) -> Paper:
    """Return a draft (退回修改) with the sentences that say what to mend; it is made anew and the new one replaces it."""
    _lock(paper)
    permissions.check_can_return(by, paper, on=on)
    said = text.replace("\0", "").strip()[:LONGEST_TEXT]
    if not said:
        raise CannotIssue("请写明退回修改的意见", "say what has to be mended")
    paper.state = Paper.State.RETURNED
    paper.save(update_fields=["state"])
    _mark(paper, Act.RETURNED, by=by, on=on, text=said)
    _record("papers.returned", paper, by, on, zh="退回修改", en="returned")
    telling.tell_returned(paper, by=by, text=said)
    return paper


@transaction.atomic
def sign(paper: Paper, *, by: Person, on: date) -> Paper:
    """Sign a paper (签发): who and when; what stands in it does not change any more."""
    _lock(paper)
    permissions.check_can_sign(by, paper, on=on)
    paper.state, paper.signed_by, paper.signed_on = Paper.State.SIGNED, by.name, on
    _keep(paper, by=by, on=on)
    paper.save()
    _mark(paper, Act.SIGNED, by=by, on=on)
    _record("papers.signed", paper, by, on, zh="签发", en="signed")
    telling.tell_next(paper, by=by, on=on)
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
    _mark(paper, Act.NUMBERED, by=by, on=on, text=paper.number)
    _record("papers.numbered", paper, by, on, zh="编号", en="numbered")
    telling.tell_next(paper, by=by, on=on)
    return paper


@transaction.atomic
def seal(paper: Paper, *, keeper: str, copies: int | None, day: date, by: Person, on: date) -> Paper:
    """Register that a paper was sealed (用印登记): who keeps the seal, how many copies, which day."""
    _lock(paper)
    permissions.check_can_seal(by, paper, on=on)
    permissions.check_seal(paper, keeper=keeper, copies=copies, day=day, on=on)
    paper.state, paper.sealed_on = Paper.State.SEALED, day
    paper.seal_keeper, paper.seal_copies = keeper.strip()[:200], copies
    paper.save()
    _mark(paper, Act.SEALED, by=by, on=on, text=f"{paper.seal_keeper} · {copies} 份 · {day}")
    _record("papers.sealed", paper, by, on, zh=f"用印 {copies} 份", en=f"sealed in {copies} copies")
    telling.tell_next(paper, by=by, on=on)
    return paper


@transaction.atomic
def attach_official(paper: Paper, upload: evidence.Upload, *, by: Person, on: date) -> Paper:
    """Keep the official copy (正式文本): the scan or the electronically signed file, PDF or OFD, as it is. Nothing in it is read."""
    _lock(paper)
    permissions.check_can_attach_official(by, paper, on=on)
    about = (paper.subject_kind, paper.subject_key)
    kept = evidence.keep(upload, by=by, on=on, subject=about, title=paper.title[:200], region_code="")
    permissions.check_is_official_form(kept.file.media_type)
    paper.official = kept
    paper.save(update_fields=["official"])
    form = permissions.OFFICIAL_FORMS[kept.file.media_type]
    _mark(paper, Act.OFFICIAL, by=by, on=on, text=f"{form} · {kept.name}")
    _record("papers.official", paper, by, on, zh=f"正式文本（{form}）入库", en=f"kept the official copy ({form})")
    return paper


@transaction.atomic
def make_receipt(paper: Paper, *, by: Person, on: date) -> Paper:
    """Draw up the receipt (送达回证) of a paper, to be signed by whoever takes it; the signed scan is added at service."""
    permissions.check_can_make_receipt(by, paper, on=on)
    blanks = [{"label": label, "name": ""} for label in ("受送达人签名（盖章）", "送达人签名", "见证人签名")]
    fields = {
        "paper": paper.title,
        "number": paper.number,
        "about": paper.subject_key,
        "party": str(paper.fields.get("party") or paper.fields.get("recipient") or "—"),
        "copies": paper.seal_copies,
        "signers": blanks,
    }
    office = Organisation.objects.get(key=paper.organisation)
    return make(
        "service-receipt", fields, subject=("paper", str(paper.pk)), region_code=paper.region_code, by=by,
        organisation=office, on=on, enterprise=paper.enterprise,
    )  # fmt: skip


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
    _mark(paper, Act.SERVED, by=by, on=on, text=f"{way_words} · {day}")
    _record("papers.served", paper, by, on, zh=f"{way_words}（{day}）", en=f"served on {day} ({way})")
    telling.tell_next(paper, by=by, on=on)
    telling.tell_served(paper)
    return paper


def _mark(paper: Paper, act: PaperMark.Act, *, by: Person, on: date, text: str = "") -> None:
    said = text.replace("\0", "").strip()[:LONGEST_TEXT]
    PaperMark.objects.create(paper=paper, act=act, by=by, by_name=by.name, on=on, text=said)


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
