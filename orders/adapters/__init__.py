"""Calls out of the shop, each behind a small door."""
