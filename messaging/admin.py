"""Registers the library's pages with the admin; each mechanism has a module of its own."""

from messaging import outbox_admin

__all__ = ["outbox_admin"]
