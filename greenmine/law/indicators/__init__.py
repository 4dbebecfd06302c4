"""Indicators (评价指标): sets of indicators as data, scored on facts and answers, with bounds where something is unknown.

Pure, like all of `law`. `tests/law/indicators/small.yaml` is a complete example of the format; in short:

    id · title · status official|structure_only|demonstration|local · tier national|provincial|any
    kind standalone|overlay · base (overlay) · territory · in_force {from, to} · applies · source · confidence · provisions
    points · pass_marks {total, dimension_ratio, binding_all} · not_applicable rescale|full
    counts {dimensions, categories, indicators, preconditions}: how many the text is known to have, held or not
    preconditions: [{id, name, check, applies, may_not_apply, evidence, provisions, help}]
    dimensions: [{id, name, points, counts, categories: [{id, name, points, indicators: [{
        id, name, kind binding|improvement, points, scale, pass, applies, may_not_apply, alternative, evidence,
        checked desk|site|both, help, typical, tags, provisions, confidence}]}]}]

- Points are written with at most two decimals and held as hundredths (1 point = 100).
- `unknown` (or a key left out) is an unknown cell: listed in `unknown_cells`, and where a verdict needs it none is given.
  `none` as a pass mark says that there is no such mark. `preconditions: []` says that there are none.
- scale: {levels: [{points, zh, en}]} · {range: {step}} · {yes_no: {check}} or {yes_no: {}} ·
  {measured: {fact, bands: [{at_least|at_most|is, points}], else, none}} (the first band that holds; `else` 0 where left
  out; `none`: points where the fact is said to be none, without it a person answers) · unknown
- pass (only binding): the least points that meet the bottom line; yes_no needs none (met is enough, also at 0 points).
- may_not_apply: whether a person may claim with a reason that the indicator does not apply; true for improvement,
  false for binding indicators unless written.
- alternative: variants of one indicator for different mines share a name and count once in the totals.
- applies: {industries, methods, scales, regions, climates, when}; all given must hold; three-valued.
- evidence: [{id, name, kinds: [file|photo|fact|…], valid_months}]
- overlay: adds {preconditions, indicators (with `category`)} · replaces {indicators, preconditions} (whole entries) ·
  tightens {pass_marks, indicators, preconditions} (only the keys that change) · removes [{id}]; what loosens is refused
  unless the entry itself says `loosens: true` and cites `provisions`.
"""

from greenmine.law.indicators.advising import Advice, Gap, Step, advice_on, advise
from greenmine.law.indicators.canonical import dump_standard
from greenmine.law.indicators.carrying import Carried, Mapping, Pair, ToReview, carry, check_mapping, load_mapping
from greenmine.law.indicators.classes import Classes, IndustryClass, load_classes
from greenmine.law.indicators.compiled import applies_to
from greenmine.law.indicators.loading import load_standard
from greenmine.law.indicators.results import Answer, DimensionResult, ItemResult, PreconditionResult, Result
from greenmine.law.indicators.scales import allows, asked, choices, least_and_most
from greenmine.law.indicators.scoring import score
from greenmine.law.indicators.standard import (
    Applies,
    Band,
    Category,
    Change,
    Check,
    Dimension,
    EvidenceNeed,
    Indicator,
    Level,
    Levels,
    Measured,
    PassMarks,
    Precondition,
    Range,
    Standard,
    StandardError,
    UnknownScale,
    YesNo,
)

__all__ = [
    "Advice", "Answer", "Applies", "Band", "Carried", "Category", "Change", "Check", "Classes", "Dimension",
    "DimensionResult", "EvidenceNeed", "Gap", "Indicator", "IndustryClass", "ItemResult", "Level", "Levels", "Mapping",
    "Measured", "Pair", "PassMarks", "Precondition", "PreconditionResult", "Range", "Result", "Standard",
    "StandardError", "Step", "ToReview", "UnknownScale", "YesNo", "advice_on", "advise", "allows", "applies_to",
    "asked", "carry", "check_mapping", "choices", "dump_standard", "least_and_most", "load_classes", "load_mapping",
    "load_standard", "score",
]  # fmt: skip
