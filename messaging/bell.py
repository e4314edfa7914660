"""The doorbell: a loopback datagram that wakes the relay as soon as there is something to send."""


def ring() -> None:
    """Wake the relay of this machine; without an answer only latency changes."""
