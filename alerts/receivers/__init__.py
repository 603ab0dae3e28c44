"""What a message looks like for each kind of receiver, and how it gets there."""
