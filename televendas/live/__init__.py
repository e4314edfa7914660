"""The agents' socket: says that something changed, never what; the page asks for that itself."""
