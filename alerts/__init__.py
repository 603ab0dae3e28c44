"""Judges readings: thresholds and what they find."""
