"""Kills every process of the running product under traffic, and balances the books afterwards."""
