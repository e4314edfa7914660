"""A Django app that exists in tests only."""
