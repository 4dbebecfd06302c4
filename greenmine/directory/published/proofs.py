"""Proof of standing (名录状态证明): a signed, dated document about one mine in one tier, for banks, markets and departments.

    proof_of(mine_key, on=)          → the document as JSON: payload, and signatures over its canonical text (RFC 8785)
    verify(document, on=)            → what is true of a document that somebody holds

A proof says what was published on its day. What happened since stands in the status list (`proofs_status`), under the index
that the proof names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from greenmine.directory.published.models import PublishedMine, Standing, Statement, Tier
from greenmine.directory.published.proofs_figures import figure
from greenmine.directory.published.proofs_signing import is_ours, signed
from greenmine.directory.published.proofs_status import BITS, STATUS_PATH, index_of
from greenmine.publiclog import queries as publiclog
from greenmine.publiclog.models import Leaf
from greenmine.publiclog.signing import CannotSign

Words = Mapping[str, str]
KIND = "greenmine-proof-of-standing"
LETTERS = {Tier.NATIONAL.value: "GJ", Tier.PROVINCIAL.value: "SJ"}
PROVED = (Standing.LISTED.value, Standing.RECTIFYING.value, Standing.CHANGING.value)
TIERS: Mapping[str, Words] = {
    "national": {"zh": "国家级", "en": "national"},
    "provincial": {"zh": "省级", "en": "provincial"},
}
STANDINGS: Mapping[str, Words] = {
    "listed": {"zh": "在册", "en": "listed"},
    "rectifying": {"zh": "整改中", "en": "under rectification"},
    "changing": {"zh": "变更核实中", "en": "change being verified"},
    "removed": {"zh": "已移出", "en": "removed"},
    "ended": {"zh": "已终止", "en": "ended"},
    "notice": {"zh": "公示中，尚未入名录", "en": "on public notice, not listed"},
    "": {"zh": "不在名录中", "en": "not in the directory"},
}


class NoProof(Exception):
    """There is nothing to prove; the sentence says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Verdict:
    """What is true of a document: `good` only where it is ours, unchanged, in its days, and the standing is still the same."""

    good: bool
    said: tuple[Words, ...]
    payload: Mapping[str, Any]
    now: str = ""


def proof_of(mine_key: str, *, on: date, tier: str = "") -> dict[str, Any]:
    """The signed proof of a mine's standing on this day, in the tier asked for or the highest it holds. NoProof where it has none."""
    mine = PublishedMine.objects.select_related("detail").filter(key=mine_key).first()
    if mine is None:
        raise NoProof(
            f"公开名录中没有编号为 {mine_key} 的矿山。", f"No mine {mine_key} stands in the published directory."
        )
    standing = _standing(mine, tier)
    payload = _payload(mine, standing, on)
    try:
        return {"payload": payload, "signatures": signed(payload)}
    except CannotSign as refused:
        raise NoProof(refused.zh, refused.en) from refused


def verify(document: Any, *, on: date) -> Verdict:
    """What is true of a document somebody holds: signature, days, and what is published about the mine now."""
    payload = document.get("payload") if isinstance(document, Mapping) else None
    signatures = document.get("signatures") if isinstance(document, Mapping) else None
    if not isinstance(payload, Mapping) or not isinstance(signatures, list) or payload.get("kind") != KIND:
        return Verdict(False, ({"zh": "这不是本系统签发的名录状态证明文件。", "en": "This is no proof of standing as this system issues it."},), {})  # fmt: skip
    if not is_ours(payload, signatures):
        return Verdict(False, ({"zh": "签名无效：文件被改动过，或不是由本系统签发。", "en": "The signature is not valid: the document was changed, or was not issued here."},), {})  # fmt: skip
    now = now_of(str(payload["mine"]["key"]), str(payload["tier"]))
    said: list[Words] = [
        {"zh": "签名有效，内容与签发时一致。", "en": "The signature is valid; the content is as issued."}
    ]
    expired = on.isoformat() > str(payload["valid_until"])
    if expired:
        said.append({"zh": f"证明已于{payload['valid_until']}过期，请重新获取。", "en": f"It expired on {payload['valid_until']}; get a new one."})  # fmt: skip
    same = now == payload["standing"]
    if same:
        said.append(
            {"zh": f"目前状态仍为“{STANDINGS[now]['zh']}”。", "en": f"The standing is still “{STANDINGS[now]['en']}”."}
        )
    else:
        words = STANDINGS.get(now, STANDINGS[""])
        said.append(
            {
                "zh": f"状态已变化，目前为“{words['zh']}”。",
                "en": f"The standing has changed; it is now “{words['en']}”.",
            }
        )
    return Verdict(same and not expired, tuple(said), payload, now)


