"""Pieces that dialogs are made of."""
