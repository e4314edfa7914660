"""Merchants, their secrets, and who may see what."""
