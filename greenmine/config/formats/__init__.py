"""How days and numbers are written on screen."""
