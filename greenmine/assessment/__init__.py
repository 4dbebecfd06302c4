"""Assessment (自评与评估): one party's account of a mine against an indicator set, item by item, with its evidence.

Serves cn-2024-1 art. 7 and 13. An enterprise's self-assessment (自评), a third party's assessment and a re-check have one
shape and are never merged; `law.indicators` scores them, this room keeps answers, history, evidence and what was signed.
"""
