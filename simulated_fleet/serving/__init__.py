"""Serves simulated hosts over real SSH: one listener a host, the probe's own protocol."""
