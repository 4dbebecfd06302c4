"""The registry (矿山与企业底账): enterprises, mines, rights and licences, and who was what to whom on which day.

A mine has a permanent number that survives renaming, transfer, merger and split; everything else about it is dated.
What the law reads is stated as facts (`greenmine.facts`); this context keeps identity, succession and place, and reads
the ledgers departments keep (`ledgers`) into both, one import being one act that can be undone.
"""
