"""Registers the library's pages with the admin; each mechanism has a module of its own."""

from messaging import deadletter_admin, outbox_admin

__all__ = ["deadletter_admin", "outbox_admin"]
