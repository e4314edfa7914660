"""What crosses apps: end to end, in the browser, under faults."""
