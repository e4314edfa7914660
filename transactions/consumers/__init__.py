"""The gateway's consumers, one file each, found by autodiscovery."""
