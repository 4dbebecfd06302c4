"""Editions (规则版本): which law is read here, and which text of it.

The rulebook's files with what an operator added (effective days, values, confirmations) and the engine's version make
one edition, named by its hash. The pure modules (`shipped`, `edition`, `instruments`, `territories`, `calendars`) open
no database; `models`, `actions` and `queries` remember editions and the named person who made one active.
"""
