"""Facts (事实): one assertion about a mine, enterprise, agency or region, its days, its source and its evidence.

Never overwritten: a correction is recorded beside what it corrects, so that any day can be judged as it was known on
any other day. `sheets` is the pure function from assertions to the one row per subject that the law reads; the stored
sheets are that function at (today, now), kept in the same transaction as the facts.
"""
