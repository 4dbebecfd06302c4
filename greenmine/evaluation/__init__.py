"""Evaluation (判定): what the law says of a mine on a day, where that leaves it, and what is still missing.

Serves the heart of all five documents: findings (判定) with their reasons, standings (状态), clues (问题线索) and requests for
missing facts (补录). A finding is an opinion; no code here lists, removes, closes or debars anything. `judging` and
`standing` open no database, so the desk, the worker and `./run assess` judge in one way.
"""
