"""The REST API: one class per operation, one service call each, errors by one table."""
