"""Integrity (评估诚信): signals that an assessment may not be what it says, and the inquiry in which people find out.

Serves cn-2024-1 17.0.* and gs-2023 3.10, 4.3.h. A signal shows its evidence and ends in a person's inquiry, never in a
sanction; a debarment (黑名单) is decided by a named person after prior notice and plea.
"""
