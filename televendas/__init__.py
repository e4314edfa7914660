"""Telesales: the lean customer copy in a database of its own."""
