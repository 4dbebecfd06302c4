"""The reason of a finding: one sentence in each language."""

from __future__ import annotations

from greenmine.law.findings import Finding


def reason_of(finding: Finding) -> dict[str, str]:
    """What was compared, in Chinese and English."""
    return dict(finding.rule.title)
