"""Commands of telesales."""
