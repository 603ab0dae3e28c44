"""The desktop application: the fleet, its hosts, and what is to be done about them. Qt lives here only."""
