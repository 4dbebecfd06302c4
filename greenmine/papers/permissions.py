"""Who may make, review, check, sign, number, seal and serve a paper, and whether it is time.

Each check raises the sentence that the button shows; all of them read the one table in `steps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Organisation, Person
from greenmine.accounts.permissions import NotAllowed
from greenmine.papers import kinds, steps
from greenmine.papers.kinds import Kind
from greenmine.papers.models import Paper, PaperMark

RECEIPT_NEEDED = frozenset({Paper.Way.DIRECT, Paper.Way.POST, Paper.Way.LEFT})
UNSIGNED = frozenset({Paper.State.DRAFT, Paper.State.RETURNED, Paper.State.REVIEWED, Paper.State.LEGAL})
OFFICIAL_FORMS = {"application/pdf": "PDF", "application/ofd": "OFD"}
MOST_COPIES = 9999


class CannotIssue(Exception):
    """A paper that cannot be reviewed, signed, numbered, sealed, served or replaced now (文书), in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


def check_can_make(by: Person, kind: Kind, organisation: Organisation, *, on: date) -> None:
    """A paper is made for one's own organisation, by whoever has the verb of the kind there."""
    _check_any(by, kind.made_by, organisation.key, on=on)


def check_can_review(by: Person, paper: Paper, *, on: date) -> None:
    """A draft is reviewed once (审核), by another person than who drafted it."""
    kind = kind_of(paper)
    if not kind.reviewed_by:
        raise CannotIssue("该类文书无需审核", "papers of this kind are not reviewed")
    _check_any(by, kind.reviewed_by, paper.organisation, on=on)
    _check_stands(paper)
    _check_turn(kind, paper, "review", "该文书已审核", "this paper was reviewed already")
    _check_is_another(by, [paper.made_by_id], "拟稿人不能审核自己拟制的文书", "whoever drafted it may not review it")


def check_can_check_legality(by: Person, paper: Paper, *, on: date) -> None:
    """Where the kind says so, a third person checks legality (法制审核) after the review."""
    kind = kind_of(paper)
    if not kind.legal_by:
        raise CannotIssue("该类文书无需法制审核", "papers of this kind need no legal check")
    _check_any(by, kind.legal_by, paper.organisation, on=on)
    _check_stands(paper)
    _check_turn(kind, paper, "legal", "该文书已法制审核", "its legality was checked already")
    before = PaperMark.objects.filter(paper=paper, act=PaperMark.Act.REVIEWED).values_list("by_id", flat=True)
    _check_is_another(
        by,
        [paper.made_by_id, *before],
        "拟稿人、审核人不能同时作法制审核",
        "whoever drafted or reviewed it may not check its legality",
    )


def check_can_return(by: Person, paper: Paper, *, on: date) -> None:
    """Whoever has to review, check or sign a draft may return it (退回修改)."""
    coming = steps.next_of(kind_of(paper), paper.state)
    check = {"review": check_can_review, "legal": check_can_check_legality, "sign": check_can_sign}
    if not kind_of(paper).reviewed_by or coming is None or coming.id not in check:
        _check_stands(paper)
        raise CannotIssue("该文书目前不能退回修改", "this paper cannot be returned now")
    check[coming.id](by, paper, on=on)


def check_can_sign(by: Person, paper: Paper, *, on: date) -> None:
    """A draft is signed once, by a person with the verb of its kind; where it binds others, not by who drafted it (经办与签发分离)."""
    kind = kind_of(paper)
    _check_any(by, kind.signed_by, paper.organisation, on=on)
    _check_stands(paper)
    _check_turn(kind, paper, "sign", "该文书已签发", "this paper was signed already")
    if kind.separate:
        accounts.check_is_not_proposer(by, paper.made_by_id)


def check_can_number(by: Person, paper: Paper, *, on: date) -> None:
    """A number is given once, after the signature, to kinds that have numbers."""
    kind = kind_of(paper)
    _check_any(by, steps.BY_ID["number"].verbs(kind), paper.organisation, on=on)
    _check_stands(paper)
    if not kind.numbering:
        raise CannotIssue("该类文书不编文号", "papers of this kind have no number")
    if paper.state in UNSIGNED:
        raise CannotIssue("签发后才能编号", "a number is given after the signature")
    if paper.number:
        raise CannotIssue(f"已编号：{paper.number}", f"it has its number: {paper.number}")


def check_can_seal(by: Person, paper: Paper, *, on: date) -> None:
    """A seal is put on once (用印), after signature and number, and registered by who may use it."""
    kind = kind_of(paper)
    if not kind.sealed:
        raise CannotIssue("该类文书无需用印", "papers of this kind are not sealed")
    _check_any(by, steps.BY_ID["seal"].verbs(kind), paper.organisation, on=on)
    _check_stands(paper)
    if paper.state in UNSIGNED or (kind.numbering and not paper.number):
        raise CannotIssue("签发并编号后才能用印", "the seal is put on after signature and number")
    if paper.sealed_on is not None:
        raise CannotIssue(f"已于 {paper.sealed_on} 用印", f"it was sealed on {paper.sealed_on}")


def check_seal(paper: Paper, *, keeper: str, copies: int | None, day: date, on: date) -> None:
    """A sealing names who keeps the seal, how many copies, and a day between signature and today."""
    if not keeper.strip():
        raise CannotIssue("请填写印章保管人", "name who keeps the seal")
    if copies is None or not 1 <= copies <= MOST_COPIES:
        raise CannotIssue(
            f"请填写用印份数（1 至 {MOST_COPIES}）", f"give the number of sealed copies, 1 to {MOST_COPIES}"
        )
    if paper.signed_on is not None and day < paper.signed_on:
        raise CannotIssue("用印日期不能早于签发日期", "it cannot have been sealed before it was signed")
    if day > on:
        raise CannotIssue("用印日期不能晚于今天", "the day of sealing lies in the future")


