"""The rule language (规则语言): a strict subset of ANSI SQL over fact names, read into the typed intermediate form.

且 / 或 / 非 / 属于 / 不属于 and full-width signs are synonyms. Everything not in the grammar is refused.
"""

from greenmine.law.language.reader import Scope, read_condition, read_day, read_expression, read_term

__all__ = ["Scope", "read_condition", "read_day", "read_expression", "read_term"]
