"""What is remembered of the directory."""
