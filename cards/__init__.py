"""What a payment card is: rules in pure Python, and the vault that seals numbers."""
