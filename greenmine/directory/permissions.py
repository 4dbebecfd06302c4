"""Who may change the directory, and whether it is time."""
