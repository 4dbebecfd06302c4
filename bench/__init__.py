"""Measuring: the engine beside its peers, and the taking in of a large ledger. `./run bench rules`, `./run bench import`."""
