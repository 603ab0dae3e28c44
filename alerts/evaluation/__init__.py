"""Values against rules: what is looked at of a host's readings, and the alerts that come of it."""
