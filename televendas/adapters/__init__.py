"""Where telesales meets what is not its own: the shapes of other systems, and phone numbers."""
