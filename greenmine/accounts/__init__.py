"""Accounts (单位与人员): organisations, people, and who may do what where.

One matrix (matrix.yaml) of role × verb × scope drives every check, every menu and the test of all pages by all roles.
Nobody is deleted: people are invited, activated, changed, suspended, and leave with their open work handed over.
"""
