"""What each hot path costs, beside its textbook rival and its limit, measured in one run."""
