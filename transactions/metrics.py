"""Every metric of the gateway's own processes, named once. Labels hold names from the code."""

from typing import Final

from prometheus_client import Counter, Histogram

# Tries to deliver a webhook message, by what became of them (`delivered` or an error's code).
WEBHOOK_ATTEMPTS: Final = Counter("trilho_webhook_attempts", "Tries to deliver", ["outcome"])
# How long a try took, in seconds; ten is the limit.
WEBHOOK_SECONDS: Final = Histogram("trilho_webhook_seconds", "Time of one try")
