"""Gaps (评分差距): what mine, agency and re-check said of the same indicator, side by side. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from greenmine.integrity.leniency import Score

WHOLE = 100


@dataclass(frozen=True)
class Judged:
    """One indicator in one assessment: points in hundredths, out of how many, and whether a fact decided it."""

    indicator: str
    score: int
    points: int
    by_fact: bool = False


@dataclass(frozen=True)
class Account:
    """One party's account of a mine (一份评分): whose it is, and what was said of each indicator."""

    number: str
    party: str
    mine: str
    agency: str
    leader: str
    stratum: str
    standard: str
    judged: tuple[Judged, ...]

    def share(self, only: frozenset[str] | None = None) -> float | None:
        """Points in 100 over what people judged (or only over these indicators); None where that is nothing."""
        rows = [one for one in self.judged if not one.by_fact and (only is None or one.indicator in only)]
        possible = sum(one.points for one in rows)
        return WHOLE * sum(one.score for one in rows) / possible if possible else None

    def decided(self) -> float | None:
        """Points in 100 over what facts decided, whoever assesses; None where nothing was."""
        rows = [one for one in self.judged if one.by_fact]
        possible = sum(one.points for one in rows)
        return WHOLE * sum(one.score for one in rows) / possible if possible else None

    def indicators(self) -> frozenset[str]:
        """What people judged in it."""
        return frozenset(one.indicator for one in self.judged if not one.by_fact)


@dataclass(frozen=True)
class Gap:
    """One indicator over several mines (逐项差距): how much more one party gave, in points of 100 of the item."""

    indicator: str
    count: int
    points: float


@dataclass(frozen=True)
class Difference:
    """A report beside the re-check of the same mine: points in 100 over the items both judged."""

    number: str
    recheck: str
    agency: str
    given: float
    found: float
    items: tuple[tuple[str, int, int, int], ...]  # indicator, given, found, possible

    @property
    def points(self) -> float:
        """How much more was given than found."""
        return self.given - self.found


def differences(accounts: Iterable[Account], later: Iterable[Account]) -> list[Difference]:
    """Every report beside every re-check of its mine under the same indicator set, over what both judged."""
    checks: Mapping[tuple[str, str], list[Account]] = defaultdict(list)
    for check in later:
        checks[check.mine, check.standard].append(check)
    found = []
    for account in accounts:
        for check in checks.get((account.mine, account.standard), ()):
            both = account.indicators() & check.indicators()
            given, seen = account.share(both), check.share(both)
            if check.number == account.number or given is None or seen is None:
                continue
            found.append(
                Difference(
                    account.number,
                    check.number,
                    account.agency,
                    round(given, 2),
                    round(seen, 2),
                    _items(account, check),
                )
            )
    return sorted(found, key=lambda one: (-one.points, one.number, one.recheck))


def _items(account: Account, check: Account) -> tuple[tuple[str, int, int, int], ...]:
    seen = {one.indicator: one for one in check.judged if not one.by_fact}
    return tuple(
        (one.indicator, one.score, seen[one.indicator].score, one.points)
        for one in account.judged
        if not one.by_fact and one.indicator in seen
    )


def per_indicator(accounts: Iterable[Account], others: Iterable[Account]) -> list[Gap]:
    """How much more the first gave than the others to each indicator of the same mines, widest first."""
    beside: Mapping[tuple[str, str], list[Account]] = defaultdict(list)
    for other in others:
        beside[other.mine, other.standard].append(other)
    gathered: Mapping[str, list[float]] = defaultdict(list)
    for account in accounts:
        for other in beside.get((account.mine, account.standard), ()):
            for indicator, given, found, points in _items(account, other):
                if points and other.number != account.number:
                    gathered[indicator].append(WHOLE * (given - found) / points)
    gaps = [Gap(name, len(values), round(sum(values) / len(values), 2)) for name, values in gathered.items()]
    return sorted(gaps, key=lambda gap: (-gap.points, gap.indicator))


def scores(accounts: Iterable[Account], *, by: str) -> list[Score]:
    """The accounts of third parties and re-checks as the model of leniency reads them: `by` agency or leader."""
    listed = list(accounts)
    own = {one.mine: one for one in sorted(listed, key=lambda one: one.number) if one.party == "self"}
    found = []
    for account in listed:
        who = account.agency if by == "agency" else account.leader
        points = account.share()
        if account.party == "self" or not who or points is None:
            continue
        claimed = own.get(account.mine)
        claim = claimed.share(account.indicators()) if claimed and claimed.standard == account.standard else None
        stratum = f"{account.standard}|{account.stratum}"
        found.append(
            Score(who, account.mine, stratum, points, claim, account.decided(), account.party != "third_party")
        )
    return found
