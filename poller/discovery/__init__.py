"""Looks for SSH servers in address ranges that a person has given."""
