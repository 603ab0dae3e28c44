"""Rule files as Prometheus has them: read, understood as far as they can be, and written."""
