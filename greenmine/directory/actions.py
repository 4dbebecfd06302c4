"""What can happen in the directory."""
