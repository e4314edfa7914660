"""Rules of accounts that need neither a framework nor a clock of their own."""
