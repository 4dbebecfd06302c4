"""Evidence (佐证材料): files kept once each under their hash, and where each came from.

What a file is, its content says, not its name. Nothing kept here is ever run, opened in place, or served as a page.
"""
