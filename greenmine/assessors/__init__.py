"""Assessors (第三方评估): agencies, their people, the expert pool, who was engaged for which mine, and who is debarred.

Serves cn-2024-1 art. 8 and 17, gs-2023 3.3 and 3.10, yn-2025 5.3 and A.1, nm-2020 4.2. Agencies assess (评估); they never
act for an authority on site, which is why officials' work lies in another room.
"""
