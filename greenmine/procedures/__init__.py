"""Procedures (办理流程): cases that run step tables of the rulebook; whose turn it is, until when, and on which clause.

A step is one transaction with its ledger record. The tables are data (`rulebook/procedures`); `law.steps` reads them.
"""
