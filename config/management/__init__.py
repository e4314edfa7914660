"""Commands that wire several apps together."""
