"""What can be asked of selection: batches and applications in reach, what a page shows of one, and what may be done."""
