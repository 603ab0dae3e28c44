"""Hosts: the list, adding and changing them, the connection test, and trust in their keys."""
