"""The gateway's pure rules: standard library only, time and ids passed in."""
