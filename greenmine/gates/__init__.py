"""Gates (关口核验): all facts of all departments are judged in the transaction of the step that stands behind the gate.

At filing, review, assessment, verification, notice, entry and each year. A gate closes with reasons, or a named person passes
it on a written ground that the ledger keeps and the public later sees. The control chain is shown as risk, never a ground.
Serves cn-2024-1/7.2, 8.1, 9.1, 17.
"""
