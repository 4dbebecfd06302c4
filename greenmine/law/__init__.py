"""Law (法律引擎): rules as data, judged with three values, explained in two languages, and the same on every engine.

Pure Python: it knows no database, no clock and no web. `load_dictionary`, `load_values` and `load_pack` read the
rulebook strictly; `bind` puts an edition on a day; `evaluate_one` judges one sheet; `explain` says why;
`compile_sql` judges a population inside the database; `diff` and `quota` compare and count.
"""

from greenmine.law.bind import Bound, bind
from greenmine.law.case_runs import failing_cases, run_case
from greenmine.law.cases import Case, load_cases
from greenmine.law.dictionary import NONE, Dictionary, Fact
from greenmine.law.dictionary_file import load_dictionary
from greenmine.law.evaluate import evaluate_one
from greenmine.law.explain import Explanation, explain
from greenmine.law.findings import Finding
from greenmine.law.next_change import next_change
from greenmine.law.pack import Pack, check_together, load_pack
from greenmine.law.population import Flip, Run, diff, evaluate_population
from greenmine.law.problems import LanguageError, NoRuleInForce, Problem, RulebookError, ValueProblem
from greenmine.law.quota import QuotaRow, quota
from greenmine.law.rules import Outcome, Rule
from greenmine.law.sheets import Sheet, contradictions
from greenmine.law.sql import SqlBatch, compile_sql
from greenmine.law.strict_yaml import load as load_yaml
from greenmine.law.values import Value, load_values

ENGINE_VERSION = "1"  # part of every edition's id: raised when the same text would come to another outcome

__all__ = [
    "ENGINE_VERSION",
    "NONE", "Bound", "Case", "Dictionary", "Explanation", "Fact", "Finding", "Flip", "LanguageError",
    "NoRuleInForce", "Outcome", "Pack", "Problem", "QuotaRow", "Rule", "RulebookError", "Run", "Sheet",
    "SqlBatch", "Value", "ValueProblem", "bind", "check_together", "compile_sql", "contradictions", "diff",
    "evaluate_one", "evaluate_population", "explain", "failing_cases", "load_cases", "load_dictionary",
    "load_pack", "load_values", "load_yaml", "next_change", "quota", "run_case",
]  # fmt: skip
