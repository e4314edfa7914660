"""The live process's own metrics, each named once; no label holds an id."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

# Sockets that have been admitted and not yet gone.
SOCKETS: Final = Gauge("trilho_live_sockets", "Open panel sockets")
# Events cut into ticks, whoever sees them.
EVENTS: Final = Counter("trilho_live_events", "Events taken from Kafka into ticks")
# Frames handed to the server, shared or made for one socket.
FRAMES: Final = Counter("trilho_live_frames", "Frames sent to sockets")
# Gaps that were filled, by where the events came from (ring, kafka, database).
GAPS: Final = Counter("trilho_live_gaps", "Gaps filled for sockets", ["source"])
# Handshakes refused and sockets closed by the server, by close code.
CLOSED: Final = Counter("trilho_live_closed", "Sockets closed by the server", ["code"])
# How old the newest confirmed look at the end of the log is.
AGE: Final = Gauge("trilho_live_age_seconds", "Seconds since everything recorded had come")
# From a record's own time to the tick that carries it.
DELAY: Final = Histogram(
    "trilho_live_delay_seconds",
    "Seconds from a record's time to its tick",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.4, 1, 5),
)
