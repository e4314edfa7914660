"""What changes the gateway's data: load, lock, ask the rule, save, publish."""
