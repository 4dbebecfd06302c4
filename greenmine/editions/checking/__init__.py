"""Checking the rulebook (规则库校验): it loads, its cases hold, its mutants die, its provisions are demonstrated."""
