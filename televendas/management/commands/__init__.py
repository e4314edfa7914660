"""Commands of telesales, by name."""
