"""The way of a paper (文书流转): one table of what happens to a paper, in order; permissions, buttons and telling read it.

审核 → 法制审核 → 签发 → 编号 → 用印 → 送达. A kind without a reviewer, a legal check, a number or a seal skips that step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from greenmine.papers.kinds import Kind

SEAL_AND_SERVE = "papers.issue"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the state it ends in, whether a kind asks for it, and the verbs of which one lets a person take it."""

    id: str
    title: Mapping[str, str]
    to: str
    asked: Callable[[Kind], bool]
    verbs: Callable[[Kind], tuple[str, ...]]


def _handlers(kind: Kind) -> tuple[str, ...]:
    return (*kind.made_by, *kind.signed_by)


def _registry(kind: Kind) -> tuple[str, ...]:
    """Who numbers and serves: with a reviewed kind also the office that keeps seal and dispatch (文印、收发)."""
    return (*_handlers(kind), SEAL_AND_SERVE) if kind.reviewed_by else _handlers(kind)


STEPS: Final = (
    Step(
        "review",
        {"zh": "审核", "en": "review"},
        "reviewed",
        lambda kind: bool(kind.reviewed_by),
        lambda kind: kind.reviewed_by,
    ),
    Step(
        "legal",
        {"zh": "法制审核", "en": "legal check"},
        "legal",
        lambda kind: bool(kind.legal_by),
        lambda kind: kind.legal_by,
    ),
    Step("sign", {"zh": "签发", "en": "sign"}, "signed", lambda _: True, lambda kind: kind.signed_by),
    Step("number", {"zh": "编号", "en": "number"}, "numbered", lambda kind: bool(kind.numbering), _registry),
    Step("seal", {"zh": "用印", "en": "seal"}, "sealed", lambda kind: kind.sealed, lambda _: (SEAL_AND_SERVE,)),
    Step("serve", {"zh": "送达", "en": "serve"}, "served", lambda _: True, _registry),
)
BY_ID: Final = {step.id: step for step in STEPS}
DRAFT, RETURNED = "draft", "returned"


def way_of(kind: Kind) -> tuple[Step, ...]:
    """The steps that a kind asks for, in order."""
    return tuple(step for step in STEPS if step.asked(kind))


def next_of(kind: Kind, state: str) -> Step | None:
    """The step that comes next for a paper in this state; none for a returned or served one."""
    if state == RETURNED:
        return None
    way = way_of(kind)
    if state == DRAFT:
        return way[0]
    places = [place for place, step in enumerate(way) if step.to == state]
    after = places[0] + 1 if places else len(way)
    return way[after] if after < len(way) else None


def is_done(kind: Kind, state: str, step: str) -> bool:
    """Whether a paper in this state has this step behind it."""
    ids = [one.id for one in way_of(kind)]
    coming = next_of(kind, state)
    if state == RETURNED or step not in ids:
        return False
    return coming is None or ids.index(step) < ids.index(coming.id)


def waits_for_service(kind: Kind) -> bool:
    """Whether somebody has to serve a paper of this kind: what is addressed to nobody rests when it is signed and sealed."""
    return bool(kind.addressee)
