"""Measures what the design promises; each figure has its limit. `python -m benchmarks probe`."""
