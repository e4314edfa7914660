"""What changes the bank: issue, authorise, refund, pay an invoice."""
