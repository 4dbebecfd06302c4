"""The stage of the listing test: of the demonstration's jurisdictions only Gansu, with its notice and the mine that may apply."""

from __future__ import annotations

from datetime import date, timedelta

from greenmine.accounts import actions as accounts
from greenmine.accounts import queries
from greenmine.accounts.models import Organisation
from greenmine.accounts.vocabulary import Role
from greenmine.config import demo, demo_applying, demo_jurisdictions, demo_listing, demo_third_parties


def build() -> dict[str, str]:
    """Everything, and the password of each account."""
    on = queries.today()
    since = on - timedelta(days=300)
    passwords = {one.username: one.password for one in demo.build(progress=_quiet, third_parties=False)}
    houses = {key: Organisation.objects.get(name=said["name"]) for key, said in demo.ORGANISATIONS.items()}

    def invite(username: str, name: str, house: Organisation, role: Role, day: date) -> object:
        invitation = accounts.invite(house, username=username, name=name, role=role, by=None, on=day)
        passwords[username] = f"Huining-{len(passwords)}-2026"
        return accounts.activate(username=username, code=invitation.code, password=passwords[username], on=day)

    demo_third_parties.build(houses, on=on, progress=_quiet, invite=invite)
    _made, places, ministry = demo_jurisdictions.build(houses, on=since, invite=invite)
    gansu = next(one for one in places if one.jurisdiction.key == demo_listing.RECOMMENDED)
    assessing = {name: demo_third_parties.stage_of(name, on) for name in ("agency", "agency2", "quality", "signatory")}
    demo_listing.build([gansu], ministry, on=on, assessing=assessing, progress=_quiet)
    demo_applying.build(gansu, on=on, progress=_quiet)
    return passwords


def _quiet(_said: str) -> None:
    """Nobody watches."""
