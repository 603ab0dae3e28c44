"""This poller's part of the hosts, where several share them on PostgreSQL."""
