"""The live view. Textual is imported here alone: it costs 0.3 s."""
