"""Running cases, measured: W7 of the expected features."""
