"""The rule sets that come with the code, as JSON."""
