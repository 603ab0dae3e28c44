"""What is to be told of: rules as people write them, and what they apply to."""
