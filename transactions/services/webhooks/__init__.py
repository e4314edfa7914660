"""Webhooks: who wants to be told, what is due to them, and what became of each try."""
