"""What an alert is at a moment, and what it becomes with the next value."""
