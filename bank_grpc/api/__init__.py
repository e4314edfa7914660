"""The bank's REST: cards for people by session, the checkout for shops by account and secret."""
