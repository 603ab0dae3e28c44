"""What fires on the hosts of this poller: joined from all event loops, written down, and handed on where hosts move."""
