"""Everything that may take a while, kept away from the thread that paints."""
