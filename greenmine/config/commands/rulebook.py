"""`./run rulebook check|coverage|explain|new`: the law as data, checked, counted, explained and begun."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from greenmine.editions import rulebook_files as files
from greenmine.editions.checking import coverage as covering
from greenmine.editions.checking.cases import case_problems, read_cases, without_cases
from greenmine.editions.checking.killing import Examined, examined
from greenmine.editions.edition import Edition
from greenmine.editions.shipped import load_shipped
from greenmine.editions.skeleton import read_text, skeleton
from greenmine.law import RulebookError

REFUSED = 2
CODE_DIGITS = 6
ISSUE_SUBJECTS = ("mine", "enterprise")
COVERAGE_PAGE = files.ROOT / "docs" / "reference" / "coverage.md"


def parser() -> argparse.ArgumentParser:
    """The command's arguments; `--help` prints them."""
    arguments = argparse.ArgumentParser(
        prog="./run rulebook", description="规则库：校验、覆盖、解释、新建 · the law as data"
    )
    parts = arguments.add_subparsers(dest="part", required=True)
    parts.add_parser("check", help="校验规则库，逐条指出文件与行 · refuse what is wrong, with file and line")
    coverage = parts.add_parser("coverage", help="各文件、各能力的条款覆盖 · which provisions are demonstrated")
    coverage.add_argument("--write", action="store_true", help="write docs/reference/coverage.md")
    coverage.add_argument("--rules-only", action="store_true", help="only the rule column, without a test result")
    coverage.add_argument("--document", help="only the mutants of one document's rules")
    explain = parts.add_parser("explain", help="一条规则：依据、条件、算例 · one rule in full")
    explain.add_argument("rule")
    explain.add_argument("--on", type=date.fromisoformat)
    new = parts.add_parser("new", help="由官方文本生成条款骨架 · a provision skeleton from an official text")
    new.add_argument("territory", help="six digits, as 510000")
    new.add_argument("--text", type=Path, required=True, metavar="FILE")
    new.add_argument("--id", default="", help="id of the document, as sc-2026 (default: from the territory)")
    return arguments


def main(argv: Sequence[str]) -> int:
    """Run one part; 0 when all is well, 2 when something was refused."""
    options = parser().parse_args(argv)
    if options.part == "new":
        return _new(options)
    try:
        edition = load_shipped()
    except RulebookError as refused:
        for problem in refused.problems:
            print(problem, file=sys.stderr)
        print(f"{len(refused.problems)} 处问题 · problems", file=sys.stderr)
        return REFUSED
    return {"check": _check, "coverage": _coverage, "explain": _explain}[options.part](edition, options)


def _check(edition: Edition, _options: argparse.Namespace) -> int:
    worked = read_cases(edition)
    problems = case_problems(edition, worked)
    for problem in problems:
        print(problem, file=sys.stderr)
    for rule in without_cases(edition.rules, worked):
        print(f"{rule}: 没有算例 · no case works through this rule", file=sys.stderr)
    provisions = len(list(edition.provisions()))
    print(f"{provisions} 条款 · provisions, {len(edition.dictionary)} 事实 · facts, {len(edition.rules)} 规则 · rules, "
          f"{len(worked.cases)} 算例 · cases, {len(problems)} 处问题 · problems")  # fmt: skip
    return REFUSED if problems or without_cases(edition.rules, worked) else 0


def results(edition: Edition, document: str | None = None) -> dict[str, Examined]:
    """Each rule's cases and mutants."""
    worked = read_cases(edition)
    by_rule = worked.by_rule()
    wanted = [rule for rule in edition.rules if not document or rule.instrument == document]
    return {rule.id: examined(edition, worked, rule, by_rule.get(rule.id, [])) for rule in wanted}


