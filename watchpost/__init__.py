"""The command line and the terminal view."""

__version__ = "0.1.0"
