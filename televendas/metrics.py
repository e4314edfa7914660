"""Every metric of telesales, named once. Labels hold names from settings and code, never data."""

from typing import Final

from prometheus_client import Counter, Gauge

# Fields that no source is declared to have, in the sampled records; names outside the known list
# (TELEVENDAS_KNOWN_FIELDS) are counted together as "other".
UNKNOWN_FIELDS: Final = Counter(
    "trilho_televendas_unknown_fields", "Undeclared fields in sampled records", ["field"]
)
# Records by source and by what they say: `write`, `delete`, `erase` or `tombstone`.
READ: Final = Counter("trilho_televendas_read", "Records about customers", ["source", "act"])
# Phones that were kept out of the copy, by reason.
PHONE_PROBLEMS: Final = Counter(
    "trilho_televendas_phone_problems", "Rows without phone", ["reason"]
)
# How long it took from the event, order or snapshot until no SQL found the person any more: of the
# last thirty days the median, the 99th of 100 and the longest.
ERASURE_SECONDS: Final = Gauge(
    "trilho_televendas_erasure_seconds", "Time to forget", ["cause", "quantile"]
)
