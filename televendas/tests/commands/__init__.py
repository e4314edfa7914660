"""Commands about people, as somebody at a terminal meets them."""
