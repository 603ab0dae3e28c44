"""How measurements are read back: sealed or not yet, as they were or rolled up."""
