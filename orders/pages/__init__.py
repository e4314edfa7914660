"""Pages of the shop, of its customers, of its staff and of its operators."""
