"""Django settings, one module per surrounding."""