def check_can_serve(by: Person, paper: Paper, *, on: date) -> None:
    """A paper is served once it is signed and, where its kind has them, numbered and sealed."""
    kind = kind_of(paper)
    _check_any(by, steps.BY_ID["serve"].verbs(kind), paper.organisation, on=on)
    _check_stands(paper)
    if paper.state == Paper.State.SERVED:
        raise CannotIssue(f"已于 {paper.served_on} 送达", f"it was served on {paper.served_on}")
    if paper.state in UNSIGNED or (kind.numbering and not paper.number):
        raise CannotIssue("签发并编号后才能送达", "a paper is served after signature and number")
    if kind.sealed and paper.sealed_on is None:
        raise CannotIssue("用印后才能送达", "a paper is served after the seal")


def check_service(paper: Paper, *, day: date, way: str, received_by: str, has_receipt: bool, on: date) -> None:
    """The day of service lies between signature and today; what is handed over has a receipt or a name (送达回证)."""
    if way not in Paper.Way.values:
        raise CannotIssue("请选择送达方式", "choose how it was served")
    if paper.signed_on is not None and day < paper.signed_on:
        raise CannotIssue("送达日期不能早于签发日期", "it cannot have been served before it was signed")
    if paper.sealed_on is not None and day < paper.sealed_on:
        raise CannotIssue("送达日期不能早于用印日期", "it cannot have been served before it was sealed")
    if day > on:
        raise CannotIssue("送达日期不能晚于今天", "the day of service lies in the future")
    if way in RECEIPT_NEEDED and not has_receipt and not received_by.strip():
        raise CannotIssue("请填写签收人或上传送达回证", "name who received it, or add the receipt")


def check_can_attach_official(by: Person, paper: Paper, *, on: date) -> None:
    """The official copy (正式文本), scanned or electronically signed, belongs to a signed paper of one's own organisation."""
    _check_any(by, _everybody(kind_of(paper)), paper.organisation, on=on)
    _check_stands(paper)
    if paper.state in UNSIGNED:
        raise CannotIssue("签发后才能上传正式文本", "the official copy is added after the signature")


def check_is_official_form(media_type: str) -> None:
    """PDF or OFD, told by content; nothing else is an official copy."""
    if media_type not in OFFICIAL_FORMS:
        raise CannotIssue("正式文本应为 PDF 或 OFD 文件", "an official copy is a PDF or OFD file")


def check_can_make_receipt(by: Person, paper: Paper, *, on: date) -> None:
    """A receipt (送达回证) is drawn up for a paper that can be served or was."""
    _check_any(by, kinds.kind("service-receipt").made_by, paper.organisation, on=on)
    _check_stands(paper)
    kind = kind_of(paper)
    if kind.id == "service-receipt" or not kind.addressee:
        raise CannotIssue("该文书无受送达人", "this paper is addressed to nobody")
    if paper.state in UNSIGNED or (kind.numbering and not paper.number):
        raise CannotIssue("签发并编号后才能制作送达回证", "the receipt is drawn up after signature and number")


def check_can_redraft(by: Person, paper: Paper, *, on: date) -> None:
    """A returned draft is made anew, a signed paper corrected (更正), by whoever may make its kind."""
    _check_any(by, kind_of(paper).made_by, paper.organisation, on=on)
    _check_stands(paper)
    if paper.state in UNSIGNED and paper.state != Paper.State.RETURNED:
        raise CannotIssue("文书正在审签，退回后才能修改", "the draft is being reviewed; it is made anew once returned")


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


CHECKS: dict[str, Check] = {
    "review": check_can_review,
    "legal": check_can_check_legality,
    "sign": check_can_sign,
    "number": check_can_number,
    "seal": check_can_seal,
    "serve": check_can_serve,
}


def why_not(check: Check, by: Person, paper: Paper, *, on: date) -> CannotIssue | NotAllowed | None:
    """The refusal of a check, or nothing where it passes."""
    try:
        check(by, paper, on=on)
    except (CannotIssue, NotAllowed) as refused:
        return refused
    return None


def _everybody(kind: Kind) -> tuple[str, ...]:
    return (*kind.made_by, *kind.signed_by, *((steps.SEAL_AND_SERVE,) if kind.reviewed_by else ()))


def _check_turn(kind: Kind, paper: Paper, step: str, zh: str, en: str) -> None:
    """It is this step's turn: not done yet, not returned, and what comes before it is done."""
    if paper.state == Paper.State.RETURNED:
        raise CannotIssue("该文书已退回修改，请重新拟稿", "this draft was returned: make it anew")
    coming = steps.next_of(kind, paper.state)
    if steps.is_done(kind, paper.state, step):
        raise CannotIssue(zh, en)
    if coming is not None and coming.id != step:
        now, then = coming.title, steps.BY_ID[step].title
        raise CannotIssue(f"{now['zh']}后才能{then['zh']}", f"before “{then['en']}” comes “{now['en']}”")


def _check_is_another(by: Person, before: Sequence[int], zh: str, en: str) -> None:
    if by.pk in before:
        raise accounts.ProposerDecides(f"{zh}。", f"{en[0].upper()}{en[1:]}.")


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
