"""What every view of a fleet shares: how hosts are, in which order, their curves, and the words and numbers for it."""
