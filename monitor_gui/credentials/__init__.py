"""Credentials: naming them, entering their secrets, seeing who uses them."""
