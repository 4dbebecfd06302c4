"""Who may make, sign, number and serve a paper, and whether it is time: each check raises the sentence that the button shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.papers import kinds
from greenmine.papers.kinds import Kind
from greenmine.papers.models import Paper

RECEIPT_NEEDED = frozenset({Paper.Way.DIRECT, Paper.Way.POST, Paper.Way.LEFT})


class CannotIssue(Exception):
    """A paper that cannot be signed, numbered, served or replaced now (文书), in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


def check_can_make(by: Person, kind: Kind, organisation: Organisation, *, on: date) -> None:
    """A paper is made for one's own organisation, by whoever has the verb of the kind there."""
    _check_any(by, kind.made_by, organisation.key, on=on)


def check_can_sign(by: Person, paper: Paper, *, on: date) -> None:
    """A draft is signed once, by a person with the verb of its kind; where it binds others, not by who drafted it (经办与签发分离)."""
    kind = kind_of(paper)
    _check_any(by, kind.signed_by, paper.organisation, on=on)
    _check_stands(paper)
    if paper.state != Paper.State.DRAFT:
        raise CannotIssue("该文书已签发", "this paper was signed already")
    if kind.separate:
        accounts.check_is_not_proposer(by, paper.made_by_id)


def check_can_number(by: Person, paper: Paper, *, on: date) -> None:
    """A number is given once, after the signature, to kinds that have numbers."""
    kind = kind_of(paper)
    _check_any(by, (*kind.made_by, *kind.signed_by), paper.organisation, on=on)
    _check_stands(paper)
    if not kind.numbering:
        raise CannotIssue("该类文书不编文号", "papers of this kind have no number")
    if paper.state == Paper.State.DRAFT:
        raise CannotIssue("签发后才能编号", "a number is given after the signature")
    if paper.number:
        raise CannotIssue(f"已编号：{paper.number}", f"it has its number: {paper.number}")


def check_can_serve(by: Person, paper: Paper, *, on: date) -> None:
    """A paper is served once it is signed and, where its kind has numbers, numbered."""
    kind = kind_of(paper)
    _check_any(by, (*kind.made_by, *kind.signed_by), paper.organisation, on=on)
    _check_stands(paper)
    if paper.state == Paper.State.SERVED:
        raise CannotIssue(f"已于 {paper.served_on} 送达", f"it was served on {paper.served_on}")
    if paper.state == Paper.State.DRAFT or (kind.numbering and not paper.number):
        raise CannotIssue("签发并编号后才能送达", "a paper is served after signature and number")


def check_service(paper: Paper, *, day: date, way: str, received_by: str, has_receipt: bool, on: date) -> None:
    """The day of service lies between signature and today; what is handed over has a receipt or a name (送达回证)."""
    if way not in Paper.Way.values:
        raise CannotIssue("请选择送达方式", "choose how it was served")
    if paper.signed_on is not None and day < paper.signed_on:
        raise CannotIssue("送达日期不能早于签发日期", "it cannot have been served before it was signed")
    if day > on:
        raise CannotIssue("送达日期不能晚于今天", "the day of service lies in the future")
    if way in RECEIPT_NEEDED and not has_receipt and not received_by.strip():
        raise CannotIssue("请填写签收人或上传送达回证", "name who received it, or add the receipt")


def check_can_replace(paper: Paper, kind: Kind, organisation: Organisation) -> None:
    """A correction replaces one's own signed paper of the same kind, once; a draft is simply made anew."""
    if paper.organisation != organisation.key or paper.kind != kind.id:
        raise CannotIssue("只能更正本单位的同类文书", "a correction replaces a paper of one's own and of the same kind")
    _check_stands(paper)


def check_belongs(by: Person, paper: Paper, *, on: date) -> None:
    """The paper is one of the person's own organisation."""
    _check_own(by, paper.organisation, on=on)


def kind_of(paper: Paper) -> Kind:
    """The kind as it was when the paper was made."""
    return kinds.read(paper.kind_text, paper.kind)


class Check(Protocol):
    """One of the checks above that ask about a person and a paper."""

    def __call__(self, by: Person, paper: Paper, *, on: date) -> None:
        """Refuse, or do nothing."""
        ...


def why_not(check: Check, by: Person, paper: Paper, *, on: date) -> CannotIssue | NotAllowed | None:
    """The refusal of a check, or nothing where it passes."""
    try:
        check(by, paper, on=on)
    except (CannotIssue, NotAllowed) as refused:
        return refused
    return None


def _check_stands(paper: Paper) -> None:
    if paper.is_replaced:
        raise CannotIssue("该文书已被更正后的文书取代", "a corrected paper took its place")


def _check_any(by: Person, verbs: Sequence[str], organisation: str, *, on: date) -> None:
    """One of the verbs, in this very organisation."""
    _check_own(by, organisation, on=on)
    for verb in verbs[:-1]:
        if accounts.can(by, verb, on=on, organisation=organisation):
            return
    accounts.check_can(by, verbs[-1], on=on, organisation=organisation)


def _check_own(by: Person, organisation: str, *, on: date) -> None:
    if organisation not in {held.organisation.key for held in people.memberships(by, on=on)}:
        raise NotAllowed("只能办理本单位的文书。", "Papers are handled by their own organisation.")
