"""The rule that the design works through (甘肃新建矿山一年内入库), with every one of its cases."""

from __future__ import annotations

from greenmine.law import failing_cases
from tests.law.small_edition import edition

FACTS = """
- name: construction_nature
  label: {zh: 建设性质, en: construction nature}
  type: enum
  domain: {new: {zh: 新建, en: new}, renovated: {zh: 改建, en: renovated}, expanded: {zh: 扩建, en: expanded}, existing: {zh: 生产, en: existing}}
  subject: mine
- name: normal_operation_since
  label: {zh: 正常运营起始日, en: normal operation since}
  type: date
  may_be_none: true
  subject: mine
- name: provincial_entered_on
  label: {zh: 省级入库日期, en: provincial entry on}
  type: date
  may_be_none: true
  subject: mine
"""
PACK = """
rules:
  - id: gs-2023.new-mine.within-one-year
    provision: [gs-2023/3.3.l]
    kind: deadline
    title: {zh: 新建矿山正常运营后一年内建成并入库, en: New mine listed within one year of normal operation}
    territory: "620000"
    in_force: {from: 2023-01-28, to: 2025-12-31, after: lapsed}
    subject: mine
    bound: enterprise
    applies: "construction_nature IN ('new','renovated','expanded')"
    due: "normal_operation_since + 1 YEAR"
    done_on: provincial_entered_on
    clock_before_force: flag
    due_after_term: flag
    warn: 6 MONTHS
    interpretation: {zh: 正常运营起算日以登记的证据为准, en: the start day is the evidenced one}
    cases:
      - {on: 2025-09-02, facts: {construction_nature: new, normal_operation_since: 2024-09-01, provincial_entered_on: none}, expect: {outcome: breached, due_on: 2025-09-01}}
      - {on: 2025-09-01, facts: {construction_nature: new, normal_operation_since: 2024-09-01, provincial_entered_on: none}, expect: {outcome: pending, due_on: 2025-09-01}}
      - {on: 2025-03-02, facts: {construction_nature: new}, expect: {outcome: unknown, missing: [normal_operation_since, provincial_entered_on]}}
      - {on: 2026-03-02, facts: {construction_nature: new, normal_operation_since: 2025-06-01, provincial_entered_on: none}, expect: {outcome: pending, due_on: 2026-06-01, flags: [lapsed, needs_confirmation]}}
      - {on: 2023-06-02, facts: {construction_nature: new, normal_operation_since: 2022-06-01, provincial_entered_on: none}, expect: {outcome: breached, due_on: 2023-06-01, flags: [needs_confirmation]}}
      - {on: 2025-10-01, facts: {construction_nature: new, normal_operation_since: 2024-09-01, provincial_entered_on: 2025-09-20}, expect: {outcome: breached, due_on: 2025-09-01, flags: [remedied]}}
      - {on: 2025-10-01, facts: {construction_nature: existing}, expect: {outcome: not_applicable}}
"""


def test_every_case_of_the_design_comes_out_as_written() -> None:
    small = edition(FACTS, PACK)
    assert len(small.cases) == 7
    assert [str(problem) for problem in failing_cases(small, small.cases)] == []
