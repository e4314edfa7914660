"""Calls out of the gateway, each behind a small door."""
