"""Sealed readings, buckets and process tables as compressed bytes, and the tables they lie in."""
