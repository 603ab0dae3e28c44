"""Files that ship with Watchpost; no code."""
