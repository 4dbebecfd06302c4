"""What every act of selection shares: who acts, the lock, the ledger, the public clock of the case, the facts that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from greenmine.accounts.models import Organisation, Person
from greenmine.editions import queries as editions
from greenmine.facts import actions as facts
from greenmine.facts.statements import Source, Statement
from greenmine.ledger import actions as ledger
from greenmine.notifications import actions as notifications
from greenmine.selection.models import Application, Batch


@dataclass(frozen=True)
class Act:
    """Who acts, for which organisation, on which day."""

    by: Person
    organisation: Organisation
    on: date

    @property
    def who(self) -> str:
        """As it stands in the file."""
        return f"{self.organisation.name} · {self.by.name}"


def lock(application: Application) -> Application:
    """The application as it is now: of two who act at once the second sees the first."""
    return Application.objects.select_for_update(of=("self",)).select_related("batch").get(pk=application.pk)


def write(
    act: Act, verb: str, of: Application | Batch, zh: str, en: str, cite: Sequence[str] = (),
    payload: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Enter an act in the ledger."""
    kind = "application" if isinstance(of, Application) else "batch"
    name = f"{of.number}（{of.mine_name}）" if isinstance(of, Application) else of.number
    ledger.record(
        f"selection.{verb}", subject=(kind, of.number), by=act.by, organisation=act.organisation, on=act.on,
        sentence={"zh": f"{name}：{zh}"[:500], "en": f"{of.number}: {en}"[:500]}, cite=list(cite),
        region_code=of.region_code, payload=payload or {},
    )  # fmt: skip


def tell_applicant(
    application: Application, verb: str, zh: str, en: str, *, todo: bool = False, due_on: date | None = None
) -> None:
    """Tell the enterprise."""
    notifications.tell(
        f"selection.{verb}", to=("enterprise", application.holder), about=application.subject, todo=todo, due_on=due_on,
        text={"zh": f"{application.number}（{application.mine_name}）：{zh}", "en": f"{application.number}: {en}"},
    )  # fmt: skip


def state_fact(application: Application, act: Act, name: str, value: Any, *, evidence: Sequence[str] = ()) -> None:
    """State a fact of the mine that follows from a decision, with the deciding organisation as its source."""
    statement = Statement("mine", application.mine, name, value, since=act.on, evidence=tuple(evidence))
    source = Source(act.organisation.actor, act.organisation.key, act.who)
    facts.state_many(editions.active(), [statement], source=source, act=f"application:{application.number}")
