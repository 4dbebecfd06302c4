"""Ledger (行为台账): who did what, to whom, on which day, on what ground. Append-only, chained by hashes.

Written in the transaction of the act itself. A record carries the actor as he was then and points at nothing: no foreign
keys. Both databases refuse to change or delete a record; `verify()` finds what was done behind their back.
"""
