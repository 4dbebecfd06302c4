"""The public log (公开日志): every published statement as a salted hash in a chain of its own, under signed checkpoints.

A statement may be withdrawn when its term ends or credit is repaired; order and integrity stay provable by anyone who kept
a checkpoint. Serves cn-2024-1/9.2.f and 17.d, nm-2020/4.3.f.3; distinct from `ledger`, the private record of acts.
"""
