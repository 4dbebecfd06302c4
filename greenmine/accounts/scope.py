"""How far a person sees (范围): divisions of his authorities, his own organisations' enterprises, or everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

DIVISION_DIGITS = 6


def division_prefix(code: str) -> str:
    """The digits every division below this one begins with: 620000 → 62, 620100 → 6201, 000000 → nothing."""
    stripped = code.rstrip("0")
    return stripped + "0" * (len(stripped) % 2)


@dataclass(frozen=True)
class Scope:
    """A set of divisions by prefix and of enterprises by permanent key; `everything` needs neither."""

    everything: bool = False
    divisions: tuple[str, ...] = ()
    enterprises: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    def covers(
        self, *, region: str | None = None, enterprise: str | None = None, organisation: str | None = None
    ) -> bool:
        """Whether a thing in this division, of this enterprise, or of this organisation lies within."""
        return (
            self.everything
            or (region is not None and len(region) == DIVISION_DIGITS and region.startswith(self.divisions))
            or (bool(enterprise) and enterprise in self.enterprises)
            or (bool(organisation) and organisation in self.organisations)
        )

    def condition(self, *, region: str | None = "region_code", enterprise: str | None = None) -> Q:
        """The same as a condition on rows: names of the columns that hold division and enterprise key."""
        if self.everything:
            return Q()
        within = Q(pk__in=[])
        for prefix in self.divisions if region else ():
            first, last = prefix.ljust(DIVISION_DIGITS, "0"), prefix.ljust(DIVISION_DIGITS, "9")
            within |= Q(**{f"{region}__gte": first, f"{region}__lte": last})
        if enterprise and self.enterprises:
            within |= Q(**{f"{enterprise}__in": self.enterprises})
        return within

    def first_division(self) -> str:
        """The division in which new things of this person lie, six digits; empty where he has none."""
        return min(self.divisions, key=len).ljust(DIVISION_DIGITS, "0") if self.divisions else ""


def union(scopes: Iterable[Scope]) -> Scope:
    """All of them together."""
    found = list(scopes)
    return Scope(
        any(scope.everything for scope in found),
        tuple(sorted({prefix for scope in found for prefix in scope.divisions})),
        tuple(sorted({key for scope in found for key in scope.enterprises})),
        tuple(sorted({key for scope in found for key in scope.organisations})),
    )
