"""A fleet of made-up hosts that are served over real SSH: to try Watchpost out, and to measure it."""
