"""The nouns, the metric catalogue, the database and everything that reads or writes it."""
