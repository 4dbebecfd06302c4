"""The check on negation: with none a comparison is false, so its negation would be true without anyone having meant it.

`<>` counts as a negation too: whoever writes it must say what none shall mean.
"""

from __future__ import annotations

from greenmine.law.ir import And, Compare, Condition, IsNone, Member, Named, Node, Not, Or, Ref, walk
from greenmine.law.problems import LanguageError


def check_negations(node: Node) -> None:
    """Refuse a negated comparison on a may-be-none fact that is not beside an IS [NOT] NONE of the same fact."""
    _check(node, negated=False, beside=frozenset())


def _check(node: Node, *, negated: bool, beside: frozenset[str]) -> None:
    match node:
        case Named(node=below):
            _check(below, negated=negated, beside=beside)
        case Not(part=part):
            _check(part, negated=not negated, beside=beside)
        case And(parts=parts) | Or(parts=parts):
            here = beside | {name for each in parts for name in _asked(each)}
            for each in parts:
                _check(each, negated=negated, beside=here)
        case Compare() | Member() if negated or (isinstance(node, Compare) and node.op == "<>"):
            for leaf in walk(node):
                if isinstance(leaf, Ref) and leaf.may_be_none and leaf.name not in beside:
                    raise LanguageError(
                        f"对可为 none 的“{leaf.name}”的否定比较须与“{leaf.name} IS [NOT] NONE”并列",
                        f"a negated comparison on “{leaf.name}”, which may be none, needs “{leaf.name} IS [NOT] NONE” beside it",
                    )


def _asked(part: Condition) -> set[str]:
    """The fact an IS [NOT] NONE asks about, if the part is one."""
    below: Node = part
    while isinstance(below, Not | Named):
        below = below.part if isinstance(below, Not) else below.node
    return {below.fact.name} if isinstance(below, IsNone) else set()
