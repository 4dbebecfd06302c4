"""The public log, measured: appending, sealing, both at once, proofs, and the outsider's script."""
