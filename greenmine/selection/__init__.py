"""Selection (遴选): batches, applications, acceptance, preliminary review, opinions, verification, recommendation.

Serves cn-2024-1/7.2.c, 8.1, 8.2.a, 9.1, 9.2; gs-2023/3.3.q–u; nm-2020/4.2; yn-2025/5.2.b, 5.4.f, annexes 1, 2, 7.
The way of a case is a step table of its territory; six failures stay six different words.
"""
