"""What stands behind `bin/`: set-up, start, servers for tests, checks."""
