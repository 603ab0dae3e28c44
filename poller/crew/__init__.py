"""Where sessions live: in the poller's own process, or shared out over worker processes."""
