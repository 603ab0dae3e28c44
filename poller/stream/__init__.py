"""What comes back from a probe: bytes, lines, scrapes, and the end."""
