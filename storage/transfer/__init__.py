"""Measurements as files, and back: CSV, Parquet, OpenMetrics text."""
