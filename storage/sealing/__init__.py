"""How readings are sealed, rolled up and forgotten, step by step while the poller runs."""
