"""The socket on which an order's page learns what happened."""
