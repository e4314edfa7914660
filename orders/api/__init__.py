"""REST of the shop: products, orders, cancellation."""
