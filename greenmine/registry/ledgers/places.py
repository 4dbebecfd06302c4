"""Place names of a ledger into division codes, and codes that no division has."""

from __future__ import annotations

from greenmine.editions.territories import COUNTRY, Divisions


class Places:
    """The divisions asked by name: 内蒙古自治区 + 赤峰市 + 敖汉旗 → 150430."""

    def __init__(self, divisions: Divisions) -> None:
        self._divisions = divisions
        self._by_name: dict[str, list[str]] = {}
        for row in divisions.rows:
            if row.code != COUNTRY:
                self._by_name.setdefault(row.name, []).append(row.code)

    def known(self, code: str) -> bool:
        """Whether any division has this code."""
        return code in self._divisions

    def code(self, province: str, city: str, county: str) -> str | None:
        """The code of the lowest place named, if exactly one division fits all the names given."""
        names = [name for name in (province, city, county) if name]
        if not names:
            return None
        fitting = [
            code
            for code in self._by_name.get(names[-1], ())
            if all(any(self._divisions.name(up) == name for up in self._divisions.ancestors(code)) for name in names)
        ]
        return fitting[0] if len(fitting) == 1 else None
