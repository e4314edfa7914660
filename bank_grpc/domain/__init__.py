"""Rules of the bank: when a payment is approved, what an amount may be; nothing of Django."""
