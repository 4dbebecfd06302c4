"""What can be asked: checkpoints, proofs, the leaves as they are exported, and whether the stored log still holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greenmine.publiclog import merkle, signing, trees
from greenmine.publiclog.models import Dispatch, Leaf, Link, Seal, Withdrawal
from greenmine.publiclog.places import keys
from greenmine.publiclog.statements import canonical

if TYPE_CHECKING:
    from django.db.models import QuerySet

CHUNK = 2000
NAMES = tuple(merkle.ALGORITHMS)


class NoSuchProof(Exception):
    """The log cannot prove what was asked; the sentence says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Proof:
    """That a leaf stands at its number under a checkpoint (存在性证明): the path from leaf to root, in every algorithm."""

    number: int
    commitment: Mapping[str, str]
    checkpoint: Seal
    path: Mapping[str, tuple[str, ...]]

    def as_json(self) -> dict[str, Any]:
        """As it is handed to outsiders."""
        return {
            "number": self.number,
            "commitment": dict(self.commitment),
            "size": self.checkpoint.size,
            "root": {"sha256": self.checkpoint.sha256, "sm3": self.checkpoint.sm3},
            "path": {name: list(steps) for name, steps in self.path.items()},
            "checkpoint": self.checkpoint.note,
        }


@dataclass(frozen=True)
class Consistency:
    """That the log of an earlier checkpoint is the beginning of a later one (一致性证明)."""

    old: Seal
    new: Seal
    path: Mapping[str, tuple[str, ...]]

    def as_json(self) -> dict[str, Any]:
        """As it is handed to outsiders."""
        return {
            "old": {"size": self.old.size, "sha256": self.old.sha256, "sm3": self.old.sm3, "checkpoint": self.old.note},
            "new": {"size": self.new.size, "sha256": self.new.sha256, "sm3": self.new.sm3, "checkpoint": self.new.note},
            "path": {name: list(steps) for name, steps in self.path.items()},
        }


def checkpoint() -> Seal | None:
    """The newest checkpoint; None before the first statement was sealed."""
    return checkpoints().first()


def checkpoints() -> QuerySet[Seal]:
    """All checkpoints, newest first."""
    return Seal.objects.order_by("-size")


def public_keys() -> list[dict[str, str]]:
    """The keys by which checkpoints and proofs of standing are signed here."""
    return [{"algorithm": signer.algorithm, "public_key": signer.public_key()} for signer in signing.verifiers(keys())]


def dispatches() -> QuerySet[Dispatch]:
    """Who got which checkpoint, newest first."""
    return Dispatch.objects.select_related("seal").order_by("-pk")


def number_of(leaf: int) -> int | None:
    """The number of a leaf in the log; None while it waits for the sealer."""
    return Link.objects.filter(leaf=leaf).values_list("number", flat=True).first()


def numbers_of(leaves: list[int]) -> dict[int, int]:
    """The numbers of many leaves, by one question."""
    return dict(Link.objects.filter(leaf__in=leaves).values_list("leaf", "number"))


def withdrawn_since(sha256: str) -> bool:
    """Whether anything was withdrawn after the leaf of this hash was written."""
    leaf = Leaf.objects.filter(sha256=sha256).values_list("pk", flat=True).first()
    return leaf is not None and Withdrawal.objects.filter(by_leaf__gt=leaf).exists()


def proof(number: int, size: int | None = None) -> Proof:
    """The proof that number `number` stands under the checkpoint of that size, or under the newest."""
    under = checkpoint() if size is None else Seal.objects.filter(size=size).first()
    if under is None:
        raise NoSuchProof(f"没有大小为 {size or 0} 的检查点。", f"There is no checkpoint of size {size or 0}.")
    if not 1 <= number <= under.size:
        raise NoSuchProof(
            f"该检查点只到第 {under.size} 号，其中没有第 {number} 号。",
            f"This checkpoint reaches to number {under.size}; number {number} is not under it.",
        )
    leaf = Leaf.objects.get(link__number=number)
    path = _both(trees.ranges(merkle.inclusion(number - 1, under.size)))
    return Proof(number, {"sha256": leaf.sha256, "sm3": leaf.sm3}, under, path)


def consistency(old: int, new: int | None = None) -> Consistency:
    """The proof that one checkpoint's log is the beginning of another's, or of the newest."""
    later = checkpoint() if new is None else Seal.objects.filter(size=new).first()
    earlier = Seal.objects.filter(size=old).first()
    if earlier is None or later is None:
        missing = old if earlier is None else new or 0
        raise NoSuchProof(f"没有大小为 {missing} 的检查点。", f"There is no checkpoint of size {missing}.")
    if earlier.size > later.size:
        raise NoSuchProof("较早的检查点应在前。", "The smaller checkpoint comes first.")
    return Consistency(earlier, later, _both(trees.ranges(merkle.consistency(earlier.size, later.size))))


def _both(pairs: list[trees.Pair]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(pair[place].hex() for pair in pairs) for place, name in enumerate(NAMES)}


def leaves(after: int = 0) -> QuerySet[Link]:
    """The linked leaves after a number, in order, with the texts of those that are still published."""
    return Link.objects.filter(number__gt=after).select_related("leaf__content").order_by("number")


def exported(link: Link) -> str:
    """One leaf as one line for outsiders: number, both hashes; salt and text while they are published."""
    line: dict[str, Any] = {"number": link.number, "sha256": link.leaf.sha256, "sm3": link.leaf.sm3}
    content = getattr(link.leaf, "content", None)
    if content is not None:
        line |= {"salt": content.salt, "text": content.text}
    return canonical(line)


def export() -> Iterator[str]:
    """The whole log, line by line."""
    for link in leaves().iterator(chunk_size=CHUNK):
        yield exported(link)
