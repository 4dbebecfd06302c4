"""What the public may ask: mines by filter and words, counts, notices, statements. Nothing but what was published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum, Value
from django.db.models.functions import StrIndex

from greenmine.directory.published import folding
from greenmine.directory.published.models import (
    Gram,
    NoticeRow,
    PublishedMine,
    PublishedNotice,
    Standing,
    Statement,
    Tally,
    Tier,
)

FEW = 2000  # a gram this rare decides where to look; otherwise the texts themselves are looked through
MOST_COUNTED = 1000
PROVINCE_END, PREFECTURE_END = "0000", "00"
COUNTRY = "000000"


@dataclass(frozen=True)
class Asked:
    """Filters of the directory, as far as an address carried any."""

    words: str = ""
    tier: str = ""
    standing: str = ""
    place: str = ""
    mineral: str = ""
    scale: str = ""
    year: int | None = None
    cell: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether nothing is filtered."""
        return self == Asked()


def mines(asked: Asked | None = None) -> QuerySet[PublishedMine]:
    """The published mines that answer to the filters, the latest published first."""
    asked = asked or Asked()
    found = PublishedMine.objects.order_by("-id")
    plain = {
        "tier": asked.tier, "standing": asked.standing, "mineral": asked.mineral, "scale": asked.scale, "year": asked.year,
        "cell": asked.cell,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in plain.items() if value not in {"", None}})
    if asked.place and asked.place != COUNTRY:
        found = found.filter(**{_place_field(asked.place): asked.place})
    return _worded(found, folding.words(asked.words))


def _place_field(code: str) -> str:
    if code.endswith(PROVINCE_END):
        return "province"
    return "prefecture" if code.endswith(PREFECTURE_END) else "region_code"


def _worded(found: QuerySet[PublishedMine], words: Sequence[str]) -> QuerySet[PublishedMine]:
    """Every word stands in the text. The rarest gram, where one is rare, says where to look at all."""
    if not words:
        return found
    rarest = _rarest({gram for word in words for gram in folding.grams(word)})
    if rarest is not None:
        found = found.filter(pk__in=Gram.objects.filter(gram=rarest).values("mine"))
    for place, word in enumerate(words):
        name = f"word_{place}"
        found = found.alias(**{name: StrIndex("found_by__text", Value(word))}).filter(**{f"{name}__gt": 0})
    return found


def _rarest(grams: set[str]) -> str | None:
    """The gram that the fewest mines have, counted only as far as it matters; None where all are common."""
    if not grams:
        return None
    table = connection.ops.quote_name(Gram._meta.db_table)  # noqa: SLF001 -- Django's own way to a table's name
    column = connection.ops.quote_name("gram")
    one = f"SELECT %s, (SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {column} = %s LIMIT {FEW}) AS few)"
    asked = sorted(grams)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(asked)), [value for gram in asked for value in (gram, gram)])
        counts = cursor.fetchall()
    count, gram = min((count, gram) for gram, count in counts)
    return gram if count < FEW else None


def count_of(asked: Asked, found: QuerySet[PublishedMine]) -> int:
    """How many mines answer; the kept tally where nothing is filtered. With words only so far as it can be told quickly: one above MOST_COUNTED stands for more."""
    if asked.is_open:
        return Tally.objects.filter(kind="all").aggregate(total=Sum("count"))["total"] or 0
    return found.order_by()[: MOST_COUNTED + 1].count() if asked.words else found.count()


def mine(key: str) -> PublishedMine | None:
    """A published mine with the rest of its page."""
    return PublishedMine.objects.select_related("detail").filter(key=key).first()


def mines_of(codes: Iterable[str]) -> QuerySet[PublishedMine]:
    """The published mines of holders with these credit codes (批量查询)."""
    return PublishedMine.objects.filter(credit_code__in=[code for code in codes if code]).order_by("credit_code", "key")


def tallies(*kinds: str) -> list[Tally]:
    """Kept counts of these kinds, without those that are nought."""
    return list(Tally.objects.filter(kind__in=kinds, count__gt=0).order_by("kind", "code", "tier", "standing"))


def squares() -> list[tuple[str, int, int, int, int]]:
    """For each square of the map: how many stand in the national directory, in a provincial one, on notice, and no longer."""
    stands = Q(standing__in=(Standing.LISTED, Standing.RECTIFYING, Standing.CHANGING)) & ~Q(tier="")
    national, notice = stands & Q(tier=Tier.NATIONAL), ~stands & Q(standing=Standing.NOTICE)
    kinds = (national, stands & ~Q(tier=Tier.NATIONAL), notice, ~stands & ~Q(standing=Standing.NOTICE))
    counted = {f"kind_{place}": Sum("count", filter=kind, default=0) for place, kind in enumerate(kinds)}
    found = Tally.objects.filter(kind="cell", count__gt=0).order_by("code").values("code").annotate(**counted)
    return list(found.values_list("code", *counted))


def occurring(province: str = "") -> dict[str, list[str]]:
    """Which provinces, minerals and years occur among the published mines, and which prefectures of one province."""
    found = Tally.objects.filter(count__gt=0).order_by("kind", "code").values_list("kind", "code").distinct()
    pairs = list(found.filter(kind__in=("province", "mineral", "year")))
    if province:
        pairs += found.filter(kind="prefecture", code__gte=province, code__lt=f"{province[:2]}9999")
    kinds: dict[str, list[str]] = {}
    for kind, code in pairs:
        kinds.setdefault(kind, []).append(code)
    return kinds


def notices(state: str = "", place: str = "") -> QuerySet[PublishedNotice]:
    """Public notices, the latest first."""
    found = PublishedNotice.objects.order_by("-id")
    if state in PublishedNotice.State.values:
        found = found.filter(state=state)
    if place and place != COUNTRY:
        found = found.filter(province=place[:2] + PROVINCE_END)
    return found


def notice(number: str) -> PublishedNotice | None:
    """A public notice, or None."""
    return PublishedNotice.objects.filter(number=number).first()


def notice_rows_of(mine_key: str) -> QuerySet[NoticeRow]:
    """The notices in which a mine stands or stood, the latest first."""
    return NoticeRow.objects.filter(mine=mine_key).select_related("notice").order_by("-notice_id")


def statements(*, mine: str = "", notice: str = "", kind: str = "", place: str = "") -> QuerySet[Statement]:
    """Published statements, the latest first; withdrawn ones keep number, day and reason."""
    found = Statement.objects.order_by("-id")
    if mine:
        found = found.filter(mine=mine)
    if notice:
        found = found.filter(notice=notice)
    if kind:
        found = found.filter(kind=kind)
    if place and place != COUNTRY:
        found = found.filter(Q(province=place[:2] + PROVINCE_END))
    return found


def statement(number: str) -> Statement | None:
    """One published statement, or None."""
    return Statement.objects.prefetch_related("files").filter(number=number).first()
