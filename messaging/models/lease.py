"""Leases: which process may do what only one may do at a time."""

from django.db import models


class Lease(models.Model):
    """A named right of one process until `expires_at`, by the database's clock."""

    name = models.CharField(max_length=64, primary_key=True)
    holder = models.CharField(max_length=128)
    generation = models.BigIntegerField(default=0, help_text="Rises with every new holder")
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_lease"

    def __str__(self) -> str:
        return f"{self.name} held by {self.holder}"
