"""Runs today's rules over what is stored, in simulated time: what would have fired. Writes nothing."""
