"""Calls out of the bank, each behind a small door."""
