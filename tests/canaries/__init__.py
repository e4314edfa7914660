"""The proof that the lean copy is lean: people full of canaries, and a scan of all bytes."""
