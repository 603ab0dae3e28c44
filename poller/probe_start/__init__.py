"""How the probe gets onto a host: what is run there, and what is sent after it."""
