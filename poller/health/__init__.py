"""How the poller itself is: its figures, whether it is well, and the port where both can be read."""
