"""The fleet page: every host at a glance, as tiles or as a table."""