def _coverage(edition: Edition, options: argparse.Namespace) -> int:
    tests = results(edition, options.document)
    survivors = [survivor for one in tests.values() for survivor in one.survivors]
    for survivor in survivors:
        print(f"{survivor.rule} {survivor.part}: {survivor.change} 无算例发现 · no case notices", file=sys.stderr)
    if options.document:
        print(f"{len(tests)} 规则 · rules, {sum(one.killed for one in tests.values())} 变异被发现 · mutants killed, "
              f"{len(survivors)} 存活 · survive")  # fmt: skip
        return REFUSED if survivors else 0
    try:
        shown = {} if options.rules_only else covering.read_shown()
    except covering.StaleResult as stale:
        print(stale, file=sys.stderr)
        return REFUSED
    return _print_coverage(edition, options, tests, shown)


def _print_coverage(
    edition: Edition, options: argparse.Namespace, tests: dict[str, Examined], shown: dict[str, set[str]]
) -> int:
    provisions = [
        {"id": p.id, "shown_by": p.shown_by, "capability": p.capability, "subject": p.subject}
        for p in edition.provisions()
    ]
    demonstrated = {
        provision: all(tests[rule.id].demonstrated for rule in edition.rules_of(provision))
        for provision in (p["id"] for p in provisions)
        if edition.rules_of(provision)
    }
    by_document, by_capability = covering.tables(provisions, demonstrated, shown)
    open_rules = [
        p["id"]
        for p in provisions
        if p["shown_by"] == "rule" and p["subject"] in ISSUE_SUBJECTS and not demonstrated.get(p["id"], False)
    ]
    page = covering.as_markdown(by_document, by_capability, open_rules)
    print(page)
    if options.write:
        COVERAGE_PAGE.write_text(page, encoding="utf-8")
    return 0


def _explain(edition: Edition, options: argparse.Namespace) -> int:
    try:
        rule = edition.rule(options.rule)
    except KeyError:
        print(f"没有规则“{options.rule}” · there is no rule {options.rule!r}", file=sys.stderr)
        return REFUSED
    on = options.on or datetime.now(ZoneInfo("Asia/Shanghai")).date()
    print(f"{rule.id}\n{rule.title['zh']} · {rule.title['en']}")
    print(
        f"{edition.words['kind'][rule.kind]['zh']} · {edition.words['actor'][rule.bound]['zh']} · {rule.file}:{rule.line}"
    )
    for provision in rule.provisions:
        found = edition.provision(provision)
        print(f"  {edition.cite(provision)}（{provision}）\n    {found.zh}\n    {found.en}")
    for part, text in rule.texts.items():
        print(f"  {part}: {text}")
    for title, words in (
        ("理解 · interpretation", rule.interpretation),
        ("默认口径 · default reading", rule.needs_confirmation),
    ):
        if words:
            print(f"  {title}: {words['zh']} · {words['en']}")
    one = results_of(edition, rule.id)
    print(
        f"  {on}: {one.cases} 算例 · cases, {one.killed} 变异被发现 · mutants killed, {len(one.survivors)} 存活 · survive"
    )
    return 0


def results_of(edition: Edition, rule_id: str) -> Examined:
    """The cases and mutants of one rule."""
    worked = read_cases(edition)
    rule = edition.rule(rule_id)
    return examined(edition, worked, rule, worked.by_rule().get(rule_id, []))


def _new(options: argparse.Namespace) -> int:
    if not (options.territory.isdigit() and len(options.territory) == CODE_DIGITS):
        print(f"“{options.territory}”不是六位行政区代码 · not a six-digit division code", file=sys.stderr)
        return REFUSED
    try:
        text = options.text.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as unreadable:
        print(f"无法读取 {options.text}：需要 UTF-8 文本 · cannot be read as UTF-8: {unreadable}", file=sys.stderr)
        return REFUSED
    sentences = read_text(text)
    if not sentences:
        print(f"{options.text} 中没有找到句子：请确认是官方文本的文字版 · no sentence found", file=sys.stderr)
        return REFUSED
    document = options.id or f"t{options.territory}"
    sys.stdout.write(skeleton(document, options.territory, sentences))
    print(f"{len(sentences)} 句 · sentences", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
