"""Whether the stored log still holds: everything is computed anew from the texts. A convenience of the house itself.

Trust comes from outside: docs/verify_public_log.py, an exported file, and a checkpoint kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from greenmine.publiclog import signing, trees
from greenmine.publiclog.merkle import complete
from greenmine.publiclog.models import Leaf, Link, Node, Seal, Withdrawal
from greenmine.publiclog.queries import CHUNK, leaves, public_keys
from greenmine.publiclog.statements import commitments

Place = tuple[int, int]


@dataclass(frozen=True)
class Verification:
    """How many leaves were read, the newest root, and what is wrong where."""

    leaves: int
    head: str
    broken: tuple[tuple[int, str], ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.broken


def verify() -> Verification:
    """Recompute texts, numbers, tree, roots and signatures."""
    broken: list[tuple[int, str]] = []
    withdrawn = set(Withdrawal.objects.values_list("leaf", flat=True))
    hashes: list[tuple[str, str]] = []
    for place, link in enumerate(leaves().iterator(chunk_size=CHUNK), 1):
        if link.number != place:
            broken.append((place, "序号不连续 · the numbers are not without gaps"))
            break
        hashes.append((link.leaf.sha256, link.leaf.sm3))
        broken += [(place, wrong) for wrong in _wrong_text(link, withdrawn)]
    lost = Leaf.objects.filter(link__isnull=True, waiting__isnull=True).values_list("pk", flat=True)
    broken += [(leaf, "既未编号也不在等待 · neither linked nor waiting") for leaf in lost]
    above = _tree(hashes)
    stored = {place: (a, b) for place, a, b in Node.objects.values_list("place", "sha256", "sm3").iterator(CHUNK)}
    made = {trees.place_of(*node): (a.hex(), b.hex()) for node, (a, b) in above.items() if node[0]}
    if differing := stored.items() ^ made.items():
        broken.append((min(differing)[0], "树节点不符 · a node of the tree differs"))
    head = ""
    signed_by = {key["algorithm"]: key["public_key"] for key in public_keys()}
    for seal in Seal.objects.order_by("size").iterator(CHUNK):
        head = seal.sha256
        broken += [(seal.size, wrong) for wrong in _wrong_seal(seal, above, len(hashes), signed_by)]
    return Verification(len(hashes), head, tuple(broken))


def _wrong_text(link: Link, withdrawn: set[int]) -> list[str]:
    content = getattr(link.leaf, "content", None)
    if content is None:
        return [] if link.leaf_id in withdrawn else ["内容缺失而未经撤下 · the text is missing and was not withdrawn"]
    made = commitments(content.salt, content.text)
    same = made == {"sha256": link.leaf.sha256, "sm3": link.leaf.sm3}
    return [] if same else ["内容与哈希不符 · the text does not have this hash"]


def _tree(hashes: list[tuple[str, str]]) -> dict[Place, trees.Pair]:
    """Every complete subtree, computed anew from what the leaves commit to."""
    above: dict[Place, trees.Pair] = {(0, n): trees.leaf_pair(*pair) for n, pair in enumerate(hashes)}
    level, width = 0, len(hashes)
    while width > 1:
        width //= 2
        for n in range(width):
            above[level + 1, n] = trees.joined(above[level, 2 * n], above[level, 2 * n + 1])
        level += 1
    return above


def _wrong_seal(
    seal: Seal, above: Mapping[Place, trees.Pair], count: int, signed_by: Mapping[str, str]
) -> Iterator[str]:
    if not signing.is_signed(seal.note, signed_by):
        yield "检查点签名无效 · the signature of this checkpoint is not valid"
    if seal.size > count:
        yield "检查点之下的记录已缺失 · leaves under this checkpoint are gone"
        return
    root = trees.folded([above[node] for node in complete(0, seal.size)])
    if (root[0].hex(), root[1].hex()) != (seal.sha256, seal.sm3):
        yield "检查点的根与记录不符 · the root of this checkpoint differs"
