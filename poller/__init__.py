"""Keeps a session to every host and hands what comes back to the recorder."""
