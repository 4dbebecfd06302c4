"""The public desk and the open API, measured at 60,000 mines, beside Datasette on the same data."""
