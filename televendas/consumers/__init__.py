"""The consumer of telesales, found by autodiscovery."""
