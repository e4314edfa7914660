"""Traffic as merchants make it, and the accounts kept of what became of it."""
