"""What files say about hosts that could be registered: one reader a format, all with the same result."""
