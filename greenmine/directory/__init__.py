"""The directory (绿色矿山名录): entries of two tiers, public notices and objections, changes of holder, removals.

Serves cn-2024-1/2.3, 9, 10, 17; gs-2023/3.3.u–w, 3.9.j; nm-2020/4.2.i, 4.3.f; yn-2025/5.4. Nothing enters or leaves
without a named person. `published` is all that the public sees, `intake` all that the public may write.
"""
