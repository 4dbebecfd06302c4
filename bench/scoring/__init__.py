"""Scoring, measured: the pure engine, and the saving of one item at 100 and at 1,000 assessments of 49 items."""