def now_of(mine_key: str, tier: str) -> str:
    """The published standing of a mine in a tier; empty where there is none."""
    mine = PublishedMine.objects.select_related("detail").filter(key=mine_key).first()
    found = next((one for one in mine.detail.standings if one["tier"] == tier), None) if mine else None
    return str(found["standing"]) if found else ""


def _standing(mine: PublishedMine, tier: str) -> Mapping[str, Any]:
    """The standing to prove; NoProof says what stands instead."""
    if tier and tier not in TIERS:
        raise NoProof(f"没有“{tier}”这一级名录。", f"There is no tier “{tier}”.")
    held: dict[str, Mapping[str, Any]] = {one["tier"]: one for one in mine.detail.standings if one["tier"]}
    order = [tier] if tier else list(TIERS)
    proved = next((held[one] for one in order if one in held and held[one]["standing"] in PROVED), None)
    if proved is not None:
        return proved
    here = next((str(held[one]["standing"]) for one in order if one in held), "" if tier else str(mine.standing))
    words = STANDINGS.get(here, STANDINGS[""])
    level = TIERS.get(tier, {"zh": "", "en": ""})
    raise NoProof(
        f"{mine.name}{level['zh']}目前{words['zh']}，不能出具在册证明。",
        f"{mine.name} is {words['en']} {level['en']}".rstrip() + ": there is no standing to prove.",
    )


def _payload(mine: PublishedMine, standing: Mapping[str, Any], on: date) -> dict[str, Any]:
    tier = str(standing["tier"])
    until = on + timedelta(days=figure("proof-validity-days", on))
    last = standing.get("until")
    return {
        "kind": KIND,
        "version": 1,
        "number": f"ZM-{on:%Y%m%d}-{mine.key}-{LETTERS[tier]}",
        "mine": {"key": mine.key, "name": mine.name, "region_code": mine.region_code, "place": mine.place},
        "holder": mine.holder,
        "credit_code": mine.credit_code,
        "tier": tier,
        "standing": str(standing["standing"]),
        "words": {
            "zh": f"{TIERS[tier]['zh']}绿色矿山名录：{STANDINGS[standing['standing']]['zh']}",
            "en": f"{TIERS[tier]['en']} directory of green mines: {STANDINGS[standing['standing']]['en']}",
        },
        "owner": standing.get("owner", ""),
        "entry_number": standing.get("number", ""),
        "entered_on": standing.get("entered_on") or "",
        "decision_number": standing.get("decision_number", ""),
        "certificate_number": standing.get("certificate_number", ""),
        "as_of": on.isoformat(),
        "valid_until": min(until.isoformat(), last) if last else until.isoformat(),
        "status_list": {"index": index_of(mine.pk, tier), "bits": BITS, "at": STATUS_PATH},
        "log": _place_in_log(mine.key),
    }


def _place_in_log(mine_key: str) -> dict[str, Any] | None:
    """Where the newest entry of this mine stands in the public log; None where it was listed before there was one."""
    entry = (
        Statement.objects.filter(mine=mine_key, kind=Statement.Kind.ENTRY, withdrawn_on=None, leaf__isnull=False)
        .order_by("-id")
        .first()
    )
    leaf = Leaf.objects.filter(pk=entry.leaf).select_related("link").first() if entry and entry.leaf else None
    if entry is None or leaf is None:
        return None
    number = publiclog.number_of(leaf.pk)
    return {"statement": entry.number, "number": number, "sha256": leaf.sha256, "sm3": leaf.sm3}
