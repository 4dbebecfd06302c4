"""Other engines, fed with the same conditions from the same intermediate form."""
