"""The consumers of the bank, one file each, found by autodiscovery."""
