"""Tells people of alerts: one poller does so for all, and whoever takes its place goes on where it was."""
