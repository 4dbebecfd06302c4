"""What was published (已公开): rows made for the public desk by acts of the directory, and nothing else.

People's names are redacted unless an act says otherwise; undecided removals never stand here.
"""
