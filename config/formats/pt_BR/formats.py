"""Dates and times in Portuguese: Django's own would write the month out."""

DATETIME_FORMAT = "d/m/Y H:i:s"
SHORT_DATETIME_FORMAT = "d/m/Y H:i:s"
