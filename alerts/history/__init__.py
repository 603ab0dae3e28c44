"""What follows from a host's stored history: forecasts, departures from the usual, changes over long windows. Pure."""
