"""Dates and times in English: short, and by 24 hours as on every page."""

DATETIME_FORMAT = "M j, Y, H:i:s"
SHORT_DATETIME_FORMAT = "m/d/Y H:i:s"
