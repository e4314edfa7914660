"""The six services of the saga, each one class in one file."""
