"""Fieldwork (现场核查评估): the third party's desk review, its visit to the mine with or without signal, and its report.

Serves cn-2024-1 8.2.c and 8.6, nm-2020 4.2.e.3. What is noted and photographed on site is hashed where it is made, merged
without conflict, and signed as seen; a report without records and images of every item seen on site is refused.

`merging`, `positions` and `photographs` are pure: what several assessors sent, in any order and however often, gives one
site record. `queries.captures_of`, `visits_of`, `findings_of` and `filed_reports` are what integrity reads.
"""
