from django.db import models


class Entry(models.Model):
    """An effect that a test can count; written once per event by a right runtime."""

    consumer = models.CharField(max_length=64)
    event_id = models.CharField(max_length=36)
    key = models.CharField(max_length=64)
    number = models.IntegerField()
    partition = models.IntegerField()
    offset = models.BigIntegerField()

    class Meta:
        db_table = "scratch_entry"

    def __str__(self) -> str:
        return f"{self.consumer} {self.key} {self.number}"
