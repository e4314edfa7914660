"""The agents' pages: each reads through a selector, acts through a service, and is audited."""
