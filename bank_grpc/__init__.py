"""The digital bank: cards, gRPC authorisation, statements."""
