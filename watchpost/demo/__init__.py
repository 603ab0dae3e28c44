"""The demonstration: a simulated fleet, a database of its own, and the application on top; nothing of it stays."""
