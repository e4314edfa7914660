"""What must be true of the money, each rule by itself: `ledger`, `payments`, `statement`."""
