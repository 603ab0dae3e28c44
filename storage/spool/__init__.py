"""What waits on the local disk while the database is away."""
