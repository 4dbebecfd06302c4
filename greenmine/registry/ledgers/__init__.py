"""Ledgers (台账): the tables departments keep, read into rows of facts. Pure: no Django, no clock, nothing stored.

`ledger.read_ledger` reads .xlsx, .xls and .csv; `facts_json.read_facts` reads the strict JSON list; `subjects` gives
both to `./run assess`. What cannot be understood becomes a sentence (what, where, what to do) and is left unknown.
"""
