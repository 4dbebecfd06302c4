"""People's names leave nothing public (个人信息遮蔽): if in doubt, anonymous.

Names of people known to this system and names behind a label of office become a surname and 某; numbers of identity cards,
mobile phones and bank cards and mail addresses become signs. A holder that is no organisation by its name counts as a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from greenmine.accounts.models import Person
from greenmine.registry.models import RoleHolding

PERSON = "个人（已隐名）"
HIDDEN = "（已隐去）"
# Keys of a body that may be published. What is not named here stays inside: a new key is public only when it is listed.
PUBLIC_KEYS = frozenset({
    "answer", "application", "authority", "basis", "batch", "before", "after", "benefits", "case", "category", "certificate_number", "cite",
    "clause", "closing", "conditions", "contact", "content", "counts", "county", "credit_code", "days", "decided_on", "decision",
    "decision_number", "department", "dimensions", "document", "due_on", "edition", "entered_on", "entry", "entry_number", "explanation", "finding",
    "findings", "from", "from_on", "gate", "ground", "grounds", "holder", "holder_after", "holder_before", "in_words", "kind", "level",
    "lines", "measures", "mine", "mines", "mineral", "name", "name_after", "name_before", "notice", "number", "objection",
    "objections", "office", "on", "opinions", "outcome", "owner", "paper", "period", "place", "plan", "points", "progress", "provision",
    "provisions", "question", "reason", "reasons", "rectification", "region", "region_code", "removal", "result", "results", "rule", "rules",
    "scale", "score", "served_on", "since", "stage", "standard", "state", "statement", "step", "summary", "term", "text", "tier", "title",
    "to", "until", "until_on", "verdict", "votes_against", "votes_for", "what", "why", "year", "zh", "en", "label", "value", "key",
    "percentage", "area", "areas", "restored", "disturbed", "unit", "wording", "correction", "withdrawn", "agreed", "disagreed",
    # why a mine is listed, as gates give it for the public; what is known of it today is a finding nobody decided on and stays inside
    "then", "gates", "passed", "same_again", "decisions", "papers", "documents",
    "form", "missing", "judgement", "pass", "closed", "open", "mine_name", "proposal", "recommendation", "readings", "digest",
})  # fmt: skip
_LABELLED = re.compile(
    r"(法定代表人|法人代表|主要负责人|项目负责人|负责人|联系人|经办人|承办人|矿长|组长|评估人员|投诉人|异议人|举报人|申请人|签发人|审核人)"
    r"(\s*[：:]\s*)([\u4e00-\u9fff·]{2,4})"
)
_NUMBERS = (
    re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"),
    re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)62\d{14,17}(?!\d)"),
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
)  # fmt: skip
_HOUSE = re.compile(
    r"(公司|集团|厂|矿|矿山|企业|合作社|合作联社|事务所|研究院|研究所|设计院|总院|学院|大学|中心|协会|商会|总队|大队|支队|局|厅|部|委员会|人民政府|管委会|指挥部|"
    r"农场|林场|牧场|砂石场|采石场|石料场|石场|砖场|场|窑|坑|站|社|行|店|ltd\.?|limited|inc\.?|co\.?|corporation|company)(（[^）]*）|\([^)]*\))?$",
    re.IGNORECASE,
)
LONGEST_CHINESE_NAME = 4
SHORTEST_NAME = 2


def holder_name(name: str, credit_code: str = "") -> str:
    """The name of a holder; a person's, or what may be one, is not published."""
    plain = name.strip()
    if not plain or _HOUSE.search(plain):
        return plain
    return plain if credit_code and len(plain) > LONGEST_CHINESE_NAME else PERSON


def scrub(text: str, *, spare: Iterable[str] = (), people: Iterable[str] | None = None) -> str:
    """The text without people's names and numbers. `spare` names what is public by itself: the mine, the office."""
    if not text:
        return ""
    kept = sorted({one for one in spare if len(one) >= SHORTEST_NAME}, key=len, reverse=True)
    marked = text
    for place, one in enumerate(kept):
        marked = marked.replace(one, f"\ue000{place}\ue001")
    marked = _LABELLED.sub(lambda found: f"{found[1]}{found[2]}{_masked(found[3])}", marked)
    for pattern in _NUMBERS:
        marked = pattern.sub(HIDDEN, marked)
    for name in known_people() if people is None else people:
        if name in marked:
            marked = marked.replace(name, _masked(name))
    for place, one in enumerate(kept):
        marked = marked.replace(f"\ue000{place}\ue001", one)
    return marked


def scrubbed(value: Any, *, spare: Iterable[str] = (), people: Iterable[str] | None = None) -> Any:
    """A body as it may be published: only keys that are public, every text scrubbed."""
    spare, people = tuple(spare), known_people() if people is None else people
    if isinstance(value, Mapping):
        return {
            str(key): scrubbed(one, spare=spare, people=people) for key, one in value.items() if str(key) in PUBLIC_KEYS
        }
    if isinstance(value, str):
        return scrub(value, spare=spare, people=people)
    if isinstance(value, list | tuple):
        return [scrubbed(one, spare=spare, people=people) for one in value]
    return (
        value
        if isinstance(value, bool | int | float) or value is None
        else scrub(str(value), spare=spare, people=people)
    )


def known_people() -> tuple[str, ...]:
    """The names of everybody this system knows, the longest first: read anew for every act that publishes."""
    names = {*Person.objects.values_list("name", flat=True), *RoleHolding.objects.values_list("person_name", flat=True)}
    return tuple(sorted((name for name in names if len(name) >= SHORTEST_NAME), key=lambda name: (-len(name), name)))


def _masked(name: str) -> str:
    return f"{name[0]}某"
