"""Simulated customers and staff of the demo's shop, and what may go wrong around them."""
