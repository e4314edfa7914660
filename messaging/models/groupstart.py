"""Where a consumer group began: after that, a missing offset is an error and not a beginning."""

from django.db import models

from messaging.fields import ExactCharField


class GroupStart(models.Model):
    """The first start of one group on one partition; a topic made anew has another id."""

    consumer_group = ExactCharField(max_length=128)
    topic = models.CharField(max_length=249)
    topic_id = ExactCharField(max_length=36)
    partition = models.IntegerField()
    offset = models.BigIntegerField(help_text="Offset of the first record that was to be read")
    started_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_group_start"
        verbose_name = "group start"
        constraints = (
            models.UniqueConstraint(
                fields=("consumer_group", "topic_id", "partition"), name="group_start_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.consumer_group} {self.topic}/{self.partition} at {self.offset}"
