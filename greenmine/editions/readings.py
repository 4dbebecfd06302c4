"""Readings of procedure (程序口径): what a table reads where the texts are silent, by default or as a province confirmed it.

Nothing here asks who may confirm: `procedures.readings` does, before it comes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import transaction

from greenmine.editions import rulebook_files as files
from greenmine.editions.models import ReadingConfirmation
from greenmine.editions.readings_file import Question, read_questions
from greenmine.editions.shipped import load_shipped
from greenmine.law.shape import Words
from greenmine.ledger import actions as ledger

FILE = "readings.yaml"
COUNTRY = "000000"
UNCONFIRMED = {"zh": "按默认口径，待法制审核确认", "en": "default reading, to be confirmed by legal review"}
CONFIRMED = {"zh": "已确认", "en": "confirmed"}
WRITTEN = {"zh": "文件规定", "en": "as the text says"}


class UnknownReading(LookupError):
    """There is no such question, or nothing is read for this place and day."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


class CannotConfirm(ValueError):
    """A reading that cannot be confirmed so, in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read for a territory on a day: the answer, since when, on what ground, and who confirmed it."""

    question_: Question
    region_code: str
    territory: str
    value: str
    confidence: str
    cite: str
    source: Words
    since: date
    confirmed_by: str = ""
    confirmed_on: date | None = None
    document: str = ""
    confirmation: int | None = None

    @property
    def id(self) -> str:
        """The name of the question."""
        return self.question_.id

    @property
    def question(self) -> Words:
        """The question in words."""
        return self.question_.question

    @property
    def numbers(self) -> tuple[int, ...]:
        """Its numbers in the list of ambiguities."""
        return self.question_.numbers

    @property
    def options(self) -> tuple[tuple[str, Words], ...]:
        """The answers there are; none where it is a number."""
        return tuple((option.value, option.words) for option in self.question_.options)

    @property
    def words(self) -> Words:
        """The answer in words."""
        return self.question_.words(self.value)

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody confirmed it."""
        return self.confirmed_on is not None

    @property
    def needs_confirmation(self) -> bool:
        """Whether it is a default that no text says and nobody confirmed."""
        return not self.is_confirmed and self.confidence != "S"

    @property
    def standing(self) -> Words:
        """What is shown beside it."""
        return UNCONFIRMED if self.needs_confirmation else CONFIRMED if self.is_confirmed else WRITTEN


def names() -> frozenset[str]:
    """The ids of all questions."""
    return frozenset(questions())


def questions() -> Mapping[str, Question]:
    """Every question of the rulebook by its id."""
    path = files.folder() / FILE
    return _questions(path.read_text(encoding="utf-8") if path.is_file() else "[]")


@lru_cache(maxsize=4)
def _questions(text: str) -> Mapping[str, Question]:
    return read_questions(text, file=FILE, provisions=frozenset(one.id for one in load_shipped().provisions()))


def value(identifier: str, region_code: str, on: date) -> Reading:
    """What is read for a region on a day; UnknownReading where nothing is."""
    question = _known(identifier)
    return _read(question, region_code, on, _confirmations([identifier]).get(identifier, ()))


def values_of(identifiers: Iterable[str], region_code: str, on: date) -> dict[str, Reading]:
    """What is read for several questions, by one look at the confirmations; UnknownReading as `value`."""
    wanted = list(identifiers)
    rows = _confirmations(wanted)
    return {name: _read(_known(name), region_code, on, rows.get(name, ())) for name in wanted}


def listed(region_code: str, on: date) -> list[Reading]:
    """Every reading that says something for a region on a day, in the order of the file."""
    rows = _confirmations(list(questions()))
    found = []
    for name, question in questions().items():
        try:
            found.append(_read(question, region_code, on, rows.get(name, ())))
        except UnknownReading:
            continue
    return found


def history(identifier: str, region_code: str) -> list[ReadingConfirmation]:
    """Every confirmation of a reading that reaches a region, the latest first, those withdrawn too."""
    above = list(load_shipped().divisions.ancestors(region_code))
    return list(ReadingConfirmation.objects.filter(reading=identifier, territory__in=above).order_by("-on", "-id"))


@transaction.atomic
def confirm(
    identifier: str,
    region_code: str,
    value: str | int,
    *,
    document: str,
    reason: str,
    by: ledger.Actor | str,
    on: date,
    organisation: ledger.Capacity | None = None,
) -> ReadingConfirmation:
    """Confirm what is read in a territory from this day on (口径确认); a running case keeps what it was opened with."""
    question, chosen = _known(identifier), str(value).strip()
    if not question.takes(chosen):
        raise CannotConfirm(
            f"“{question.question['zh']}”没有“{chosen[:40]}”这一选项",
            f"“{chosen[:40]}” is no answer to “{question.question['en']}”",
        )
    document, reason = _line(document), _line(reason)
    if not document or not reason:
        raise CannotConfirm("请写明理由和依据文件", "give the reason and the document that settles it")
    if region_code not in load_shipped().divisions:
        raise CannotConfirm(f"没有行政区划“{region_code}”", f"there is no division {region_code!r}")
    row = ReadingConfirmation.objects.create(
        reading=identifier, territory=region_code, value=chosen, document=document[:300], reason=reason[:2000],
        by=str(getattr(by, "name", by))[:200], by_id=getattr(by, "pk", None), on=on,
    )  # fmt: skip
    words = question.words(chosen)
    ledger.record(
        "readings.confirmed",
        subject=("reading", identifier),
        by=by,
        organisation=organisation,
        on=on,
        region_code=region_code,
        cite=sorted({default.cite for default in question.defaults if default.cite}),
        payload={"territory": region_code, "value": chosen, "document": row.document, "reason": row.reason},
        sentence={
            "zh": f"确认口径：{question.question['zh']}——{words['zh']}（{row.document}）",
            "en": f"reading confirmed: {question.question['en']} – {words['en']} ({row.document})",
        },
    )
    return row


@transaction.atomic
def withdraw(
    row: ReadingConfirmation,
    *,
    reason: str,
    by: ledger.Actor | str,
    on: date,
    organisation: ledger.Capacity | None = None,
) -> None:
    """Take a confirmation back (撤回确认): from this day the one before counts, or the default."""
    if not _line(reason):
        raise CannotConfirm("请写明撤回的理由", "give the reason for withdrawing")
    name = str(getattr(by, "name", by))[:200]
    changed = ReadingConfirmation.objects.filter(pk=row.pk, withdrawn_on=None).update(
        withdrawn_on=on, withdrawn_by=name, withdrawn_reason=_line(reason)[:2000]
    )
    if not changed:
        raise CannotConfirm("该确认已撤回", "this confirmation was withdrawn already")
    row.refresh_from_db()
    question = _known(row.reading)
    ledger.record(
        "readings.withdrawn",
        subject=("reading", row.reading),
        by=by,
        organisation=organisation,
        on=on,
        region_code=row.territory,
        payload={"territory": row.territory, "confirmation": row.pk, "reason": row.withdrawn_reason},
        sentence={
            "zh": f"撤回口径确认：{question.question['zh']}（{row.document}）",
            "en": f"confirmation withdrawn: {question.question['en']} ({row.document})",
        },
    )


def _known(identifier: str) -> Question:
    found = questions().get(identifier)
    if found is None:
        raise UnknownReading(f"没有口径“{identifier}”", f"there is no reading {identifier!r}")
    return found


def _confirmations(identifiers: list[str]) -> dict[str, list[ReadingConfirmation]]:
    found: dict[str, list[ReadingConfirmation]] = {}
    for row in ReadingConfirmation.objects.filter(reading__in=identifiers).order_by("-on", "-id"):
        found.setdefault(row.reading, []).append(row)
    return found


def _read(question: Question, region_code: str, on: date, rows: Iterable[ReadingConfirmation]) -> Reading:
    """The nearest territory that says something: there a confirmation goes before a default of the same or an earlier day.

    A confirmation for the whole country does not reach a territory that has a default of its own.
    """
    standing = [row for row in rows if row.on <= on and (row.withdrawn_on is None or on < row.withdrawn_on)]
    for territory in load_shipped().divisions.ancestors(region_code or COUNTRY, on):
        confirmed = next((row for row in standing if row.territory == territory), None)
        default = max(
            (one for one in question.defaults if one.territory == territory and one.from_on <= on),
            key=lambda one: one.from_on,
            default=None,
        )
        if confirmed is not None:
            return Reading(
                question, region_code, territory, confirmed.value, "S", default.cite if default else "",
                {"zh": confirmed.document, "en": confirmed.document}, confirmed.on,
                confirmed.by, confirmed.on, confirmed.document, confirmed.pk,
            )  # fmt: skip
        if default is not None:
            return Reading(
                question, region_code, territory, default.value, default.confidence, default.cite, default.source,
                default.from_on,
            )  # fmt: skip
    raise UnknownReading(
        f"{on} 没有可用的口径：{question.question['zh']}", f"nothing is read on {on} for: {question.question['en']}"
    )


def _line(text: str) -> str:
    return text.replace("\0", "").strip()
