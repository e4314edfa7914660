"""Commands of the bank, by name."""
