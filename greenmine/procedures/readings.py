"""Confirming readings of procedure (程序口径确认): who may, and then the reading itself (`editions.readings`)."""

from __future__ import annotations

from datetime import date

from greenmine.accounts import permissions as accounts
from greenmine.accounts import queries as people
from greenmine.accounts.models import Person
from greenmine.editions import readings
from greenmine.editions.models import ReadingConfirmation

VERB = "readings.confirm"


def check_can_confirm(by: Person, region_code: str, *, on: date) -> None:
    """A decider of the province or the ministry, for what lies in its region; NotAllowed says why not."""
    accounts.check_can(by, VERB, on=on, region=region_code)


def confirm(
    identifier: str, region_code: str, value: str | int, *, document: str, reason: str, by: Person, on: date
) -> ReadingConfirmation:
    """Confirm how a procedure is read in a territory from today; running cases keep what they were opened with."""
    check_can_confirm(by, region_code, on=on)
    organisation = people.acting_for(by, VERB, on=on)
    return readings.confirm(
        identifier, region_code, value, document=document, reason=reason, by=by, on=on, organisation=organisation
    )


def withdraw(row: ReadingConfirmation, *, reason: str, by: Person, on: date) -> None:
    """Take a confirmation back."""
    check_can_confirm(by, row.territory, on=on)
    readings.withdraw(row, reason=reason, by=by, on=on, organisation=people.acting_for(by, VERB, on=on))
