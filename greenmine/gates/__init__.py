"""Gates (关口核验): at filing, review, assessment, verification, notice, entry and each year, all facts of all departments
are judged in the caller's transaction. A gate closes with reasons, or a named person passes it on a written ground.

Serves cn-2024-1/7.2, 8.1, 9.1, 17; the control chain is shown as risk and is never a ground.
"""
