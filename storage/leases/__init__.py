"""Several pollers on one PostgreSQL: which of them reads which host, and what each may write."""
