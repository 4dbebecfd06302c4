"""Whose turn a paper is (轮到谁): those of its office who may take the next step are told; done, the to-do is closed."""

from __future__ import annotations

from datetime import date

from greenmine.accounts.matrix import matrix
from greenmine.accounts.models import Membership, Organisation, Person
from greenmine.notifications import actions as notifications
from greenmine.papers import permissions, steps
from greenmine.papers.models import Paper

TURN, RETURNED, SERVED = "papers.turn", "papers.returned", "papers.served"


def about(paper: Paper) -> tuple[str, str]:
    """How notices name a paper."""
    return "paper", str(paper.pk)


def tell_next(paper: Paper, *, by: Person, on: date) -> list[Person]:
    """Close what waited on this paper, and tell each person who may take its next step. Kinds without review tell nobody."""
    notifications.settle(*about(paper), TURN, by=by.name)
    kind = permissions.kind_of(paper)
    step = steps.next_of(kind, paper.state)
    if not kind.reviewed_by or step is None or (step.id == "serve" and not steps.waits_for_service(kind)):
        return []
    asked = [who for who in _who_may(paper, step, on=on) if _may(who, paper, step, on=on)]
    text = {
        "zh": f"文书待{step.title['zh']}：{paper.title}",
        "en": f"a paper waits for “{step.title['en']}”: {kind.title['en']}",
    }
    for person in asked:
        notifications.tell(TURN, to=person, text=text, about=about(paper))
    return asked


def tell_returned(paper: Paper, *, by: Person, text: str) -> None:
    """Tell whoever drafted it that the draft came back, with the sentences of who returned it."""
    notifications.settle(*about(paper), TURN, by=by.name)
    drafter = Person.objects.filter(pk=paper.made_by_id, is_active=True).first()
    if drafter is not None:
        words = {
            "zh": f"文书被退回修改：{paper.title}：{text}"[:500],
            "en": f"a draft was returned: {paper.title}: {text}"[:500],
        }
        notifications.tell(RETURNED, to=drafter, text=words, about=about(paper))


def tell_served(paper: Paper) -> None:
    """Tell the organisation addressed that a paper was served on it (收到文书), where it has an account here."""
    addressee = Organisation.objects.filter(key=paper.addressed_to).first() if paper.addressed_to else None
    kind = permissions.kind_of(paper)
    if addressee is None or not kind.reviewed_by:
        return
    name = f"《{paper.title}》{paper.number}"
    words = {
        "zh": f"{paper.organisation_name}送达文书：{name}"[:500],
        "en": f"{paper.organisation_name} served a paper on you: {kind.title['en']} {paper.number}"[:500],
    }
    notifications.tell(SERVED, to=addressee, text=words, about=about(paper), todo=False)


def settle_returned(paper: Paper, *, by: Person) -> None:
    """The returned draft was made anew."""
    notifications.settle(*about(paper), RETURNED, by=by.name)


def _who_may(paper: Paper, step: steps.Step, *, on: date) -> list[Person]:
    """Everybody of the paper's office whose role carries a verb of the step."""
    verbs = step.verbs(permissions.kind_of(paper))
    rows = Membership.objects.filter(organisation__key=paper.organisation, person__is_active=True)
    found: dict[int, Person] = {}
    for held in rows.select_related("organisation", "person").order_by("id"):
        if held.holds(on) and any(matrix().lets(held.organisation, held.role, verb) for verb in verbs):
            found.setdefault(held.person_id, held.person)
    return list(found.values())


def _may(person: Person, paper: Paper, step: steps.Step, *, on: date) -> bool:
    return permissions.why_not(permissions.CHECKS[step.id], person, paper, on=on) is None
